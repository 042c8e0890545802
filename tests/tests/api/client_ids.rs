//! A sender's own name for a message is kept as it was sent.

use serde_json::json;
use tests::on_each_database;

#[tokio::test]
async fn client_ids_that_differ_in_blanks_alone_are_two_messages() {
    on_each_database(async |server| {
        let ada = server.api().sign_up("ada").await;
        let lunch = ada.group("lunch", &[]).await;
        let path = format!("/chats/{lunch}/messages");
        let longest = format!(" {} ", "é".repeat(62));

        for id in ["7", "7 ", " 7", "7\u{a0}", &longest] {
            let body = json!({"text": format!("as {id:?}"), "client_id": id});
            let sent = ada.post(&path, body.clone()).await.expect(201);
            let again = ada.post(&path, body).await.expect(200);

            assert_eq!((&sent["client_id"], &again["id"]), (&json!(id), &sent["id"]));
        }
        assert_eq!(ada.messages(lunch).await.len(), 5);
        for (id, code) in [("", "required"), ("  ", "required"), ("7\n", "invalid_character")] {
            ada.post(&path, json!({"text": "x", "client_id": id}))
                .await
                .expect_errors(&[("client_id", code)]);
        }
        let long = json!({"text": "x", "client_id": format!("{longest} ")});
        ada.post(&path, long).await.expect_errors(&[("client_id", "too_long")]);
    })
    .await;
}

#[tokio::test]
async fn an_ack_names_the_client_id_as_it_was_sent() {
    on_each_database(async |server| {
        let ada = server.api().sign_up("ada").await;
        let lunch = ada.group("lunch", &[]).await;
        let mut live = ada.live().await;

        for id in ["7", "7 "] {
            live.send(json!({"type": "send", "client_id": id, "chat_id": lunch, "text": "x"})).await;
            let ack = live.expect("ack").await;
            assert_eq!((&ack["client_id"], &ack["message"]["client_id"]), (&json!(id), &json!(id)));
        }
        assert_eq!(ada.messages(lunch).await.len(), 2);
    })
    .await;
}
