//! Asked to end in the middle of work: what was accepted is answered.

use serde_json::json;
use tests::{Options, Server, on_each_database};
use tokio::task::JoinSet;

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_answers_what_was_accepted_and_keeps_what_was_answered() {
    on_each_database(async |mut server| {
        let ada = server.api().sign_up("ada").await;
        let chat = ada.group("storm", &[]).await;
        let mut sends: JoinSet<Option<i64>> = (0..50)
            .map(|n| {
                let ada = ada.clone();
                async move {
                    let body = json!({"text": format!("message {n}")});
                    let request =
                        ada.request(reqwest::Method::POST, &format!("/chats/{chat}/messages")).json(&body);
                    ada.try_send(request).await.ok().filter(|answer| answer.status == 201)?.body["seq"]
                        .as_i64()
                }
            })
            .collect();
        // Stop once the first is answered, in the middle of the rest.
        let mut answered: Vec<i64> = sends.join_next().await.unwrap().unwrap().into_iter().collect();

        assert!(server.stop().await.success());
        while let Some(seq) = sends.join_next().await {
            answered.extend(seq.unwrap());
        }

        server.restart().await;
        let page = ada.get(&format!("/chats/{chat}/messages?limit=200")).await.expect(200);
        let stored: Vec<i64> = page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|message| message["seq"].as_i64().unwrap())
            .collect();
        answered.sort_unstable();
        assert_eq!(stored, answered, "what is stored was answered, and the other way round");
    })
    .await;
}

#[tokio::test]
async fn a_wrong_setting_stops_the_start_and_is_named() {
    let server = Server::start().await;
    for (key, value) in
        [("messages_to_load", "many"), ("throttle.messages", "10/moment"), ("registration", "ajar")]
    {
        let options = Options::default().setting(key, value);

        let refused = server.cli_with(&options, &["config", "check"], "").await;

        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(!refused.status.success(), "{key} = {value}");
        assert!(said.contains(key) && said.contains(value), "{said}");
    }
}

#[tokio::test]
async fn the_password_in_a_database_url_is_never_shown() {
    let server = Server::start().await;
    let options = Options::default().setting("database_url", "postgres://natter:hunter2@127.0.0.1:1/natter");

    let refused = server.cli_with(&options, &["serve"], "").await;

    assert!(!refused.status.success());
    let said = [refused.stdout, refused.stderr].concat();
    assert!(!String::from_utf8_lossy(&said).contains("hunter2"));
}
