//! What clients say, and what becomes of it.

use domain::{memory::MemoryStore, messages::Span, ports::Reads};
use serde_json::{Value, json};

use super::*;

fn texts(server: &Server, chat: domain::ChatId) -> Vec<String> {
    let found = server.store.lock().history(chat, Span::Newest { limit: 200 }).expect("messages");
    found.iter().map(|message| message.text.as_str().to_owned()).collect()
}

fn send(client_id: &str, chat: domain::ChatId, text: &str) -> Value {
    json!({ "type": "send", "client_id": client_id, "chat_id": chat.get(), "text": text })
}

#[actix_web::test]
async fn a_message_is_acknowledged_and_everyone_in_the_chat_hears_it() {
    let mut store = MemoryStore::with(&["ana", "ben", "cleo"]);
    let lunch = store.group("lunch", "ana", &["ben"]);
    let server = Server::start(store);
    let (mut ana, mut ben) = (server.open("ana").await, server.open("ben").await);
    let mut cleo = server.open("cleo").await;

    ana.say(&send("c1", lunch, "soup?")).await;

    let mut heard = [ana.hear().await, ana.hear().await];
    heard.sort_by_key(|frame| frame["type"].to_string());
    assert_eq!((&heard[0]["type"], &heard[0]["client_id"]), (&json!("ack"), &json!("c1")));
    assert_eq!(heard[1]["type"], "message.created");
    assert_eq!(ben.hear().await["text"], "soup?");
    cleo.say(&json!({ "type": "ping" })).await;
    assert_eq!(cleo.hear().await["type"], "pong", "a stranger hears nothing of it");
    server.stop().await;
}

#[actix_web::test]
async fn the_same_client_id_sends_once() {
    let mut store = MemoryStore::with(&["ana", "ben"]);
    let chat = store.direct("ana", "ben");
    let server = Server::start(store);
    let mut ana = server.open("ana").await;

    for _ in 0..3 {
        ana.say(&send("c1", chat, "once")).await;
    }

    let mut ids = Vec::new();
    while ids.len() < 3 {
        let frame = ana.hear().await;
        if frame["type"] == "ack" {
            ids.push(frame["message"].clone());
        }
    }
    assert!(ids.iter().all(|id| *id == ids[0]));
    assert_eq!(texts(&server, chat), ["once"]);
    server.stop().await;
}

#[actix_web::test]
async fn acknowledgements_come_in_the_order_of_the_sends() {
    let mut store = MemoryStore::with(&["ana", "ben"]);
    let chat = store.direct("ana", "ben");
    let server = Server::start(store);
    let mut ana = server.open("ana").await;

    for n in 0..100 {
        ana.say(&send(&format!("c{n}"), chat, &format!("{n}"))).await;
    }

    let mut acknowledged = Vec::new();
    while acknowledged.len() < 100 {
        let frame = ana.hear().await;
        if frame["type"] == "ack" {
            acknowledged.push(frame["client_id"].as_str().expect("a client id").to_owned());
        }
    }
    assert!(acknowledged.iter().enumerate().all(|(n, id)| *id == format!("c{n}")));
    assert!(texts(&server, chat).iter().enumerate().all(|(n, text)| *text == n.to_string()));
    server.stop().await;
}

#[actix_web::test]
async fn what_cannot_be_taken_is_refused_and_changes_nothing() {
    let mut store = MemoryStore::with(&["ana", "ben"]);
    let chat = store.direct("ana", "ben");
    let theirs = store.group("theirs", "ben", &[]);
    let server = Server::start(store);
    let mut ana = server.open("ana").await;

    let cases = [
        (json!("no object"), 422),
        (json!({ "type": "send", "client_id": "c", "chat_id": chat.get(), "text": "a", "extra": 1 }), 422),
        (send("c", chat, " "), 422),
        (send("c", theirs, "a"), 404),
        (json!({ "type": "typing", "chat_id": theirs.get() }), 404),
        (json!({ "type": "read", "chat_id": theirs.get(), "seq": 1 }), 404),
    ];
    for (frame, status) in cases {
        ana.say(&frame).await;
        let error = ana.hear().await;
        assert_eq!(
            (&error["type"], &error["problem"]["status"]),
            (&json!("error"), &json!(status)),
            "{frame}"
        );
        assert_eq!(error["client_id"], frame["client_id"], "{frame}");
    }
    ana.say_text("{").await;
    assert_eq!(ana.hear().await["problem"]["status"], 400);
    assert!(texts(&server, chat).is_empty());
    server.stop().await;
}

#[actix_web::test]
async fn typing_is_told_and_reading_is_noted() {
    let mut store = MemoryStore::with(&["ana", "ben"]);
    let chat = store.direct("ana", "ben");
    store.say("ben", chat, "hi");
    let server = Server::start(store);
    let (mut ana, mut ben) = (server.open("ana").await, server.open("ben").await);
    // Whoever has nothing to catch up with says so, or waits a moment.
    ben.say(&json!({ "type": "resume", "chats": {} })).await;
    ben.hear_until("resumed").await;

    ana.say(&json!({ "type": "typing", "chat_id": chat.get() })).await;
    ana.say(&json!({ "type": "read", "chat_id": chat.get(), "seq": 1 })).await;
    ana.say(&json!({ "type": "ping" })).await;

    assert_eq!(ben.hear().await, json!({ "type": "typing", "chat_id": chat.get(), "username": "ana" }));
    ana.hear_until("pong").await;
    let last_read = {
        let mut store = server.store.lock();
        let ana = store.id("ana");
        store.member(chat, ana).expect("a look").expect("a member").last_read
    };
    assert_eq!(last_read.get(), 1);
    server.stop().await;
}
