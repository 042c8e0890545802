//! What each event reads as.

use std::sync::Arc;

use actix_web::{http::Method, test::TestRequest};
use domain::{
    ChatId, Event, Rev, Seq, SessionId, UserId,
    chats::{ChatChange, ChatRole, groups},
    memory::MemoryStore,
    messages::reactions,
    ports::{Presence, Reads},
};
use serde_json::{Value, json};

use crate::testing::World;

/// These are there, and nobody else.
struct There(Vec<UserId>);

impl Presence for There {
    fn is_online(&self, user: UserId) -> bool {
        self.0.contains(&user)
    }
}

fn frame(event: &Event) -> Option<Value> {
    frame_among(event, &There(Vec::new()))
}

fn frame_among(event: &Event, there: &There) -> Option<Value> {
    crate::voice().frame(event, there).map(|frame| serde_json::from_str(&frame).unwrap())
}

/// What is told of all that happened.
fn told(store: &mut MemoryStore) -> Vec<Value> {
    store.take_notices().iter().filter_map(|notice| frame(&notice.event)).collect()
}

#[test]
fn messages_are_told_as_they_are_read() {
    let mut store = MemoryStore::with(&["ana", "ben"]);
    let lunch = store.group("Lunch", "ana", &["ben"]);
    store.forget();
    let id = store.say("ana", lunch, "Soup?");
    let ben = store.caller("ben");
    reactions::add(&mut store, &ben, lunch, id, &"yum".parse().unwrap()).unwrap();

    let told = told(&mut store);

    assert_eq!((&told[0]["type"], &told[0]["chat_id"]), (&json!("message.created"), &json!(lunch.get())));
    assert_eq!((&told[0]["message"]["id"], &told[0]["message"]["text"]), (&json!(id.get()), &json!("Soup?")));
    assert_eq!(told[1]["type"], "message.updated");
    assert_eq!(told[1]["message"]["reactions"][0]["usernames"], json!(["ben"]));
}

#[test]
fn a_new_chat_is_told_as_its_receiver_sees_it_and_a_change_as_all_do() {
    let mut store = MemoryStore::with(&["ana", "ben"]);
    store.forget();
    let lunch = store.group("Lunch", "ana", &["ben"]);
    let ana = store.caller("ana");
    let change = ChatChange { description: Some(Some("At one".parse().unwrap())), ..ChatChange::default() };
    groups::update(&mut store, &ana, lunch, &change).unwrap();
    groups::delete(&mut store, &ana, lunch).unwrap();

    let told = told(&mut store);

    assert_eq!((&told[0]["type"], &told[0]["chat"]["my_role"]), (&json!("chat.created"), &json!("owner")));
    assert_eq!(told[1]["chat"]["my_role"], "member");
    let rev = told[2]["rev"].clone();
    let updated = json!({"type": "chat.updated", "chat_id": lunch.get(), "rev": rev, "name": "Lunch",
        "description": "At one", "visibility": "private"});
    assert_eq!(told[2], updated);
    assert_eq!(told[3], json!({"type": "chat.deleted", "chat_id": lunch.get()}));
}

#[test]
fn a_new_chat_says_whether_the_other_is_there() {
    let mut store = MemoryStore::with(&["ana", "ben"]);
    store.forget();
    store.direct("ana", "ben");
    let (notices, ben) = (store.take_notices(), store.id("ben"));
    let peers = |there: &There| {
        let told = notices.iter().filter_map(|notice| frame_among(&notice.event, there));
        told.map(|told| told["chat"]["peer"].clone()).collect::<Vec<_>>()
    };
    let online = |peer: &Value| (peer["username"].clone(), peer["online"].clone());

    let alone: Vec<_> = peers(&There(Vec::new())).iter().map(online).collect();
    let with_ben: Vec<_> = peers(&There(vec![ben])).iter().map(online).collect();

    assert_eq!(alone, [(json!("ben"), json!(false)), (json!("ana"), json!(false))]);
    assert_eq!(with_ben, [(json!("ben"), json!(true)), (json!("ana"), json!(false))]);
}

