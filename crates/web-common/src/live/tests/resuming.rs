//! Catching up.

use domain::{
    ChatId, Rev,
    chats::{ChatChange, members},
    memory::MemoryStore,
    messages::editing,
    ports::Reads,
};
use serde_json::{Value, json};

use super::*;

fn rev(store: &mut MemoryStore, who: &str, chat: ChatId) -> Rev {
    let user = store.id(who);
    store.access(user, chat).expect("a look").expect("a member").chat.last_rev
}

/// The frames of a resume: type, chat and text of each.
async fn resumed(client: &mut Client, known: &[(ChatId, Rev)]) -> Vec<(String, i64, String)> {
    let chats: serde_json::Map<String, Value> =
        known.iter().map(|(chat, rev)| (chat.to_string(), json!(rev.get()))).collect();
    client.say(&json!({ "type": "resume", "chats": chats })).await;
    let frames = client.hear_until("resumed").await;
    let told = |frame: &Value| {
        let text = |key: &str| frame[key].as_str().unwrap_or_default().to_owned();
        (text("type"), frame["chat_id"].as_i64().unwrap_or_default(), text("text"))
    };
    frames.iter().map(told).collect()
}

fn told(frames: &[(&str, ChatId, &str)]) -> Vec<(String, i64, String)> {
    let owned =
        |(kind, chat, text): &(&str, ChatId, &str)| ((*kind).to_owned(), chat.get(), (*text).to_owned());
    let last = ("resumed".to_owned(), 0, String::new());
    frames.iter().map(owned).chain([last]).collect()
}

#[actix_web::test]
async fn what_was_missed_is_told_once_and_as_it_stands() {
    let mut store = MemoryStore::with(&["ana", "ben"]);
    let chat = store.direct("ana", "ben");
    let old = store.say("ana", chat, "old");
    let gone = store.say("ana", chat, "gone");
    store.say("ana", chat, "untouched");
    let known = rev(&mut store, "ben", chat);
    store.say("ana", chat, "new");
    let ana = store.caller("ana");
    store
        .write(|work| editing::edit(work, &ana, chat, old, "edited".parse().expect("a text")))
        .expect("an edit");
    store.write(|work| editing::delete(work, &ana, chat, gone)).expect("a deletion");
    let server = Server::start(store);
    let mut ben = server.open("ben").await;

    let heard = resumed(&mut ben, &[(chat, known)]).await;

    let expected = [
        ("message.created", chat, "new"),
        ("message.updated", chat, "edited"),
        ("message.deleted", chat, ""),
    ];
    assert_eq!(heard, told(&expected));
    server.stop().await;
}

#[actix_web::test]
async fn who_missed_nothing_is_told_where_they_are() {
    let mut store = MemoryStore::with(&["ana", "ben"]);
    let chat = store.direct("ana", "ben");
    store.say("ana", chat, "hi");
    let known = rev(&mut store, "ben", chat);
    let server = Server::start(store);
    let mut ben = server.open("ben").await;

    ben.say(&json!({ "type": "resume", "chats": { chat.to_string(): known.get() } })).await;

    assert_eq!(ben.hear().await, json!({ "type": "resumed", "chats": { chat.to_string(): known.get() } }));
    server.stop().await;
}

#[actix_web::test]
async fn chats_that_came_changed_and_went_are_told() {
    let mut store = MemoryStore::with(&["ana", "ben"]);
    let lunch = store.group("lunch", "ana", &["ben"]);
    let lost = store.group("lost", "ana", &["ben"]);
    let (lunch_rev, lost_rev) = (rev(&mut store, "ben", lunch), rev(&mut store, "ben", lost));
    let ana = store.caller("ana");
    let ben = "ben".parse().expect("a name");
    store.write(|work| members::remove(work, &ana, lost, &ben)).expect("a removal");
    let change = ChatChange { name: Some("dinner".parse().expect("a name")), ..ChatChange::default() };
    store
        .write(|work| {
            let chat = work.access(ana.user, lunch)?.expect("a chat").chat;
            work.update_chat(&ana.origin, &chat, &change)
        })
        .expect("a new name");
    store.say("ana", lunch, "soup");
    let new = store.group("new", "ana", &["ben"]);
    let never = ChatId::new(9_999);
    let server = Server::start(store);
    let mut ben = server.open("ben").await;

    let heard = resumed(&mut ben, &[(lunch, lunch_rev), (lost, lost_rev), (never, Rev::new(3))]).await;

    let expected = [
        ("member.removed", lost, ""),
        ("member.removed", never, ""),
        ("message.created", lunch, "soup"),
        ("chat.updated", lunch, ""),
        ("chat.created", new, ""),
    ];
    assert_eq!(heard, told(&expected));
    server.stop().await;
}

