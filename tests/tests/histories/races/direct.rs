//! A direct chat begun from both sides.

use super::people;
use crate::truth;
use crate::values::{int, items, text};
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tests::{Api, on_each_database};

#[tokio::test(flavor = "multi_thread")]
async fn two_first_messages_at_once_are_the_first_two_of_one_chat() {
    on_each_database(async |server| {
        let people = people(&server, ["ada", "ben", "cleo", "dan", "eve"]).await;
        for (place, one) in people.iter().enumerate() {
            for other in &people[place + 1..] {
                begin_from_both_sides(one, other).await;
            }
        }
        for person in &people {
            let chats = truth::chats(person).await;
            let peers: BTreeSet<&str> = chats.iter().map(|chat| text(&chat["peer"], "username")).collect();
            assert_eq!((chats.len(), peers.len()), (4, 4), "one chat for each pair");
        }
    })
    .await;
}

async fn begin_from_both_sides(one: &Api, other: &Api) {
    let names = [one, other].map(|api| api.username.clone().unwrap());
    let to_other = format!("/conversations/{}", names[1]);
    let to_one = format!("/conversations/{}", names[0]);
    let hello = || json!({"text": "hello"});

    let (a, b, looks) = tokio::join!(
        one.post(&to_other, hello()),
        other.post(&to_one, hello()),
        join_all([one.get(&to_other), other.get(&to_one), one.get(&to_other), other.get(&to_one)]),
    );

    let (a, b) = (a.expect(201), b.expect(201));
    let chat = int(&a, "chat_id");
    assert_eq!(int(&b, "chat_id"), chat);
    assert_eq!(BTreeSet::from([int(&a, "seq"), int(&b, "seq")]), BTreeSet::from([1, 2]));
    for look in looks {
        let seen = look.expect(200);
        let seqs: Vec<i64> = items(&seen).iter().map(|message| int(message, "seq")).collect();
        assert!(seqs.iter().copied().eq(1..=seqs.len() as i64), "{seqs:?} begins with the first");
        assert!(seen["chat"].is_null() && seqs.is_empty() || seen["chat"]["id"] == chat, "{seen}");
    }
    let both: Vec<Value> = one.messages(chat).await;
    assert_eq!(both, other.messages(chat).await);
    assert_eq!(both.len(), 2);
}
