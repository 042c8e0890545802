//! How far one has read.

use serde_json::{Value, json};
use tests::{Api, Server, on_each_database};

#[tokio::test]
async fn marking_unread_never_moves_forward() {
    on_each_database(async |server| {
        let (ben, lunch) = four_unread(&server).await;
        for (body, read) in [
            (json!({"seq": 4, "unread": true}), 0),
            (json!({"seq": 9999, "unread": true}), 0),
            (json!({"seq": 3}), 3),
            (json!({"seq": 4, "unread": true}), 3),
            (json!({"seq": 3, "unread": true}), 2),
            (json!({"seq": 0, "unread": true}), 0),
        ] {
            ben.put(&format!("/chats/{lunch}/read"), body.clone()).await.expect(204);
            let chat = chat(&ben, lunch).await;
            assert_eq!(
                (&chat["read_seq"], &chat["unread_count"]),
                (&json!(read), &json!(4 - read)),
                "{body}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn unread_may_be_null_as_if_it_were_not_there() {
    let server = Server::start().await;
    let (ben, lunch) = four_unread(&server).await;

    ben.put(&format!("/chats/{lunch}/read"), json!({"seq": 2, "unread": null})).await.expect(204);

    assert_eq!(chat(&ben, lunch).await["read_seq"], 2);
}

/// Ben, and a group with four messages that he has not read.
async fn four_unread(server: &Server) -> (Api, i64) {
    let (ada, ben) = (server.api().sign_up("ada").await, server.api().sign_up("ben").await);
    let lunch = ada.group("lunch", &["ben"]).await;
    for n in 1..=4 {
        ada.write(lunch, &format!("number {n}")).await;
    }
    (ben, lunch)
}

async fn chat(by: &Api, chat: i64) -> Value {
    by.get(&format!("/chats/{chat}")).await.expect(200)
}
