//! What was heard live, and on coming back, is exactly what is stored.

use crate::dice::seeds;
use crate::life::{Bell, Plot, differences, live};
use crate::reader::Reader;
use crate::replica::Replica;
use crate::truth::Truth;
use futures_util::future::join_all;
use serde_json::{Value, json};
use tests::{Api, Server, on_each_database};

/// More than a `resume` replays.
const TOO_MANY: usize = 501;

#[tokio::test(flavor = "multi_thread")]
async fn what_was_heard_live_and_on_coming_back_is_what_is_stored() {
    for seed in seeds() {
        on_each_database(async |server| {
            let plot = Plot { rounds: 120, restless: true, people_change: false };

            let end = live(&server, seed, plot).await;

            end.expect_no_complaint();
            for replica in &end.replicas {
                expect_no_difference(replica, &end.truths[&replica.me]);
            }
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_missed_too_much_fetches_the_chat_and_knows_all_of_it() {
    on_each_database(async |server| {
        let (ada, ben) = (server.api().sign_up("ada").await, server.api().sign_up("ben").await);
        let (busy, calm) = (ada.group("busy", &["ben"]).await, ada.group("calm", &["ben"]).await);
        let (bell, reader) = (Bell::hang(&server).await, Reader::restless(&ben, &server).await);
        reader.settle(note(busy)).await;
        reader.leave().await;

        for _ in 0..TOO_MANY / 50 {
            join_all((0..50).map(|_| ada.write(busy, "one of many"))).await;
        }
        let first = ada.write(busy, "and one more").await;
        ada.patch(&format!("/chats/{busy}/messages/{}", first["id"]), json!({"text": "mended"}))
            .await
            .expect(200);
        ada.write(calm, "a few").await;

        let replicas = bell.ring(vec![("ben", reader)]).await;
        let truth = Truth::of(&ben).await;

        assert_eq!(replicas[0].wrong, [""; 0]);
        assert_eq!(replicas[0].resets, 1, "only the busy chat is fetched");
        expect_no_difference(&replicas[0], &truth);
    })
    .await;
}

/// The check of all checks: it notices when a single frame is missing.
#[tokio::test(flavor = "multi_thread")]
async fn a_single_frame_that_was_not_heard_is_noticed() {
    let expected: [(&'static str, bool); 5] = [
        ("nothing", false),
        ("message.created", true),
        ("message.updated", true),
        ("message.deleted", true),
        ("chat.updated", true),
    ];
    for (kind, noticed) in expected {
        let server = Server::start().await;
        let (ada, ben) = (server.api().sign_up("ada").await, server.api().sign_up("ben").await);
        let lunch = ada.group("lunch", &["ben"]).await;
        let (bell, reader) = (Bell::hang(&server).await, Reader::missing(kind, &ben, &server).await);

        everything_once(&ada, lunch).await;

        let replica = if kind == "message.created" {
            // The bell is not heard either.
            reader.stop().await
        } else {
            bell.ring(vec![("ben", reader)]).await.remove(0)
        };
        let found = compare(&replica, &Truth::of(&ben).await);
        assert_eq!(!found.is_empty() || !replica.wrong.is_empty(), noticed, "without {kind}: {found:?}");
    }
}

async fn everything_once(ada: &Api, lunch: i64) {
    let [kept, lost] = [ada.write(lunch, "kept").await, ada.write(lunch, "lost").await];
    let path = |message: &Value| format!("/chats/{lunch}/messages/{}", message["id"]);
    ada.patch(&path(&kept), json!({"text": "mended"})).await.expect(200);
    ada.delete(&path(&lost)).await.expect(204);
    ada.patch(&format!("/chats/{lunch}"), json!({"name": "dinner"})).await.expect(200);
}

fn note(chat: i64) -> Value {
    json!({"type": "send", "client_id": "note", "chat_id": chat, "text": "I go now"})
}

fn expect_no_difference(replica: &Replica, truth: &Truth) {
    let found = compare(replica, truth);
    let (me, count) = (&replica.me, found.len());
    assert!(
        found.is_empty(),
        "what {me} heard differs from what is stored {count} times:\n{}",
        found.join("\n")
    );
}

fn compare(replica: &Replica, truth: &Truth) -> Vec<String> {
    let mut found = Vec::new();
    let (heard, stored): (Vec<_>, Vec<_>) = (replica.rooms.keys().collect(), truth.chats.keys().collect());
    differences("chats", &json!(heard), &json!(stored), &mut found);
    for (id, stored) in &truth.chats {
        let Some(room) = replica.rooms.get(id) else { continue };
        for field in ["name", "description", "visibility", "kind", "created_by"] {
            differences(&format!("chat {id}.{field}"), &room.chat[field], &stored.chat[field], &mut found);
        }
        differences(&format!("chat {id}.rev"), &json!(room.rev), &stored.chat["last_rev"], &mut found);
        let what = format!("chat {id}.messages");
        differences(&what, &json!(room.messages()), &json!(stored.messages), &mut found);
    }
    found
}
