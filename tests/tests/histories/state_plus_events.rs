//! What was loaded once, brought up to date by events alone, is what a fresh look shows.

use crate::dice::seeds;
use crate::life::{Bell, End, Plot, differences, live};
use crate::reader::Reader;
use crate::replica::room::{as_member, essence};
use crate::replica::{Replica, Room};
use crate::truth::Truth;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tests::{Server, on_each_database};

#[tokio::test(flavor = "multi_thread")]
async fn what_was_loaded_and_heard_since_is_what_a_fresh_look_shows() {
    for seed in seeds() {
        on_each_database(async |server| {
            let plot = Plot { rounds: 120, restless: false, people_change: true };

            let end = live(&server, seed, plot).await;

            end.expect_no_complaint();
            for replica in &end.replicas {
                let found = compare(replica, &end);
                let (me, count) = (&replica.me, found.len());
                assert!(found.is_empty(), "{me} knows {count} things that differ:\n{}", found.join("\n"));
            }
        })
        .await;
    }
}

/// The check of the check: it notices when frames of one type are missing.
#[tokio::test(flavor = "multi_thread")]
async fn a_type_of_event_that_was_not_heard_is_noticed() {
    let kinds = ["member.added", "member.updated", "member.removed", "user.updated", "read", "chat.deleted"];
    for kind in kinds.into_iter().chain(["nothing"]) {
        let server = Server::start().await;
        let [ada, ben, _cleo] = [
            server.api().sign_up("ada").await,
            server.api().sign_up("ben").await,
            server.api().sign_up("cleo").await,
        ];
        let (lunch, work) = (ada.group("lunch", &["ben"]).await, ada.group("work", &["ben"]).await);
        ada.write(lunch, "Soup?").await;
        let (bell, reader) = (Bell::hang(&server).await, Reader::missing(kind, &ben, &server).await);

        let members = format!("/chats/{lunch}/members");
        ada.post(&members, json!({"username": "cleo"})).await.expect(201);
        ada.delete(&format!("{members}/cleo")).await.expect(204);
        ada.patch(&format!("{members}/ben"), json!({"role": "admin"})).await.expect(200);
        ada.post(&members, json!({"username": "dan"})).await.expect(422);
        ada.patch("/me", json!({"first_name": "Ada L."})).await.expect(200);
        ben.put(&format!("/chats/{lunch}/read"), json!({"seq": 1})).await.expect(204);
        ada.delete(&format!("/chats/{work}")).await.expect(204);
        if kind == "member.added" {
            ada.post(&members, json!({"username": "cleo"})).await.expect(201);
        }

        let replicas = bell.ring(vec![("ben", reader)]).await;
        let truths = [("ben".to_owned(), Truth::of(&ben).await)].into();
        let end = End { replicas, truths };
        let found = compare(&end.replicas[0], &end);
        assert_eq!(!found.is_empty(), kind != "nothing", "without {kind}: {found:?}");
    }
}

fn compare(replica: &Replica, end: &End) -> Vec<String> {
    let truth = &end.truths[&replica.me];
    let mut found = Vec::new();
    differences("order", &json!(order(replica)), &json!(truth.order), &mut found);
    for (id, stored) in &truth.chats {
        let Some(room) = replica.rooms.get(id) else { continue };
        let what = format!("chat {id}");
        let (known, mut listed) = (room.summary(&replica.me), essence(&stored.chat));
        if known["last_message"]["html"].is_null() && !listed["last_message"].is_null() {
            listed["last_message"]["html"] = Value::Null;
        }
        differences(&what, &known, &listed, &mut found);
        let (heard, mut messages) = (room.messages(), stored.messages.clone());
        for (id, message) in &mut messages {
            // See `Room::messages`.
            if heard.get(id).is_some_and(|heard| heard["html"].is_null()) {
                message["html"] = Value::Null;
            }
        }
        differences(&format!("{what}.messages"), &json!(heard), &json!(messages), &mut found);
        let members: BTreeMap<_, _> =
            stored.members.iter().map(|(name, member)| (name, as_member(member))).collect();
        differences(&format!("{what}.members"), &json!(room.members), &json!(members), &mut found);
        differences(&format!("{what}.reads"), &reads(room, end, *id), &json!(room.reads), &mut found);
    }
    found
}

/// The chats by what was sent last.
fn order(replica: &Replica) -> Vec<i64> {
    let mut order: Vec<(&str, i64)> =
        replica.rooms.iter().map(|(id, room)| (room.last_sent(), *id)).collect();
    order.sort_by(|a, b| b.cmp(a));
    order.into_iter().map(|(_, id)| id).collect()
}

/// What those who can be asked find of their own read marks; of others what was heard.
fn reads(room: &Room, end: &End, chat: i64) -> Value {
    let asked = |name: &String| Some(end.truths.get(name)?.chats.get(&chat)?.chat["read_seq"].clone());
    let own = room.reads.iter().map(|(name, seq)| (name.clone(), asked(name).unwrap_or(json!(seq))));
    Value::Object(own.collect())
}
