//! How sockets end.

use std::time::Duration;

use domain::{
    memory::MemoryStore,
    ports::{Cut, UnitOfWork},
};
use futures_util::SinkExt;
use serde_json::json;
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

#[actix_web::test]
async fn who_goes_on_although_throttled_is_cut() {
    let mut store = MemoryStore::with(&["ana", "ben"]);
    let chat = store.direct("ana", "ben").get();
    let server = Server::start_at(store, Pace::default(), "1/hour".parse().expect("a rule"));
    let mut ana = server.open("ana").await;
    let send =
        |n: usize| json!({ "type": "send", "client_id": format!("c{n}"), "chat_id": chat, "text": "x" });

    ana.say(&send(0)).await;
    ana.hear_until("ack").await;
    ana.say(&send(1)).await;
    let refused = ana.hear_until("error").await.pop().expect("an error");
    assert_eq!((&refused["client_id"], &refused["problem"]["status"]), (&json!("c1"), &json!(429)));
    assert_eq!(refused["problem"]["retry_after"], 3_600);
    for n in 2..=100 {
        ana.say(&send(n)).await;
    }

    assert_eq!(ana.hear_close().await, 4429);
    server.stop().await;
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
