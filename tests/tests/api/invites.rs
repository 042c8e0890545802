//! Invitation links.

use serde_json::json;
use tests::{Api, Server, on_each_database};

#[tokio::test]
async fn who_has_the_link_sees_what_it_leads_to_and_joins() {
    on_each_database(async |server| {
        let (ada, lunch) = group(&server).await;
        let dan = server.api().sign_up("dan").await;
        let code = invite(&ada, lunch, json!({"max_uses": 1})).await;

        let shown = server.api().get(&format!("/invites/{code}")).await.expect(200);
        assert!(shown.to_string().contains("lunch"), "{shown}");
        dan.get(&format!("/chats/{lunch}")).await.expect_problem(404, "not-found");
        dan.post(&format!("/invites/{code}/accept"), json!({})).await.expect(200);

        assert_eq!(dan.get(&format!("/chats/{lunch}")).await.expect(200)["my_role"], "member");
        let late = server.api().sign_up("eve").await;
        late.post(&format!("/invites/{code}/accept"), json!({})).await.expect_problem(404, "not-found");
    })
    .await;
}

#[tokio::test]
async fn a_revoked_link_leads_nowhere() {
    on_each_database(async |server| {
        let (ada, lunch) = group(&server).await;
        let code = invite(&ada, lunch, json!({})).await;

        ada.delete(&format!("/chats/{lunch}/invites/{code}")).await.expect(204);

        server.api().get(&format!("/invites/{code}")).await.expect_problem(404, "not-found");
        let invites = ada.get(&format!("/chats/{lunch}/invites")).await.expect(200);
        assert_eq!(invites["items"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn members_do_not_invite_and_strangers_learn_nothing() {
    let server = Server::start().await;
    let (_, lunch) = group(&server).await;
    let (ben, dan) = (server.api().sign_in("ben").await, server.api().sign_up("dan").await);
    let invites = format!("/chats/{lunch}/invites");

    ben.post(&invites, json!({})).await.expect_problem(403, "not-allowed");
    dan.post(&invites, json!({})).await.expect_problem(404, "not-found");
    dan.get(&invites).await.expect_problem(404, "not-found");
}

async fn group(server: &Server) -> (Api, i64) {
    let ada = server.api().sign_up("ada").await;
    server.api().sign_up("ben").await;
    let lunch = ada.group("lunch", &["ben"]).await;
    (ada, lunch)
}

async fn invite(by: &Api, chat: i64, bounds: serde_json::Value) -> String {
    let invite = by.post(&format!("/chats/{chat}/invites"), bounds).await.expect(201);
    invite["code"].as_str().unwrap().to_owned()
}