#[actix_web::test]
async fn of_too_much_only_that_it_is_too_much_is_told() {
    let mut store = MemoryStore::with(&["ana", "ben"]);
    let chat = store.direct("ana", "ben");
    let known = rev(&mut store, "ben", chat);
    for n in 0..500 {
        store.say("ana", chat, &format!("{n}"));
    }
    let five_hundred = rev(&mut store, "ben", chat);
    let server = Server::start(store);
    let mut ben = server.open("ben").await;
    assert_eq!(resumed(&mut ben, &[(chat, known)]).await.len(), 501);

    server.store.lock().say("ana", chat, "one more");

    assert_eq!(resumed(&mut ben, &[(chat, known)]).await, told(&[("reset", chat, "")]));
    let ahead = Rev::new(five_hundred.get() + 1_000);
    assert_eq!(
        resumed(&mut ben, &[(chat, ahead)]).await,
        told(&[("reset", chat, "")]),
        "an older copy of the data"
    );
    server.stop().await;
}

/// Half of what is sent is missed, while the rest goes on: what was heard is what is stored.
#[actix_web::test]
async fn live_and_replay_together_are_what_is_stored() {
    let mut store = MemoryStore::with(&["ana", "ben"]);
    let chat = store.direct("ana", "ben");
    let server = Server::start(store);
    let mut ana = server.open("ana").await;
    let (mut heard, mut known) = (Vec::new(), Rev::ZERO);
    let mut sent = 0;
    for _round in 0..20 {
        let mut ben = server.open("ben").await;
        ben.say(&json!({ "type": "resume", "chats": { chat.to_string(): known.get() } })).await;
        for _ in 0..30 {
            let text = sent.to_string();
            ana.say(&json!({ "type": "send", "client_id": text, "chat_id": chat.get(), "text": text })).await;
            sent += 1;
            if sent % 30 == 10 {
                // Away in the middle of it all.
                let frames = ben.hear_until("resumed").await;
                take(&frames, &mut heard, &mut known);
            }
        }
        drop(ben);
        // The acknowledgement of the last is the sign that all were sent.
        while ana.hear_until("ack").await.last().expect("an ack")["client_id"]
            != (sent - 1).to_string().as_str()
        {}
    }
    let mut ben = server.open("ben").await;
    ben.say(&json!({ "type": "resume", "chats": { chat.to_string(): known.get() } })).await;
    take(&ben.hear_until("resumed").await, &mut heard, &mut known);

    let expected: Vec<String> = (0..sent).map(|n: i32| n.to_string()).collect();
    assert_eq!(heard, expected);
    server.stop().await;
}

fn take(frames: &[Value], heard: &mut Vec<String>, known: &mut Rev) {
    for frame in frames {
        if frame["type"] == "message.created" {
            let rev = Rev::new(frame["rev"].as_i64().expect("a rev"));
            assert!(rev > *known, "in order, and once");
            *known = rev;
            heard.push(frame["text"].as_str().expect("a text").to_owned());
        }
    }
}

#[actix_web::test]
async fn a_chat_that_is_new_says_whether_the_other_is_there() {
    let mut store = MemoryStore::with(&["ana", "ben"]);
    store.direct("ana", "ben");
    let server = Server::start(store);
    let mut ben = server.open("ben").await;
    let new = async |client: &mut Client| {
        client.say(&json!({ "type": "resume", "chats": {} })).await;
        client.hear_until("resumed").await.remove(0)["there"].clone()
    };

    assert_eq!(new(&mut ben).await, json!(false));
    let _ana = server.open("ana").await;
    assert_eq!(new(&mut ben).await, json!(true));
    server.stop().await;
}
