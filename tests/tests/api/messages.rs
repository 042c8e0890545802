//! Messages: sending, history, editing, deleting, reacting, forwarding.

use serde_json::{Value, json};
use std::collections::BTreeSet;
use tests::{Api, Server, on_each_database};

#[tokio::test]
async fn messages_count_from_one_without_a_gap_and_stand_in_order() {
    on_each_database(async |server| {
        let (ada, ben, lunch) = lunch(&server).await;

        ada.write(lunch, "Soup?").await;
        ben.write(lunch, "Yes, **please**").await;

        let messages = ada.messages(lunch).await;
        assert_eq!(field(&messages, "seq"), [json!(1), json!(2)]);
        assert_eq!(field(&messages, "text"), [json!("Soup?"), json!("Yes, **please**")]);
        assert_eq!(messages[1]["author"]["username"], "ben");
        assert!(messages[1]["html"].as_str().unwrap().contains("<strong>please</strong>"));
    })
    .await;
}

#[tokio::test]
async fn many_senders_at_once_leave_no_gap() {
    on_each_database(async |server| {
        let (ada, ben, lunch) = lunch(&server).await;
        let sends: Vec<_> = (0..40)
            .map(|n| {
                let sender = if n % 2 == 0 { ada.clone() } else { ben.clone() };
                tokio::spawn(async move { sender.write(lunch, &format!("number {n}")).await })
            })
            .collect();
        let mut answered = BTreeSet::new();
        for send in sends {
            answered.insert(send.await.unwrap()["seq"].as_i64().unwrap());
        }

        assert_eq!(answered, (1..=40).collect());
        let stored = ada.get(&format!("/chats/{lunch}/messages?limit=200")).await.expect(200);
        assert_eq!(
            field(stored["items"].as_array().unwrap(), "seq"),
            (1..=40).map(Value::from).collect::<Vec<_>>()
        );
    })
    .await;
}

