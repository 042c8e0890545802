//! The same message, sent in many ways at once.

use super::{ROUNDS, people, statuses};
use crate::truth::Found;
use crate::values::int;
use serde_json::{Value, json};
use tests::{Api, Socket, on_each_database};

#[tokio::test(flavor = "multi_thread")]
async fn one_client_id_is_one_message_over_http_and_two_sockets_at_once() {
    on_each_database(async |server| {
        let [ada, ben] = people(&server, ["ada", "ben"]).await;
        let chat = int(&ada.write_to("ben", "hello").await, "chat_id");
        let (mut first, mut second) = (ada.live().await, ada.live().await);
        let mut at_bens = ben.live().await;
        let mut made_over_http = 0;
        for round in 0..ROUNDS {
            let client_id = format!("c-{round}");
            let body = json!({"text": "Soup?", "client_id": client_id});
            let (room, peer) = (format!("/chats/{chat}/messages"), "/conversations/ben");
            let (a, b, c, d, e) = tokio::join!(
                ada.post(&room, body.clone()),
                said(&mut first, chat, &client_id),
                ada.post(peer, body.clone()),
                said(&mut second, chat, &client_id),
                ada.post(&room, body.clone()),
            );
            let made = statuses([&a, &c, &e]);
            assert!(made[..2] == [200, 200] && (made[2] == 200 || made[2] == 201), "{made:?}");
            made_over_http += usize::from(made[2] == 201);
            let stored = Found::look(&ben, chat).await.unwrap().messages;
            let message = stored.values().last().unwrap();
            assert_eq!(int(message, "seq"), round as i64 + 2, "one message each time");
            for told in [&a.body, &b, &c.body, &d, &e.body] {
                assert_eq!(told, message);
            }
            assert_eq!(&at_bens.expect("message.created").await["message"], message);
        }
        assert!(made_over_http > 0, "the sockets were first each time: that tells nothing about HTTP");
        ada.write(chat, "the end").await;
        let next = at_bens.expect("message.created").await;
        assert_eq!(next["message"]["text"], "the end", "each was heard once");
    })
    .await;
}

/// Sends over a socket; the message as it was acknowledged.
async fn said(socket: &mut Socket, chat: i64, client_id: &str) -> Value {
    socket.send(json!({"type": "send", "client_id": client_id, "chat_id": chat, "text": "Soup?"})).await;
    let ack = socket.expect("ack").await;
    assert_eq!(ack["client_id"], client_id);
    ack["message"].clone()
}

/// Two chats can't both be the place of it.
#[tokio::test(flavor = "multi_thread")]
async fn one_client_id_in_two_chats_at_once_is_a_message_in_one_of_them() {
    on_each_database(async |server| {
        let [ada] = people(&server, ["ada"]).await;
        let (lunch, work) = (ada.group("lunch", &[]).await, ada.group("work", &[]).await);
        for round in 0..ROUNDS {
            let body = json!({"text": "Soup?", "client_id": format!("c-{round}")});
            let send = |chat| {
                let (ada, body): (&Api, _) = (&ada, body.clone());
                async move { ada.post(&format!("/chats/{chat}/messages"), body).await }
            };
            let (here, there) = tokio::join!(send(lunch), send(work));

            assert_eq!(statuses([&here, &there]), [201, 409]);
            let stored = ada.messages(lunch).await.len() + ada.messages(work).await.len();
            assert_eq!(stored, round + 1);
        }
    })
    .await;
}
