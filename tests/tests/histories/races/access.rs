//! Reading while one is removed: nothing after the removal was answered.

use super::{ROUNDS, at, delete, member, people};
use crate::values::int;
use futures_util::future::join_all;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, Ordering};
use tests::{Api, Socket, on_each_database};

/// What stands in everything that is in the chat.
const SECRET: &str = "persimmon";

/// How often each reader asks once more after the removal was answered.
const AFTERWARDS: usize = 3;

#[tokio::test(flavor = "multi_thread")]
async fn who_is_removed_while_reading_reads_nothing_after_the_answer() {
    on_each_database(async |server| {
        let [ada, ben] = people(&server, ["ada", "ben"]).await;
        let lunch = ada.group("lunch", &["ben"]).await;
        let file = upload(&ada).await;
        let body = json!({"text": format!("{SECRET} soup"), "attachments": [file]});
        let sent = ada.post(&format!("/chats/{lunch}/messages"), body).await.expect(201);
        let paths = [
            format!("/chats/{lunch}/messages"),
            format!("/chats/{lunch}/messages?changed_after=0"),
            at(&sent),
            format!("/search?q={SECRET}"),
            "/chats".to_owned(),
            format!("/attachments/{file}"),
        ];
        ben.get(&format!("/search?q={SECRET}")).await.expect(200);
        let mut seen = 0;
        for _ in 0..ROUNDS {
            let removed = AtomicBool::new(false);
            let (read, ()) =
                tokio::join!(join_all(paths.iter().map(|path| keep_reading(&ben, path, &removed))), async {
                    delete(&ada, member(lunch, "ben")).await.expect(204);
                    removed.store(true, Ordering::SeqCst);
                },);
            seen += read.iter().sum::<usize>();
            ada.post(&format!("/chats/{lunch}/members"), json!({"username": "ben"})).await.expect(201);
        }
        assert!(seen > 0, "nothing was seen before the removals either: that tells nothing");
    })
    .await;
}

/// Asks again and again; how often the secret was seen before the removal.
async fn keep_reading(api: &Api, path: &str, removed: &AtomicBool) -> usize {
    let (mut seen, mut afterwards) = (0, 0);
    while afterwards < AFTERWARDS {
        let is_over = removed.load(Ordering::SeqCst);
        let answer = api.get(path).await;
        let shows = String::from_utf8_lossy(&answer.bytes).contains(SECRET);
        assert!(!(is_over && shows), "{} was answered after the removal: {answer:?}", answer.call);
        // A list is there for everyone; all else must not even be there.
        let is_own = path.starts_with("/search") || path == "/chats";
        assert!(!is_over || answer.status == if is_own { 200 } else { 404 }, "{answer:?}");
        seen += usize::from(shows && !path.starts_with("/search?"));
        afterwards += usize::from(is_over);
    }
    seen
}

async fn upload(api: &Api) -> i64 {
    let part = Part::bytes(format!("all about {SECRET}").into_bytes()).file_name("recipe.txt");
    let request = api.request(Method::POST, "/attachments").multipart(Form::new().part("file", part));
    int(&api.send(request).await.expect(201), "id")
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_removed_while_messages_pour_in_hears_that_and_not_one_frame_more() {
    on_each_database(async |server| {
        let [ada, ben, cleo] = people(&server, ["ada", "ben", "cleo"]).await;
        let lunch = ada.group("lunch", &["ben", "cleo"]).await;
        let mut live = [ben.live().await, ben.live().await];
        let mut at_cleos = cleo.live().await;
        for round in 0..ROUNDS / 2 {
            let pours = AtomicBool::new(true);
            let ((), (), (), left) = tokio::join!(
                pour(&ada, lunch, &pours),
                pour(&cleo, lunch, &pours),
                pour_live(&mut at_cleos, lunch, &pours),
                async {
                    ada.write(lunch, "now").await;
                    let left = delete(&ada, member(lunch, "ben")).await.status;
                    ada.write(lunch, "he is gone").await;
                    pours.store(false, Ordering::SeqCst);
                    left
                },
            );
            assert_eq!(left, 204);
            // Whatever was on its way before this is heard before it.
            let bell = ada.write_to("ben", &format!("round {round} is over")).await;
            for socket in &mut live {
                let frames = heard_until(socket, &bell).await;
                let removal = frames.iter().position(|frame| frame["type"] == "member.removed");
                let after = &frames[removal.expect("the removal is heard") + 1..];
                let about =
                    after.iter().find(|frame| frame["chat_id"] == lunch || frame["chat"]["id"] == lunch);
                assert_eq!(about, None);
                assert!(!json!(after).to_string().contains("he is gone"));
            }
            ada.post(&format!("/chats/{lunch}/members"), json!({"username": "ben"})).await.expect(201);
            for socket in &mut live {
                assert_eq!(socket.expect("chat.created").await["chat"]["id"], lunch);
            }
        }
    })
    .await;
}

async fn pour(api: &Api, chat: i64, goes_on: &AtomicBool) {
    while goes_on.load(Ordering::SeqCst) {
        join_all((0..4).map(|_| api.write(chat, "drop"))).await;
    }
}

async fn pour_live(socket: &mut Socket, chat: i64, goes_on: &AtomicBool) {
    for n in 1.. {
        if !goes_on.load(Ordering::SeqCst) {
            return;
        }
        socket.send(json!({"type": "typing", "chat_id": chat})).await;
        socket.send(json!({"type": "read", "chat_id": chat, "seq": n})).await;
        let client_id = format!("drop-{chat}-{n}");
        socket.send(json!({"type": "send", "client_id": client_id, "chat_id": chat, "text": "drop"})).await;
        socket.expect("ack").await;
    }
}

/// All frames up to the message.
async fn heard_until(socket: &mut Socket, bell: &Value) -> Vec<Value> {
    let mut frames = Vec::new();
    loop {
        let frame = socket.next().await;
        if frame["message"]["id"] == bell["id"] {
            return frames;
        }
        frames.push(frame);
    }
}
