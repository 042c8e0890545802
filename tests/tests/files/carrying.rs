//! Messages that carry files: whose, how many, and what they show of them.

use crate::form::*;
use crate::samples;
use serde_json::{Value, json};
use tests::{Api, Server, on_each_database};

async fn send(api: &Api, chat: i64, ids: &[Value]) -> tests::Answer {
    api.post(&format!("/chats/{chat}/messages"), json!({"text": "look", "attachments": ids})).await
}

#[tokio::test]
async fn a_message_shows_its_files_in_the_order_given_wherever_it_is_read() {
    on_each_database(async |server| {
        let ada = server.api().sign_up("ada").await;
        let ben = server.api().sign_up("ben").await;
        let lunch = ada.group("lunch", &["ben"]).await;
        let mut at_bens = ben.live().await;
        let (plan, soup) =
            (file(&ada, "plan.txt", "the plan").await, file(&ada, "soup.png", samples::plain("png")).await);

        let message = carry(&ada, lunch, &[&soup, &plan]).await;

        assert_eq!(message["attachments"], json!([soup, plan]));
        assert_eq!(at_bens.expect("message.created").await["message"], message);
        assert_eq!(ben.messages(lunch).await, std::slice::from_ref(&message));
        let chats = ben.get("/chats").await.expect(200);
        assert_eq!(chats["items"][0]["last_message"]["attachments"], message["attachments"]);
    })
    .await;
}

#[tokio::test]
async fn only_files_of_ones_own_are_carried() {
    on_each_database(async |server| {
        let ada = server.api().sign_up("ada").await;
        let ben = server.api().sign_up("ben").await;
        let lunch = ada.group("lunch", &["ben"]).await;
        let (hers, his) = (file(&ada, "hers", "hers").await, file(&ben, "his", "his").await);
        carry(&ada, lunch, &[&hers]).await;

        for ids in
            [vec![hers["id"].clone()], vec![his["id"].clone(), hers["id"].clone()], vec![json!(9_999_999)]]
        {
            let refused = send(&ben, lunch, &ids).await;
            refused.expect_errors(&[("attachments", "unknown_attachment")]);
        }
        for ids in [json!([0]), json!([-1]), json!([9_007_199_254_740_992_i64])] {
            send(&ben, lunch, ids.as_array().unwrap())
                .await
                .expect_errors(&[("attachments", "out_of_range")]);
        }

        assert_eq!(ben.messages(lunch).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_socket_refuses_files_of_others_as_well() {
    let server = Server::start().await;
    let ada = server.api().sign_up("ada").await;
    let ben = server.api().sign_up("ben").await;
    let lunch = ada.group("lunch", &["ben"]).await;
    let hers = file(&ada, "hers", "hers").await;
    let mut at_bens = ben.live().await;

    let frame = json!({"type": "send", "client_id": "c-1", "chat_id": lunch, "text": "", "attachments": [hers["id"]]});
    at_bens.send(frame).await;

    let error = at_bens.expect("error").await;
    assert_eq!(
        (&error["client_id"], &error["problem"]["errors"][0]["field"]),
        (&json!("c-1"), &json!("attachments"))
    );
    assert!(ben.messages(lunch).await.is_empty());
    fetch(&ben, &hers["url"]).await.expect_problem(404, "not-found");
}

#[tokio::test]
async fn a_message_carries_up_to_ten_files_each_once() {
    on_each_database(async |server| {
        let ada = server.api().sign_up("ada").await;
        let notes = ada.group("notes", &[]).await;
        let mut ids = Vec::new();
        for n in 0..11 {
            ids.push(file(&ada, "page", format!("page {n}")).await["id"].clone());
        }

        send(&ada, notes, &ids).await.expect_errors(&[("attachments", "too_many")]);
        let ten = send(&ada, notes, &ids[..10]).await.expect(201);
        let twice = send(&ada, notes, &[ids[0].clone(), ids[0].clone()]).await.expect(201);

        let carried = |message: &Value| message["attachments"].as_array().unwrap().len();
        assert_eq!((carried(&ten), carried(&twice)), (10, 1));
    })
    .await;
}

#[tokio::test]
async fn a_file_may_be_carried_again_by_who_uploaded_it() {
    on_each_database(async |server| {
        let ada = server.api().sign_up("ada").await;
        let ben = server.api().sign_up("ben").await;
        let lunch = ada.group("lunch", &["ben"]).await;
        let plan = file(&ada, "plan.txt", "the plan").await;

        let first = carry(&ada, lunch, &[&plan]).await;
        let second = carry(&ada, lunch, &[&plan]).await;

        assert_eq!(first["attachments"], second["attachments"]);
        ada.delete(&format!("/chats/{lunch}/messages/{}", first["id"])).await.expect(204);
        assert_eq!(fetch(&ben, &plan["url"]).await.bytes, b"the plan", "the second still carries it");
        ada.delete(&format!("/chats/{lunch}/messages/{}", second["id"])).await.expect(204);
        fetch(&ben, &plan["url"]).await.expect_problem(404, "not-found");
    })
    .await;
}

#[tokio::test]
async fn a_message_repeated_under_its_client_id_keeps_its_files() {
    on_each_database(async |server| {
        let ada = server.api().sign_up("ada").await;
        let notes = ada.group("notes", &[]).await;
        let (plan, other) = (file(&ada, "plan", "plan").await, file(&ada, "other", "other").await);
        let body = |file: &Value| json!({"text": "", "client_id": "c-1", "attachments": [file["id"]]});
        let path = format!("/chats/{notes}/messages");

        let first = ada.post(&path, body(&plan)).await.expect(201);
        let again = ada.post(&path, body(&other)).await.expect(200);

        assert_eq!(again, first);
        assert_eq!(first["attachments"], json!([plan]));
    })
    .await;
}

#[tokio::test]
async fn an_edit_leaves_the_files_and_a_deletion_shows_none() {
    on_each_database(async |server| {
        let ada = server.api().sign_up("ada").await;
        let notes = ada.group("notes", &[]).await;
        let plan = file(&ada, "plan.txt", "the plan").await;
        let message = send(&ada, notes, &[plan["id"].clone()]).await.expect(201);
        let path = format!("/chats/{notes}/messages/{}", message["id"]);

        let edited = ada.patch(&path, json!({"text": "mended"})).await.expect(200);
        ada.delete(&path).await.expect(204);

        assert_eq!(edited["attachments"], json!([plan]));
        assert_eq!(ada.messages(notes).await[0]["attachments"], json!([]));
    })
    .await;
}
