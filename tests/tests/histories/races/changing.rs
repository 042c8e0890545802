//! Messages and what hangs on them, changed from several sides.

use super::{ROUNDS, at, delete, member, patch, people, statuses};
use crate::values::{int, items, text};
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tests::{Api, on_each_database};

/// How many different reactions a message may have.
const KINDS: usize = 20;

#[tokio::test(flavor = "multi_thread")]
async fn a_forward_while_its_source_is_deleted_is_made_before_or_refused() {
    on_each_database(async |server| {
        let [ada, ben] = people(&server, ["ada", "ben"]).await;
        let (lunch, work) = (ada.group("lunch", &["ben"]).await, ben.group("work", &[]).await);
        let mut made = 0;
        for _ in 0..ROUNDS {
            let source = ada.write(lunch, "Soup?").await;

            let path = format!("{}/forward", at(&source));
            let (forwarded, deleted) =
                tokio::join!(ben.post(&path, json!({"chat_ids": [work]})), delete(&ada, at(&source)));

            deleted.expect(204);
            if forwarded.status == 201 {
                made += 1;
                assert_eq!(text(&items(&forwarded.body)[0], "text"), "Soup?");
            } else {
                forwarded.expect_problem(409, "message-deleted");
            }
            assert_eq!(ben.messages(work).await.len(), made, "what was refused was not made");
            assert_eq!(text(&ben.get(&at(&source)).await.expect(200), "text"), "");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forward_while_its_author_is_removed_is_made_before_or_finds_nothing() {
    on_each_database(async |server| {
        let [ada, ben] = people(&server, ["ada", "ben"]).await;
        let (lunch, work) = (ada.group("lunch", &["ben"]).await, ben.group("work", &[]).await);
        let source = ada.write(lunch, "Soup?").await;
        let mut made = 0;
        for _ in 0..ROUNDS {
            let path = format!("{}/forward", at(&source));
            let body = json!({"chat_ids": [work], "comment": "look"});
            let (forwarded, removed) =
                tokio::join!(ben.post(&path, body), delete(&ada, member(lunch, "ben")));

            removed.expect(204);
            if forwarded.status == 201 {
                made += 2;
            } else {
                forwarded.expect_problem(404, "not-found");
            }
            assert_eq!(ben.messages(work).await.len(), made, "a forward and its comment are made or not");
            ada.post(&format!("/chats/{lunch}/members"), json!({"username": "ben"})).await.expect(201);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_is_edited_and_deleted_at_once_ends_deleted() {
    on_each_database(async |server| {
        let [ada, ben] = people(&server, ["ada", "ben"]).await;
        let lunch = ada.group("lunch", &["ben"]).await;
        let mut at_bens = ben.live().await;
        for _ in 0..ROUNDS {
            let sent = ada.write(lunch, "Soop").await;

            let (edited, deleted) =
                tokio::join!(patch(&ada, at(&sent), json!({"text": "Soup"})), delete(&ada, at(&sent)));

            deleted.expect(204);
            let stored = ben.get(&at(&sent)).await.expect(200);
            assert!(!stored["deleted_at"].is_null() && text(&stored, "text").is_empty(), "{stored}");
            at_bens.expect("message.created").await;
            let last = at_bens.expect("message.deleted").await;
            assert_eq!(last["message"], stored);
            let mut updates = at_bens.heard().await;
            updates.retain(|frame| frame["type"] == "message.updated");
            if edited.status == 200 {
                assert!(int(&edited.body, "rev") < int(&stored, "rev"));
                assert_eq!(updates.iter().map(|frame| &frame["message"]).collect::<Vec<_>>(), [&edited.body]);
            } else {
                edited.expect_problem(409, "message-deleted");
                assert_eq!(updates, [Value::Null; 0], "a refused edit is not heard");
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_edits_at_once_the_last_one_stands() {
    on_each_database(async |server| {
        let [ada, ben] = people(&server, ["ada", "ben"]).await;
        let lunch = ada.group("lunch", &["ben"]).await;
        let mut at_bens = ben.live().await;
        for _ in 0..ROUNDS {
            let sent = ada.write(lunch, "Soop").await;

            let edit = |n| {
                let (ada, path) = (&ada, at(&sent));
                async move { ada.patch(&path, json!({"text": format!("Soup {n}")})).await.expect(200) }
            };
            let mut edits = join_all((0..4).map(edit)).await;

            edits.sort_by_key(|message| int(message, "rev"));
            let revs: BTreeSet<i64> = edits.iter().map(|message| int(message, "rev")).collect();
            assert_eq!(revs.len(), 4, "each edit has a revision of its own");
            assert_eq!(edits.last(), Some(&ben.get(&at(&sent)).await.expect(200)));
            for edit in &edits {
                assert_eq!(&at_bens.expect("message.updated").await["message"], edit);
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reactions_given_and_taken_back_at_once_are_counted_right() {
    on_each_database(async |server| {
        let people = people(&server, ["ada", "ben", "cleo", "dan"]).await;
        let lunch = people[0].group("lunch", &["ben", "cleo", "dan"]).await;
        let mut live = people[1].live().await;
        for _ in 0..ROUNDS / 2 {
            let sent = people[0].write(lunch, "Soup?").await;
            let path = format!("{}/reactions/yum", at(&sent));
            // Everyone changes their mind again and again; two of them like it in the end.
            join_all(
                people.iter().zip([5, 4, 5, 4]).map(|(person, times)| change_mind(person, &path, times)),
            )
            .await;

            let stored = people[0].get(&at(&sent)).await.expect(200);
            let reaction = &stored["reactions"][0];
            let names: BTreeSet<&str> =
                reaction["usernames"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
            assert_eq!((names, int(reaction, "count")), (BTreeSet::from(["ada", "cleo"]), 2), "{stored}");
            let last = loop {
                let heard = live.expect("message.updated").await;
                if heard["message"]["rev"] == stored["rev"] {
                    break heard;
                }
            };
            assert_eq!(last["message"], stored, "what was heard last is what stands");
        }
    })
    .await;
}

/// Gives a reaction and takes it back by turns.
async fn change_mind(person: &Api, path: &str, times: usize) {
    for n in 0..times {
        let answer = if n % 2 == 0 { person.put(path, Value::Null).await } else { person.delete(path).await };
        answer.expect(204);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_never_gets_more_than_twenty_kinds_of_reactions() {
    on_each_database(async |server| {
        let people = people(&server, ["ada", "ben", "cleo"]).await;
        let lunch = people[0].group("lunch", &["ben", "cleo"]).await;
        for _ in 0..2 {
            let sent = people[0].write(lunch, "Soup?").await;
            let react = |n: usize| {
                let (person, path) = (&people[n % 3], format!("{}/reactions/kind{n}", at(&sent)));
                async move { person.put(&path, Value::Null).await }
            };

            let answers = join_all((0..KINDS + 10).map(react)).await;

            let refused = answers.iter().filter(|answer| answer.status != 204).cloned().collect::<Vec<_>>();
            assert_eq!(refused.len(), 10);
            for answer in refused {
                answer.expect_problem(409, "too-many-reactions");
            }
            let stored = people[1].get(&at(&sent)).await.expect(200);
            assert_eq!(stored["reactions"].as_array().unwrap().len(), KINDS);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_for_one_lets_one_of_ten_in() {
    on_each_database(async |server| {
        let [ada] = people(&server, ["ada"]).await;
        let names = ["ben", "cleo", "dan", "eve", "finn", "gwen", "hugo", "ida", "jon", "kim"];
        let guests = people(&server, names).await;
        for _ in 0..3 {
            let lunch = ada.group("lunch", &[]).await;
            let invite =
                ada.post(&format!("/chats/{lunch}/invites"), json!({"max_uses": 1})).await.expect(201);
            let path = format!("/invites/{}/accept", text(&invite, "code"));

            let answers = join_all(guests.iter().map(|guest| guest.post(&path, json!({})))).await;

            assert_eq!(statuses(&answers), [200, 404, 404, 404, 404, 404, 404, 404, 404, 404]);
            let members = super::roles(&ada, lunch).await.unwrap();
            assert_eq!(members.len(), 2, "{members:?}");
        }
    })
    .await;
}