#[test]
fn members_are_told_as_people_with_their_roles() {
    let store = MemoryStore::with(&["ana"]);
    let (chat, rev, role) = (ChatId::new(7), Rev::new(9), ChatRole::Admin);
    let user = Arc::new(store.someone("ana").person());
    let expected = |kind: &str| {
        let avatar = "/api/v1/users/ana/avatar";
        let user =
            json!({"id": user.id.get(), "username": "ana", "display_name": "ana", "avatar_url": avatar});
        json!({"type": kind, "chat_id": 7, "rev": 9, "user": user, "role": "admin"})
    };

    let added = Event::MemberAdded { chat, rev, user: user.clone(), role, small: true };
    let updated = Event::MemberUpdated { chat, rev, user: user.clone(), role };
    let removed = Event::MemberRemoved { chat, rev, user: user.clone(), role, small: true };

    assert_eq!(frame(&added), Some(expected("member.added")));
    assert_eq!(frame(&updated), Some(expected("member.updated")));
    assert_eq!(frame(&removed), Some(expected("member.removed")));
    assert_eq!(frame(&Event::UserUpdated { user }).unwrap()["user"]["username"], "ana");
}

#[test]
fn marks_typing_and_presence_name_who() {
    let (chat, username) = (ChatId::new(7), "ana".to_owned());

    let read = Event::Read { chat, username: username.clone(), seq: Seq::new(3) };
    let typing = Event::Typing { chat, user: UserId::new(1), username: username.clone() };
    let presence = Event::Presence { username, online: true };
    let over = Event::SessionsEnded { user: UserId::new(1), sessions: vec![SessionId::new(2)] };

    assert_eq!(frame(&read), Some(json!({"type": "read", "chat_id": 7, "username": "ana", "seq": 3})));
    assert_eq!(frame(&typing), Some(json!({"type": "typing", "chat_id": 7, "username": "ana"})));
    assert_eq!(frame(&presence), Some(json!({"type": "presence", "username": "ana", "online": true})));
    assert_eq!(frame(&over), None);
}

#[test]
fn the_first_frame_and_the_answer_to_a_send_are_one_s_own() {
    let mut store = MemoryStore::with(&["ana"]);
    let lunch = store.group("Lunch", "ana", &[]);
    let id = store.say("ana", lunch, "Soup?");
    let messages = store.messages(&[id]).unwrap();
    let message = store.depict(messages).unwrap().remove(0);
    let said = |frame: bytestring::ByteString| serde_json::from_str::<Value>(&frame).unwrap();

    let ready = said(crate::voice().ready(&store.someone("ana"), 30));
    let ack = said(crate::voice().ack("c-1", &message));

    assert_eq!((&ready["type"], &ready["heartbeat_seconds"]), (&json!("ready"), &json!(30)));
    assert_eq!((&ready["user"]["online"], &ready["user"]["email"]), (&json!(true), &json!(null)));
    assert!(ready["user"].as_object().unwrap().contains_key("email"));
    assert_eq!(
        (&ack["type"], &ack["client_id"], &ack["message"]["text"]),
        (&json!("ack"), &json!("c-1"), &json!("Soup?"))
    );
}

#[actix_web::test]
async fn without_a_good_token_there_is_no_socket() {
    let world = World::with(&["ana"]);
    let open = async |protocols: &'static str| {
        let request = TestRequest::get()
            .uri("/api/v1/live")
            .insert_header(("Connection", "upgrade"))
            .insert_header(("Upgrade", "websocket"))
            .insert_header(("Sec-WebSocket-Version", "13"))
            .insert_header(("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="))
            .insert_header(("Sec-WebSocket-Protocol", protocols));
        world.send(request).await.status
    };

    assert_eq!(open("natter.v1").await, 401);
    assert_eq!(open("natter.v1, bearer.not.a.token").await, 401);
    world.call(Method::GET, "/live", None, None).await.expect(401);
}
