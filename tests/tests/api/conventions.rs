//! What holds for every call: problems, request ids, types of bodies.

use reqwest::Method;
use serde_json::json;
use tests::{Server, on_each_database};

#[tokio::test]
async fn the_server_is_alive_and_ready() {
    on_each_database(async |server| {
        for path in ["/healthz", "/readyz"] {
            let ask = |method| reqwest::Client::new().request(method, server.url(path)).send();
            assert_eq!(ask(Method::GET).await.unwrap().status(), 200, "{path}");
            assert_eq!(ask(Method::HEAD).await.unwrap().status(), 200, "{path}");
            let posted = ask(Method::POST).await.unwrap();
            assert_eq!(posted.status(), 405, "{path}");
            assert_eq!(posted.headers()["allow"], "GET, HEAD", "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_call_without_a_valid_token_is_asked_for_one() {
    let server = Server::start().await;
    for caller in [server.api(), server.api().with_token(Some("not.a.token"))] {
        let answer = caller.get("/me").await;
        assert!(answer.header("www-authenticate").is_some_and(|asked| asked.starts_with("Bearer")));
        assert_eq!(answer.header("content-type"), Some("application/problem+json"));
        answer.expect(401);
    }
}

#[tokio::test]
async fn a_path_that_is_not_there_is_a_problem_too() {
    let server = Server::start().await;
    let ada = server.api().sign_up("ada").await;

    let problem = ada.get("/nothing/here").await.expect(404);

    assert_eq!(problem["status"], 404);
    assert!(problem["title"].is_string() && problem["type"].is_string());
}

#[tokio::test]
async fn a_method_that_a_path_does_not_know_is_refused() {
    let server = Server::start().await;
    let ada = server.api().sign_up("ada").await;

    ada.delete("/chats").await.expect(405);
}

#[tokio::test]
async fn every_answer_has_a_request_id_and_a_well_formed_one_is_kept() {
    let server = Server::start().await;
    let api = server.api();

    let refused = api.get("/me").await;
    let id = refused.header("x-request-id").expect("an id").to_owned();
    assert_eq!(refused.body["request_id"], id);

    let request = api.request(Method::GET, "/me").header("X-Request-Id", "trace-0123456789");
    assert_eq!(api.send(request).await.header("x-request-id"), Some("trace-0123456789"));

    let request = api.request(Method::GET, "/me").header("X-Request-Id", "bad id \t{}");
    assert_ne!(api.send(request).await.header("x-request-id"), Some("bad id \t{}"));
}

#[tokio::test]
async fn what_is_not_json_is_refused_and_so_is_another_type() {
    let server = Server::start().await;
    let api = server.api();
    let post = |kind, body: &str| {
        api.request(Method::POST, "/users").header("Content-Type", kind).body(body.to_owned())
    };

    api.send(post("application/json", "{\"username\":")).await.expect(400);
    api.send(post("application/json", "\"just a text\"")).await.expect(422);
    api.send(post("text/plain", "{}")).await.expect(415);
}

#[tokio::test]
async fn a_body_of_more_than_256_kibibytes_is_too_large() {
    let server = Server::start().await;
    let ada = server.api().sign_up("ada").await;
    let lunch = ada.group("lunch", &[]).await;

    let huge = json!({"text": "x".repeat(300 * 1024)});

    ada.post(&format!("/chats/{lunch}/messages"), huge).await.expect(413);
    assert!(ada.messages(lunch).await.is_empty());
}

#[tokio::test]
async fn a_field_that_is_not_known_is_named() {
    let server = Server::start().await;
    let ada = server.api().sign_up("ada").await;

    let problem =
        ada.post("/chats", json!({"name": "lunch", "members": [], "colour": "red"})).await.expect(422);

    assert!(problem["errors"].to_string().contains("colour"), "{problem}");
    assert_eq!(ada.get("/chats").await.expect(200)["items"], json!([]));
}

#[tokio::test]
async fn requests_are_logged_without_their_secrets() {
    let mut server = Server::start().await;
    let ada = server.api().sign_up("ada").await;
    let answer = ada.get("/me").await;
    let id = answer.header("x-request-id").expect("an id").to_owned();
    server.stop().await;

    let log = server.request_log();

    let line = log.iter().find(|line| line["request_id"] == *id).expect("the request is logged");
    assert_eq!((&line["method"], &line["status"]), (&json!("GET"), &json!(200)));
    assert_eq!(line["path"], "/api/v1/me");
    assert!(
        line["duration_us"].is_u64()
            && line["user_id"].is_u64()
            && line["ip"].is_string()
            && line["at"].is_string()
    );
    let all = serde_json::to_string(&log).unwrap();
    assert!(!all.contains(tests::PASSWORD) && !all.contains(&ada.token.unwrap()));
}
