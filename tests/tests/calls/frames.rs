//! Every kind of live frame of the document, heard once; each is held against its schema as it comes.

use crate::stage::id;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tests::{Api, Contract, Socket, contract, on_each_database};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

#[tokio::test]
async fn every_kind_of_frame_is_heard() {
    on_each_database(async |server| {
        let mut people = Vec::new();
        for username in ["ada", "ben", "cleo"] {
            people.push(server.api().sign_up(username).await);
        }
        let [ada, ben, cleo] = &people[..] else { unreachable!() };
        let (mut at_adas, mut at_bens) = (ada.live().await, ben.live().await);
        let mut heard: BTreeSet<String> = ["ready".to_owned(), "pong".to_owned()].into();

        let lunch = talk(ada, &mut at_adas).await;
        let mut at_cleos = membership(ada, cleo, lunch, &mut at_adas).await;
        at_bens.send(json!({"type": "read", "chat_id": lunch, "seq": 1})).await;
        at_adas.expect("read").await;
        at_bens.send_text("{").await;
        assert!(at_bens.expect("error").await.get("client_id").is_none());
        at_cleos.send(json!({"type": "resume", "chats": {}})).await;
        at_cleos.expect("resumed").await;
        let frames = at_bens.heard().await;
        in_order(&frames, lunch);
        drop((at_bens, at_cleos, at_adas));

        let reset = too_much(ada, ben, lunch).await;
        heard.extend(["ack", "read", "error", "resumed"].map(str::to_owned));
        heard.extend(frames.iter().chain(&reset).map(|frame| frame["type"].as_str().unwrap().to_owned()));
        assert_eq!(heard, kinds(contract().await));
    })
    .await;
}

/// Ada makes a group, sends over her socket, changes and deletes what she said, and herself.
async fn talk(ada: &Api, at_adas: &mut Socket) -> i64 {
    let lunch = ada.group("lunch", &["ben", "cleo"]).await;
    at_adas.send(json!({"type": "send", "client_id": "c-1", "chat_id": lunch, "text": "Soup?"})).await;
    let ack = at_adas.expect("ack").await;
    assert_eq!(at_adas.expect("message.created").await["message"], ack["message"], "the sender hears both");
    let path = format!("/chats/{lunch}/messages/{}", id(&ack["message"]));
    ada.patch(&path, json!({"text": "Bread?"})).await.expect(200);
    ada.delete(&path).await.expect(204);
    ada.patch("/me", json!({"first_name": "Ada"})).await.expect(200);
    at_adas.send(json!({"type": "typing", "chat_id": lunch})).await;
    lunch
}

/// Cleo comes, rises, and is taken out; the chat is renamed. Her socket.
async fn membership(ada: &Api, cleo: &Api, lunch: i64, at_adas: &mut Socket) -> Socket {
    let at_cleos = cleo.live().await;
    assert_eq!(at_adas.expect("presence").await["username"], "cleo");
    let path = format!("/chats/{lunch}");
    ada.patch(&path, json!({"description": "Where?"})).await.expect(200);
    ada.patch(&format!("{path}/members/cleo"), json!({"role": "admin"})).await.expect(200);
    ada.delete(&format!("{path}/members/cleo")).await.expect(204);
    ada.post(&format!("{path}/members"), json!({"username": "cleo"})).await.expect(201);
    at_cleos
}

/// The frames that belong to a chat come in the order of its revisions.
fn in_order(frames: &[Value], chat: i64) {
    let of_chat = frames.iter().filter(|frame| frame["chat_id"] == chat);
    let revs: Vec<i64> =
        of_chat.filter_map(|frame| frame["message"]["rev"].as_i64().or(frame["rev"].as_i64())).collect();
    assert!(revs.len() >= 6 && revs.is_sorted_by(|a, b| a < b), "{revs:?}");
}

/// More than 500 changes while Ben is away; then the chat is deleted. What he hears.
async fn too_much(ada: &Api, ben: &Api, lunch: i64) -> Vec<Value> {
    let send = |n: i32| {
        let ada = ada.clone();
        tokio::spawn(async move {
            for m in 0..51 {
                ada.write(lunch, &format!("{n} {m}")).await;
            }
        })
    };
    for sent in (0..10).map(send).collect::<Vec<_>>() {
        sent.await.unwrap();
    }
    let mut at_bens = ben.live().await;
    at_bens.send(json!({"type": "resume", "chats": {lunch.to_string(): 1}})).await;
    let reset = at_bens.expect("reset").await;
    assert_eq!(reset["chat_id"], lunch);
    at_bens.expect("resumed").await;
    ada.delete(&format!("/chats/{lunch}")).await.expect(204);
    let deleted = at_bens.expect("chat.deleted").await;
    vec![reset, deleted]
}

/// The kinds that the document names.
fn kinds(contract: &Contract) -> BTreeSet<String> {
    fn gather(schema: &Value, document: &Value, kinds: &mut BTreeSet<String>) {
        if let Some(reference) = schema["$ref"].as_str() {
            let named = document.pointer(reference.trim_start_matches('#')).unwrap();
            return gather(named, document, kinds);
        }
        let kind = &schema["properties"]["type"];
        let named = kind["enum"].as_array().into_iter().flatten().chain(kind.get("const"));
        kinds.extend(named.map(|name| name.as_str().unwrap().to_owned()));
        for parts in ["oneOf", "allOf"] {
            schema[parts].as_array().into_iter().flatten().for_each(|part| gather(part, document, kinds));
        }
    }
    let mut kinds = BTreeSet::new();
    let live = contract.operation("GET", "/live").unwrap();
    gather(&live["x-frames-from-server"], contract.document(), &mut kinds);
    assert!(kinds.len() > 15, "{kinds:?}");
    kinds
}

#[tokio::test]
async fn what_may_be_null_in_the_body_of_a_message_may_be_null_in_a_frame() {
    on_each_database(async |server| {
        let ada = server.api().sign_up("ada").await;
        let lunch = ada.group("lunch", &[]).await;
        let mut live = ada.live().await;

        let body = json!({"text": "Soup?", "reply_to": null, "attachments": null});
        ada.post(&format!("/chats/{lunch}/messages"), body.clone()).await.expect(201);
        let mut frame = body;
        frame["type"] = json!("send");
        frame["client_id"] = json!("c-1");
        frame["chat_id"] = json!(lunch);
        live.send(frame).await;

        assert_eq!(live.expect("ack").await["message"]["seq"], 2);
    })
    .await;
}

#[tokio::test]
async fn the_token_comes_in_the_header_or_beside_the_protocol_which_is_answered() {
    on_each_database(async |server| {
        let ada = server.api().sign_up("ada").await;
        let token = ada.token.as_deref().unwrap();
        let url = server.url("/api/v1/live").replacen("http", "ws", 1);
        for (name, value, answered) in [
            ("Authorization", format!("Bearer {token}"), None),
            ("Sec-WebSocket-Protocol", format!("natter.v1, bearer.{token}"), Some("natter.v1")),
            ("Sec-WebSocket-Protocol", format!("bearer.{token}, natter.v1"), Some("natter.v1")),
        ] {
            let mut request = url.clone().into_client_request().unwrap();
            request.headers_mut().insert(name, value.parse().unwrap());
            let (_, response) = connect_async(request).await.unwrap();
            let protocol =
                response.headers().get("sec-websocket-protocol").map(|value| value.to_str().unwrap());
            assert_eq!(protocol, answered, "{name}");
        }
        let plain = ada.send(ada.request(Method::GET, "/live")).await;
        plain.expect_problem(426, "upgrade-required");
    })
    .await;
}
