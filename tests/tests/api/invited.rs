//! Signing up by an invitation.

use serde_json::{Value, json};
use tests::{Answer, Api, PASSWORD, Server, databases};

/// A fresh server on each database there is, where accounts are made so.
async fn each(registration: &str, test: impl AsyncFn(Server)) {
    for database in databases() {
        let set_up =
            |options: tests::Options| options.database(database).setting("registration", registration);
        test(Server::with(set_up).await).await;
    }
}

/// The admin, and a group of theirs.
async fn host(server: &Server) -> (Api, i64) {
    server.create_admin("root").await;
    let root = server.api().sign_in("root").await;
    let lunch = root.group("lunch", &[]).await;
    (root, lunch)
}

async fn invite(by: &Api, chat: i64, bounds: Value) -> String {
    let invite = by.post(&format!("/chats/{chat}/invites"), bounds).await.expect(201);
    invite["code"].as_str().unwrap().to_owned()
}

async fn sign_up(server: &Server, username: &str, code: &str) -> Answer {
    let account = json!({"username": username, "password": PASSWORD, "invite": code});
    server.api().post("/users", account).await
}

#[tokio::test]
async fn who_is_invited_signs_up_and_is_in_the_chat() {
    each("invite", async |server| {
        let (root, lunch) = host(&server).await;
        let code = invite(&root, lunch, json!({"max_uses": 1})).await;
        let mut at_roots = root.live().await;
        server
            .api()
            .post("/users", json!({"username": "ada", "password": PASSWORD}))
            .await
            .expect_errors(&[("invite", "required")]);

        sign_up(&server, "ada", &code).await.expect(201);

        let ada = server.api().sign_in("ada").await;
        assert_eq!(ada.get(&format!("/chats/{lunch}")).await.expect(200)["my_role"], "member");
        assert_eq!(at_roots.expect("member.added").await["user"]["username"], "ada");
        sign_up(&server, "ben", &code).await.expect_errors(&[("invite", "invalid")]);
        root.get("/users/ben").await.expect(404);
        let invites = root.get(&format!("/chats/{lunch}/invites")).await.expect(200);
        assert_eq!(invites["items"][0]["uses"], 1);
    })
    .await;
}

#[tokio::test]
async fn of_many_who_come_by_one_invitation_at_once_it_takes_as_many_as_it_says() {
    each("invite", async |server| {
        let (root, lunch) = host(&server).await;
        let code = invite(&root, lunch, json!({"max_uses": 3})).await;
        let names: Vec<String> = (0..10).map(|n| format!("guest-{n}")).collect();

        let coming = names.iter().map(|name| sign_up(&server, name, &code));
        let statuses: Vec<u16> =
            futures_util::future::join_all(coming).await.iter().map(|answer| answer.status).collect();

        assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 3, "{statuses:?}");
        assert_eq!(statuses.iter().filter(|status| **status == 422).count(), 7, "{statuses:?}");
        let chat = root.get(&format!("/chats/{lunch}")).await.expect(200);
        assert_eq!(chat["member_count"], 4);
        let users = root.get("/users?query=guest").await.expect(200);
        assert_eq!(users["items"].as_array().unwrap().len(), 3);
    })
    .await;
}

#[tokio::test]
async fn every_code_that_does_not_hold_is_answered_alike() {
    each("invite", async |server| {
        let (root, lunch) = host(&server).await;
        let revoked = invite(&root, lunch, json!({})).await;
        root.delete(&format!("/chats/{lunch}/invites/{revoked}")).await.expect(204);
        let other = root.group("other", &[]).await;
        let gone = invite(&root, other, json!({})).await;
        root.delete(&format!("/chats/{other}")).await.expect(204);
        let unknown = "x".repeat(revoked.len());

        let mut answers = Vec::new();
        for code in [&revoked, &gone, &unknown, "short", ""] {
            let mut answer = sign_up(&server, "ada", code).await.expect(422);
            answer.as_object_mut().unwrap().remove("request_id");
            answers.push(answer);
        }

        assert_eq!(answers[0]["errors"][0]["field"], "invite");
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
        root.get("/users/ada").await.expect(404);
    })
    .await;
}

#[tokio::test]
async fn an_open_server_honours_an_invitation_and_a_closed_one_does_not() {
    for (registration, status) in [("open", 201), ("closed", 403)] {
        each(registration, async |server| {
            let (root, lunch) = host(&server).await;
            let code = invite(&root, lunch, json!({})).await;

            sign_up(&server, "ada", &code).await.expect(status);

            let members = root.get(&format!("/chats/{lunch}/members")).await.expect(200);
            let expected = if status == 201 { 2 } else { 1 };
            assert_eq!(members["items"].as_array().unwrap().len(), expected, "{registration}");
        })
        .await;
    }
}

#[tokio::test]
async fn the_site_signs_up_who_is_invited() {
    each("invite", async |server| {
        let (root, lunch) = host(&server).await;
        let code = invite(&root, lunch, json!({})).await;
        let ada = server.site();
        let typed = [("username", "ada"), ("password", PASSWORD)];

        let refused = ada.fill("/signup?invite=no-such-invitation", "Sign up", &typed).await.expect(422);
        assert_eq!(refused.attributes("input[name=invite]", "aria-invalid"), ["true"]);
        ada.fill(&format!("/signup?invite={code}"), "Sign up", &typed).await.expect(303);

        assert!(ada.open("/chats").await.expect(200).shows("lunch"));
    })
    .await;
}
