//! Who is not signed in gets nowhere, whatever they bring instead of a token.

use crate::stage::Stage;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::Method;
use serde_json::{Value, json};
use tests::Api;

#[tokio::test]
async fn only_these_calls_are_for_everybody() {
    let stage = Stage::set().await;

    let public = stage.operations(|operation| operation["security"] == json!([]));

    let names: Vec<_> = public.iter().map(|(method, path, _)| format!("{method} {path}")).collect();
    let expected = ["POST /auth/refresh", "POST /auth/token", "GET /invites/{code}", "POST /users"];
    assert_eq!(names, expected);
}

#[tokio::test]
async fn every_other_call_asks_for_a_token_whatever_is_brought_instead() {
    let stage = Stage::set().await;
    let credentials = credentials(&stage.ada).await;
    let closed = stage.operations(|operation| operation["security"] != json!([]));
    assert!(closed.len() > 35);

    for (method, path, _) in closed {
        for credential in &credentials {
            let nobody = stage.server.api();
            let mut request = nobody.request(method.parse().unwrap(), &stage.filled(&path));
            if let Some(credential) = credential {
                request = request.header("Authorization", credential);
            }
            let answer = nobody.send(request).await;
            assert_eq!(answer.header("www-authenticate"), Some("Bearer"), "{method} {path} {credential:?}");
            answer.expect_problem(401, "unauthenticated");
        }
    }
    stage.ada.get(&stage.filled("/chats/{id}/messages/{message_id}")).await.expect(200);
}

#[tokio::test]
async fn a_cookie_is_no_token() {
    let stage = Stage::set().await;
    let nobody = stage.server.api();
    let token = stage.ada.token.as_deref().unwrap();

    for cookie in [format!("token={token}"), format!("access_token={token}"), format!("natter={token}")] {
        let request = nobody.request(Method::GET, "/me").header("Cookie", cookie);
        nobody.send(request).await.expect_problem(401, "unauthenticated");
    }
    stage.server.create_admin("root").await;
    let browser = stage.server.site();
    browser.sign_in("ada").await;
    assert_eq!(browser.get("/api/v1/me").await.status, 401);
}

/// What somebody might try instead of an access token that is good.
async fn credentials(ada: &Api) -> Vec<Option<String>> {
    let token = ada.token.as_deref().unwrap();
    let gone = ada.sign_in("ada").await;
    gone.post("/auth/logout", json!({})).await.expect(204);
    let bearers = [
        String::new(),
        "x".to_owned(),
        "a.b.c".to_owned(),
        "ä".to_owned(),
        ada.refresh_token.clone().unwrap(),
        gone.token.unwrap(),
        resigned(token, "none", |_| {}, false),
        resigned(token, "None", |_| {}, false),
        resigned(token, "none", |_| {}, true),
        resigned(token, "HS512", |_| {}, true),
        resigned(token, "HS256", |claims| claims["exp"] = json!(1_700_000_000), true),
        resigned(token, "HS256", |claims| claims["exp"] = json!(9_999_999_999_i64), true),
        resigned(token, "HS256", |claims| claims["sub"] = json!("2"), true),
        token[..token.len() - 2].to_owned(),
        format!("{token}."),
    ];
    let bearers = bearers.into_iter().map(|token| Some(format!("Bearer {token}")));
    let others = [None, Some(token.to_owned()), Some(format!("Basic {token}")), Some("Bearer".to_owned())];
    bearers.chain(others).collect()
}

/// The token with other claims or another algorithm, under the signature of the old ones or none.
fn resigned(token: &str, algorithm: &str, change: impl Fn(&mut Value), signed: bool) -> String {
    let parts: Vec<&str> = token.split('.').collect();
    let read =
        |part: &str| -> Value { serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap() };
    let (mut head, mut claims) = (read(parts[0]), read(parts[1]));
    head["alg"] = json!(algorithm);
    let before = claims.clone();
    change(&mut claims);
    assert!(algorithm != "HS256" || claims != before, "else it would be the same token");
    let write = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.{}", write(&head), write(&claims), if signed { parts[2] } else { "" })
}