#[tokio::test]
async fn the_same_client_id_makes_one_message_also_when_sent_at_once() {
    on_each_database(async |server| {
        let (ada, _, lunch) = lunch(&server).await;
        let send = || {
            let ada = ada.clone();
            let body = json!({"text": "once", "client_id": "c-1"});
            tokio::spawn(async move { ada.post(&format!("/chats/{lunch}/messages"), body).await })
        };
        let mut statuses = Vec::new();
        let mut ids = BTreeSet::new();
        for answer in [send(), send(), send(), send(), send()] {
            let answer = answer.await.unwrap();
            statuses.push(answer.status);
            ids.insert(answer.body["id"].as_i64().unwrap());
        }

        statuses.sort_unstable();
        assert_eq!(statuses, [200, 200, 200, 200, 201]);
        assert_eq!(ids.len(), 1);
        assert_eq!(ada.messages(lunch).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_client_id_used_in_another_chat_is_a_conflict() {
    let server = Server::start().await;
    let (ada, _, lunch) = lunch(&server).await;
    let other = ada.group("other", &[]).await;
    let body = json!({"text": "once", "client_id": "c-1"});
    ada.post(&format!("/chats/{lunch}/messages"), body.clone()).await.expect(201);

    ada.post(&format!("/chats/{other}/messages"), body).await.expect(409);
}

#[tokio::test]
async fn history_is_paged_by_seq() {
    on_each_database(async |server| {
        let (ada, _, lunch) = lunch(&server).await;
        for n in 1..=7 {
            ada.write(lunch, &format!("number {n}")).await;
        }
        let page = async |query: &str| {
            let page = ada.get(&format!("/chats/{lunch}/messages?{query}")).await.expect(200);
            let seqs: Vec<i64> = page["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|message| message["seq"].as_i64().unwrap())
                .collect();
            (seqs, page["has_before"].as_bool().unwrap(), page["has_after"].as_bool().unwrap())
        };

        assert_eq!(page("limit=3").await, (vec![5, 6, 7], true, false));
        assert_eq!(page("limit=3&before=5").await, (vec![2, 3, 4], true, true));
        assert_eq!(page("limit=3&before=2").await, (vec![1], false, true));
        assert_eq!(page("limit=3&after=2").await, (vec![3, 4, 5], true, true));
        assert_eq!(page("after=7").await, (vec![], true, false));
    })
    .await;
}

#[tokio::test]
async fn what_changed_since_a_revision_comes_once_each_as_it_stands() {
    on_each_database(async |server| {
        let (ada, ben, lunch) = lunch(&server).await;
        let first = ada.write(lunch, "first").await;
        let second = ada.write(lunch, "second").await;
        let seen = second["rev"].as_i64().unwrap();

        ben.put(&message_path(&first, "/reactions/👍"), Value::Null).await.expect(204);
        ada.patch(&message_path(&first, ""), json!({"text": "first, mended"})).await.expect(200);
        ada.write(lunch, "third").await;

        let changes = ben.get(&format!("/chats/{lunch}/messages?changed_after={seen}")).await.expect(200);
        let items = changes["items"].as_array().unwrap();
        assert_eq!(field(items, "text"), [json!("first, mended"), json!("third")]);
        assert_eq!(items[0]["reactions"][0], json!({"reaction": "👍", "count": 1, "usernames": ["ben"]}));
    })
    .await;
}

#[tokio::test]
async fn only_its_author_edits_a_message() {
    on_each_database(async |server| {
        let (ada, ben, lunch) = lunch(&server).await;
        let message = ben.write(lunch, "Soop").await;

        ada.patch(&message_path(&message, ""), json!({"text": "mine"})).await.expect(403);
        let edited = ben.patch(&message_path(&message, ""), json!({"text": "Soup"})).await.expect(200);

        assert!(edited["edited_at"].is_string());
        assert_eq!(ada.messages(lunch).await[0]["text"], "Soup");
    })
    .await;
}

#[tokio::test]
async fn a_deleted_message_keeps_its_place_without_its_text() {
    on_each_database(async |server| {
        let (ada, ben, lunch) = lunch(&server).await;
        let secret = ada.write(lunch, "my secret").await;
        let reply = json!({"text": "what?", "reply_to": secret["id"]});
        let reply = ben.post(&format!("/chats/{lunch}/messages"), reply).await.expect(201);
        assert_eq!(reply["reply_to"]["text"], "my secret");

        ben.delete(&message_path(&secret, "")).await.expect(403);
        ada.delete(&message_path(&secret, "")).await.expect(204);

        let messages = ben.get(&format!("/chats/{lunch}/messages")).await.expect(200);
        assert!(!messages.to_string().contains("my secret"));
        assert_eq!(messages["items"][0]["seq"], 1);
        assert!(messages["items"][0]["deleted_at"].is_string());
    })
    .await;
}

#[tokio::test]
async fn a_groups_owner_deletes_a_members_message() {
    let server = Server::start().await;
    let (ada, ben, lunch) = lunch(&server).await;
    let message = ben.write(lunch, "spam").await;

    ada.delete(&message_path(&message, "")).await.expect(204);
}

#[tokio::test]
async fn a_reaction_is_given_and_taken_back() {
    on_each_database(async |server| {
        let (ada, ben, lunch) = lunch(&server).await;
        let message = ada.write(lunch, "Soup?").await;
        let reaction = message_path(&message, "/reactions/yum");

        for person in [&ada, &ben, &ben] {
            person.put(&reaction, Value::Null).await.expect(204);
        }
        let reactions = ada.messages(lunch).await[0]["reactions"].clone();
        assert_eq!((&reactions[0]["reaction"], &reactions[0]["count"]), (&json!("yum"), &json!(2)));

        ada.delete(&reaction).await.expect(204);
        ben.delete(&reaction).await.expect(204);
        assert_eq!(ada.messages(lunch).await[0]["reactions"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn a_mention_resolves_to_members_only() {
    let server = Server::start().await;
    let (ada, _, lunch) = lunch(&server).await;
    server.api().sign_up("cleo").await;

    let message = ada.write(lunch, "@ben and @cleo and @nobody: soup").await;

    assert_eq!(message["mentions"], json!(["ben"]));
}

#[tokio::test]
async fn a_forward_carries_its_first_author_to_chats_and_people() {
    on_each_database(async |server| {
        let (ada, ben, lunch) = lunch(&server).await;
        server.api().sign_up("cleo").await;
        let work = ben.group("work", &[]).await;
        let source = ada.write(lunch, "Soup at noon").await;

        let body = json!({"chat_ids": [work], "usernames": ["cleo"], "comment": "look"});
        let forwards = ben.post(&message_path(&source, "/forward"), body).await.expect(201);

        let items = forwards["items"].as_array().unwrap();
        assert_eq!(field(items, "text"), [json!("Soup at noon"), json!("Soup at noon")]);
        assert_eq!(items[0]["chat_id"], work);
        assert_eq!(items[0]["author"]["username"], "ben");
        assert_eq!(items[0]["forwarded_from"]["author"]["username"], "ada");
        assert_eq!(field(&ben.messages(work).await, "text"), [json!("look"), json!("Soup at noon")]);

        let again =
            ben.post(&message_path(&items[0], "/forward"), json!({"usernames": ["cleo"]})).await.expect(201);
        assert_eq!(again["items"][0]["forwarded_from"]["author"]["username"], "ada");
    })
    .await;
}

#[tokio::test]
async fn a_forward_reaches_all_its_targets_or_none() {
    on_each_database(async |server| {
        let (ada, ben, lunch) = lunch(&server).await;
        let mine = ben.group("mine", &[]).await;
        let hers = ada.group("hers", &[]).await;
        let source = ada.write(lunch, "Soup").await;

        ben.post(&message_path(&source, "/forward"), json!({"chat_ids": [mine, hers]})).await.expect(404);

        assert!(ben.messages(mine).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn who_cannot_see_the_source_learns_nothing_of_it() {
    let server = Server::start().await;
    let (ada, ben, lunch) = lunch(&server).await;
    let cleo = server.api().sign_up("cleo").await;
    let source = ada.write(lunch, "Soup").await;
    let forward =
        ben.post(&message_path(&source, "/forward"), json!({"usernames": ["cleo"]})).await.expect(201);
    let forward = &forward["items"][0];

    cleo.get(&message_path(forward, "/source")).await.expect(404);
    let seen = ben.get(&message_path(forward, "/source")).await.expect(200);

    assert_eq!(seen, json!({"chat_id": lunch, "message_id": source["id"]}));
}

#[tokio::test]
async fn a_message_without_text_or_with_too_much_is_refused() {
    let server = Server::start().await;
    let (ada, _, lunch) = lunch(&server).await;
    let send =
        async |text: &str| ada.post(&format!("/chats/{lunch}/messages"), json!({"text": text})).await.status;

    assert_eq!(send(" \n\t ").await, 422);
    assert_eq!(send("nul \0 inside").await, 422);
    assert_eq!(send(&"ü".repeat(10_001)).await, 422);
    assert_eq!(send(&"ü".repeat(10_000)).await, 201);
    assert_eq!(ada.messages(lunch).await.len(), 1);
}

#[tokio::test]
async fn markup_in_a_message_stays_text() {
    let server = Server::start().await;
    let (ada, _, lunch) = lunch(&server).await;

    let message =
        ada.write(lunch, "<script>alert(1)</script> [x](javascript:alert(1)) <img src=x onerror=y>").await;

    let html = message["html"].as_str().unwrap();
    for dangerous in ["<script", "<img", "href=\"javascript"] {
        assert!(!html.contains(dangerous), "{html}");
    }
}

#[tokio::test]
async fn who_sends_too_much_is_told_when_to_go_on() {
    let server = Server::with(|options| options.setting("throttle.messages", "3/hour")).await;
    let (ada, _, lunch) = lunch(&server).await;
    for _ in 0..3 {
        ada.write(lunch, "hi").await;
    }

    let throttled = ada.post(&format!("/chats/{lunch}/messages"), json!({"text": "hi"})).await;

    assert!(throttled.header("retry-after").is_some());
    throttled.expect(429);
    assert_eq!(ada.messages(lunch).await.len(), 3);
}

#[tokio::test]
async fn messages_are_there_after_a_restart() {
    on_each_database(async |mut server| {
        let (ada, _, lunch) = lunch(&server).await;
        ada.write(lunch, "Soup?").await;

        assert!(server.stop().await.success());
        server.restart().await;

        assert_eq!(field(&ada.messages(lunch).await, "text"), [json!("Soup?")]);
        assert_eq!(ada.write(lunch, "Again").await["seq"], 2);
    })
    .await;
}

/// Ada's group with Ben in it.
async fn lunch(server: &Server) -> (Api, Api, i64) {
    let (ada, ben) = (server.api().sign_up("ada").await, server.api().sign_up("ben").await);
    let lunch = ada.group("lunch", &["ben"]).await;
    (ada, ben, lunch)
}

fn message_path(message: &Value, below: &str) -> String {
    format!("/chats/{}/messages/{}{below}", message["chat_id"], message["id"])
}

fn field(items: &[Value], name: &str) -> Vec<Value> {
    items.iter().map(|item| item[name].clone()).collect()
}
