//! Who reads a file.

use reqwest::{
    Method,
    multipart::{Form, Part},
};
use serde_json::{Value, json};
use tests::{Api, Server, on_each_database};

/// Statuses of the file, as ada, ben and cleo get it.
async fn seen(file: &Value, people: &[&Api; 3]) -> [u16; 3] {
    let path = format!("/attachments/{file}");
    let mut statuses = [0; 3];
    for (status, person) in statuses.iter_mut().zip(people) {
        *status = person.get(&path).await.status;
    }
    statuses
}

async fn upload(by: &Api) -> Value {
    let form = Form::new().part("file", Part::bytes(b"an order".as_slice()).file_name("order.txt"));
    by.send(by.request(Method::POST, "/attachments").multipart(form)).await.expect(201)["id"].clone()
}

async fn send(by: &Api, chat: i64, file: &Value) -> String {
    let message =
        by.post(&format!("/chats/{chat}/messages"), json!({"text": "", "attachments": [file]})).await;
    format!("/chats/{chat}/messages/{}", message.expect(201)["id"])
}

async fn people(server: &Server) -> [Api; 3] {
    [server.api().sign_up("ada").await, server.api().sign_up("ben").await, server.api().sign_up("cleo").await]
}

#[tokio::test]
async fn once_sent_a_file_is_its_senders_no_longer_than_anybody_elses() {
    on_each_database(async |server| {
        let [ada, ben, cleo] = people(&server).await;
        let all = [&ada, &ben, &cleo];
        let lunch = ada.group("lunch", &["ben"]).await;
        let file = upload(&ada).await;
        assert_eq!(seen(&file, &all).await, [200, 404, 404], "not sent yet");

        let message = send(&ada, lunch, &file).await;
        assert_eq!(seen(&file, &all).await, [200, 200, 404], "sent");

        ada.delete(&message).await.expect(204);
        assert_eq!(seen(&file, &all).await, [404; 3], "deleted");
    })
    .await;
}

#[tokio::test]
async fn a_file_is_read_by_any_message_that_still_carries_it() {
    on_each_database(async |server| {
        let [ada, ben, cleo] = people(&server).await;
        let all = [&ada, &ben, &cleo];
        let (lunch, dinner) = (ada.group("lunch", &["ben"]).await, ada.group("dinner", &["cleo"]).await);
        let file = upload(&ada).await;
        let (at_lunch, at_dinner) = (send(&ada, lunch, &file).await, send(&ada, dinner, &file).await);

        ada.delete(&at_lunch).await.expect(204);
        assert_eq!(seen(&file, &all).await, [200, 404, 200]);
        ada.delete(&at_dinner).await.expect(204);
        assert_eq!(seen(&file, &all).await, [404; 3]);

        let body = json!({"text": "", "attachments": [file]});
        let refused = ada.post(&format!("/chats/{lunch}/messages"), body).await;
        refused.expect_errors(&[("attachments", "unknown_attachment")]);
    })
    .await;
}

#[tokio::test]
async fn who_left_the_chat_reads_not_even_their_own_file() {
    on_each_database(async |server| {
        let [ada, ben, cleo] = people(&server).await;
        let lunch = ada.group("lunch", &["ben"]).await;
        let file = upload(&ben).await;
        send(&ben, lunch, &file).await;

        ada.delete(&format!("/chats/{lunch}/members/ben")).await.expect(204);

        assert_eq!(seen(&file, &[&ada, &ben, &cleo]).await, [200, 404, 404]);
    })
    .await;
}
