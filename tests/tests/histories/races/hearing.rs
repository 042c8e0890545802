//! What who comes and goes at once hears of it.

use super::{delete, member, people, post};
use crate::values::int;
use futures_util::future::{join, join_all};
use serde_json::json;
use std::collections::BTreeSet;
use tests::on_each_database;

/// How often somebody is added and removed: now and then both happen within the few milliseconds for which frames wait
/// for company.
const TURNS: usize = 12;

#[tokio::test(flavor = "multi_thread")]
async fn who_is_added_and_removed_at_once_hears_of_the_one_before_the_other() {
    on_each_database(async |server| {
        let [ada, ben] = people(&server, ["ada", "ben"]).await;
        let other = ada.group("other", &["ben"]).await;
        let groups = join_all((0..8).map(|_| ada.group("lunch", &[]))).await;
        let mut socket = ben.live().await;

        for _ in 0..TURNS {
            let turns = groups.iter().map(async |chat| {
                let added = post(&ada, format!("/chats/{chat}/members"), json!({"username": "ben"}));
                let removed = join_all((0..3).map(|_| delete(&ada, member(*chat, "ben"))));
                join(added, removed).await;
            });
            join_all(turns).await;
            join_all(groups.iter().map(|chat| delete(&ada, member(*chat, "ben")))).await;
        }
        let bell = int(&ada.write(other, "the end").await, "id");

        let mut inside = BTreeSet::new();
        loop {
            let frame = socket.next().await;
            match frame["type"].as_str().unwrap() {
                "chat.created" => assert!(inside.insert(int(&frame["chat"], "id")), "twice: {frame}"),
                "member.removed" => assert!(inside.remove(&int(&frame, "chat_id")), "never in: {frame}"),
                _ if frame["message"]["id"] == bell => break,
                _ => {}
            }
        }
        assert_eq!(inside, BTreeSet::new());
    })
    .await;
}
