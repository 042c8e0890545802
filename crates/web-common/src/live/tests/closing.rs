//! How sockets end.

use std::time::Duration;

use domain::{
    memory::MemoryStore,
    ports::{Cut, UnitOfWork},
};
use futures_util::SinkExt;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::{self, Message};

use super::{hub::SOCKETS, *};
use crate::{
    live::{pace::Pace, socket::FRAME_BYTES},
    throttle::Rule,
};

fn quick() -> Pace {
    Pace::of(Duration::from_millis(100))
}

#[actix_web::test]
async fn the_hub_says_why_it_cuts() {
    for (why, code) in [(Cut::SessionOver, 4401), (Cut::TooSlow, 4408), (Cut::GoingDown, 1001)] {
        let server = Server::start(MemoryStore::with(&["ana"]));
        let mut ana = server.open("ana").await;

        server.cut("ana", why);

        assert_eq!(ana.hear_close().await, code);
        assert_eq!(server.open_sockets().await, 0);
        server.stop().await;
    }
}

#[actix_web::test]
async fn a_session_that_is_over_is_noticed_at_the_next_heartbeat() {
    let server = Server::start_at(MemoryStore::with(&["ana"]), quick(), Rule::Unlimited);
    let mut ana = server.open("ana").await;
    {
        let mut store = server.store.lock();
        let user = store.id("ana");
        let by = store.caller("ana").origin;
        let session = domain::ports::Reads::sessions_of(&mut *store, user).expect("a look").remove(0);
        store.end_session(&by, &session).expect("an end");
        drop(store);
        server.state.sessions.forget(&[session.id]);
    }

    assert_eq!(ana.hear_close().await, 4401);
    server.stop().await;
}

#[actix_web::test]
async fn a_client_that_is_silent_is_cut_and_one_that_answers_is_not() {
    let server = Server::start_at(MemoryStore::with(&["ana", "ben"]), quick(), Rule::Unlimited);
    let (mut ana, mut ben) = (server.open("ana").await, server.open("ben").await);

    // Reading answers pings; nobody reads for Ana.
    let listening = tokio::time::timeout(Duration::from_millis(900), ben.hear()).await;

    assert!(listening.is_err(), "Ben is still there");
    assert_eq!(ana.hear_close().await, 4408);
    ben.say(&json!({ "type": "ping" })).await;
    assert_eq!(ben.hear().await["type"], "pong");
    server.stop().await;
}

#[actix_web::test]
async fn a_frame_of_more_than_256_kib_is_too_big() {
    let server = Server::start(MemoryStore::with(&["ana"]));
    let mut ana = server.open("ana").await;

    ana.say_text(&" ".repeat(FRAME_BYTES)).await;
    assert_eq!(ana.hear().await["problem"]["status"], 400, "not too big yet");
    let _ = ana.0.send(Message::text(" ".repeat(FRAME_BYTES + 1))).await;

    assert_eq!(ana.hear_close().await, 1009);
    server.stop().await;
}

/// A server where everybody may send 5 messages an hour, and one of its chats.
fn sparing(pace: Pace) -> (Server, i64) {
    let mut store = MemoryStore::with(&["ana", "ben"]);
    let chat = store.direct("ana", "ben").get();
    (Server::start_at(store, pace, "5/hour".parse().expect("a rule")), chat)
}

fn send(chat: i64, n: usize) -> Value {
    json!({ "type": "send", "client_id": format!("c{n}"), "chat_id": chat, "text": "x" })
}

#[actix_web::test]
async fn a_burst_is_refused_message_by_message_and_nobody_is_cut() {
    let (server, chat) = sparing(Pace { brake: Duration::from_millis(1), ..Pace::default() });
    let mut ana = server.open("ana").await;

    for n in 0..150 {
        ana.say(&send(chat, n)).await;
    }
    ana.say(&json!({ "type": "ping" })).await;

    let heard = ana.hear_until("pong").await;
    let refused: Vec<_> = heard.iter().filter(|frame| frame["type"] == "error").collect();
    assert_eq!((refused.len(), of_type(&heard, "ack")), (145, 5));
    assert_eq!((&refused[0]["client_id"], &refused[0]["problem"]["status"]), (&json!("c5"), &json!(429)));
    assert_eq!(refused[0]["problem"]["retry_after"], 720);
    server.stop().await;
}

#[actix_web::test]
async fn who_goes_on_and_on_is_cut_once_all_is_answered() {
    let (brake, patience) = (Duration::from_millis(1), Duration::from_millis(50));
    let (server, chat) = sparing(Pace { brake, patience, ..Pace::default() });
    let mut ana = server.open("ana").await;

    for n in 0..500 {
        ana.say(&send(chat, n)).await;
    }
    let (heard, code) = ana.hear_all().await;

    assert_eq!((code, of_type(&heard, "ack")), (4429, 5));
    assert!((100..495).contains(&of_type(&heard, "error")), "{}", of_type(&heard, "error"));
    server.stop().await;
}

fn of_type(frames: &[Value], kind: &str) -> usize {
    frames.iter().filter(|frame| frame["type"] == kind).count()
}

#[actix_web::test]
async fn who_has_too_many_sockets_gets_no_more() {
    let server = Server::start(MemoryStore::with(&["ana"]));
    let mut open = Vec::new();
    for _ in 0..SOCKETS {
        open.push(server.open("ana").await);
    }

    let Err(tungstenite::Error::Http(refused)) = server.try_open("ana").await else { panic!("let in") };

    assert_eq!(refused.status(), 429);
    assert!(refused.headers().contains_key("Retry-After"));
    drop(open);
    while server.open_sockets().await > 0 {
        tokio::task::yield_now().await;
    }
    server.open("ana").await;
    server.stop().await;
}

#[actix_web::test]
async fn a_reader_that_takes_nothing_is_cut_and_others_hear_everything() {
    let mut store = MemoryStore::with(&["ana", "ben"]);
    let chat = store.direct("ana", "ben");
    let pace = Pace { stall: Duration::from_millis(300), ..Pace::default() };
    let server = Server::start_at(store, pace, Rule::Unlimited);
    let _stalled = server.open("ben").await;
    let mut ana = server.open("ana").await;

    let long = "x".repeat(10_000);
    let mut sent = 0;
    while server.open_sockets().await > 1 {
        assert!(sent < 10_000, "it is still there");
        let send =
            json!({ "type": "send", "client_id": format!("c{sent}"), "chat_id": chat.get(), "text": long });
        ana.say(&send).await;
        ana.hear_until("ack").await;
        sent += 1;
    }
    ana.say(&json!({ "type": "ping" })).await;
    ana.hear_until("pong").await;
    server.stop().await;
}
