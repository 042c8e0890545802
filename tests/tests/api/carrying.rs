//! Messages that carry files.

use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use tests::{Api, on_each_database};

#[tokio::test]
async fn a_caption_can_be_taken_away_while_a_file_stays() {
    on_each_database(async |server| {
        let ada = server.api().sign_up("ada").await;
        let lunch = ada.group("lunch", &[]).await;
        let file = upload(&ada).await;
        let with = send(&ada, lunch, json!({"text": "Look", "attachments": [file]})).await;
        let alone = send(&ada, lunch, json!({"text": "Look"})).await;
        let at = |message: &Value| format!("/chats/{lunch}/messages/{}", message["id"]);

        let bare = ada.patch(&at(&with), json!({"text": " \n"})).await.expect(200);

        assert_eq!(
            (&bare["text"], &bare["html"], &bare["attachments"][0]["id"]),
            (&json!(""), &json!(""), &json!(file))
        );
        let again = ada.patch(&at(&with), json!({"text": "Again"})).await.expect(200);
        assert_eq!(again["text"], "Again");
        ada.patch(&at(&alone), json!({"text": " \n"})).await.expect_errors(&[("text", "required")]);
        assert_eq!(ada.get(&at(&alone)).await.expect(200)["text"], "Look");
    })
    .await;
}

#[tokio::test]
async fn who_may_not_edit_is_not_told_what_a_text_lacks() {
    on_each_database(async |server| {
        let (ada, ben) = (server.api().sign_up("ada").await, server.api().sign_up("ben").await);
        let cleo = server.api().sign_up("cleo").await;
        let lunch = ada.group("lunch", &["ben"]).await;
        let message = ada.write(lunch, "Soup").await;
        let at = format!("/chats/{lunch}/messages/{}", message["id"]);

        ben.patch(&at, json!({"text": ""})).await.expect_problem(403, "not-allowed");
        cleo.patch(&at, json!({"text": ""})).await.expect_problem(404, "not-found");
    })
    .await;
}

#[tokio::test]
async fn a_file_is_carried_again_only_while_its_uploader_can_read_it() {
    on_each_database(async |server| {
        let ada = server.api().sign_up("ada").await;
        let (lunch, tea) = (ada.group("lunch", &[]).await, ada.group("tea", &[]).await);
        let file = upload(&ada).await;
        let body = json!({"text": "", "attachments": [file]});
        let first = send(&ada, lunch, body.clone()).await;
        let second = send(&ada, tea, body.clone()).await;

        ada.delete(&format!("/chats/{lunch}/messages/{}", first["id"])).await.expect(204);
        let third = send(&ada, lunch, body.clone()).await;
        for (chat, message) in [(tea, &second), (lunch, &third)] {
            ada.delete(&format!("/chats/{chat}/messages/{}", message["id"])).await.expect(204);
        }

        ada.get(&format!("/attachments/{file}")).await.expect_problem(404, "not-found");
        let refused = ada.post(&format!("/chats/{lunch}/messages"), body).await;
        refused.expect_errors(&[("attachments", "unknown_attachment")]);
    })
    .await;
}

async fn send(by: &Api, chat: i64, body: Value) -> Value {
    by.post(&format!("/chats/{chat}/messages"), body).await.expect(201)
}

/// A small text of somebody's; its id.
async fn upload(by: &Api) -> i64 {
    let form = Form::new().part("file", Part::bytes(b"soup".to_vec()).file_name("plan.txt"));
    let answer = by.send(by.request(Method::POST, "/attachments").multipart(form)).await;
    answer.expect(201)["id"].as_i64().unwrap()
}
