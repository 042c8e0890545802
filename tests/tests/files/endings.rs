//! Uploads that do not come to their end: cut off, or of a session that is over.

use crate::form::*;
use crate::raw::Raw;
use crate::samples;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Api, PASSWORD, Server, on_each_database};

/// A form, and how it is announced.
fn announced() -> (Vec<u8>, String) {
    let form = form(&[part("name=\"file\"; filename=\"plan\"", &[b'x'; 10_000])]);
    let length = format!("Content-Length: {}", form.len());
    (form, length)
}

#[tokio::test]
async fn an_upload_in_many_pieces_is_taken() {
    let server = Server::start().await;
    let ada = server.api().sign_up("ada").await;
    let (form, length) = announced();
    let mut raw = Raw::upload(&server, &ada, &[&length]).await;

    for piece in form.chunks(97) {
        raw.say(piece).await;
    }

    let answer = raw.answer().await;
    assert_eq!((answer.status, &answer.body["bytes"]), (201, &Value::from(10_000)));
}

#[tokio::test]
async fn an_upload_that_is_cut_off_leaves_nothing() {
    on_each_database(async |server| {
        let ada = server.api().sign_up("ada").await;
        let (form, length) = announced();
        let first = file(&ada, "first", "first").await["id"].as_i64().unwrap();
        let stored = kept(&server);
        // In the head of the part, in the file, and in the last line, when all of the file is there.
        for end in [0, 30, 5_000, form.len() - 12, form.len() - 1] {
            let mut raw = Raw::upload(&server, &ada, &[&length]).await;
            raw.say(&form[..end]).await;
            raw.hang_up().await;

            let mut raw = Raw::upload(&server, &ada, &["Transfer-Encoding: chunked"]).await;
            raw.try_say_chunk(&form[..end.max(1)]).await;
            raw.hang_up().await;
        }

        assert_eq!(kept(&server), stored);
        let next = file(&ada, "next", "next").await["id"].as_i64().unwrap();
        assert_eq!(next, first + 1, "none was noted between");
    })
    .await;
}

/// Ways of ending the session of `ada`, while another of hers, `elsewhere`, goes on.
async fn end_session(way: &str, ada: &Api, elsewhere: &Api) {
    match way {
        "sign out" => ada.post("/auth/logout", Value::Null).await.expect(204),
        "end it from elsewhere" => {
            let sessions = ada.get("/me/sessions").await.expect(200);
            let items = sessions["items"].as_array().unwrap();
            let current = items.iter().find(|session| session["current"] == true).unwrap();
            elsewhere.delete(&format!("/me/sessions/{}", current["id"])).await.expect(204)
        }
        _ => {
            let body = json!({"current_password": PASSWORD, "new_password": PASSWORD.to_uppercase()});
            elsewhere.put("/me/password", body).await.expect(204)
        }
    };
}

#[tokio::test]
async fn an_upload_ends_with_its_session() {
    on_each_database(async |server| {
        let elsewhere = server.api().sign_up("ada").await;
        let (form, length) = announced();
        for way in ["sign out", "end it from elsewhere", "change the password"] {
            let ada = elsewhere.sign_in("ada").await;
            let mut slow = Raw::upload(&server, &ada, &[&length]).await;
            slow.say(&form[..5_000]).await;
            let mut fast = Raw::upload(&server, &ada, &[&length]).await;
            fast.say(&form[..5_000]).await;

            end_session(way, &ada, &elsewhere).await;

            // The one that goes on at once, and the one that would not have gone on for long.
            fast.try_say(&form[5_000..]).await;
            fast.answer().await.expect_problem(401, "unauthenticated");
            slow.answer().await.expect_problem(401, "unauthenticated");
        }
        assert_eq!(kept(&server), [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn a_picture_of_somebody_is_not_set_once_the_session_is_over() {
    let server = Server::start().await;
    let elsewhere = server.api().sign_up("ada").await;
    let picture = samples::plain("png");
    let length = format!("Content-Length: {}", picture.len());
    for way in ["sign out", "end it from elsewhere", "change the password"] {
        let ada = elsewhere.sign_in("ada").await;
        let token = format!("Authorization: Bearer {}", ada.token.as_deref().unwrap());
        let headers = [token.as_str(), "Content-Type: image/png", &length];
        let mut slow = Raw::begin(&server, "PUT /api/v1/me/avatar", &headers).await;
        slow.say(&picture[..20]).await;
        let mut fast = Raw::begin(&server, "PUT /api/v1/me/avatar", &headers).await;
        fast.say(&picture[..20]).await;

        end_session(way, &ada, &elsewhere).await;

        fast.try_say(&picture[20..]).await;
        fast.answer().await.expect_problem(401, "unauthenticated");
        slow.answer().await.expect_problem(401, "unauthenticated");
    }
    let shown = elsewhere.send(elsewhere.request(Method::GET, "/users/ada/avatar")).await;
    assert_eq!(shown.header("content-type"), Some("image/svg+xml"));
    assert_eq!(kept(&server), [""; 0]);
}

#[tokio::test]
async fn a_picture_on_the_site_is_not_set_once_the_session_is_over() {
    let server = Server::start().await;
    let api = server.api().sign_up("ada").await;
    let origin = format!("Origin: {}", server.url(""));
    let account = format!("username=ada&password={}", PASSWORD.replace(' ', "+"));
    let length = format!("Content-Length: {}", account.len());
    let kind = "Content-Type: application/x-www-form-urlencoded";
    let mut login = Raw::begin(&server, "POST /login", &[&origin, kind, &length]).await;
    login.say(account.as_bytes()).await;
    let cookie = login.answer().await.cookie();
    let form = form(&[part("name=\"avatar\"; filename=\"me.png\"", &samples::plain("png"))]);
    let length = format!("Content-Length: {}", form.len());
    let kind = format!("Content-Type: multipart/form-data; boundary={BOUNDARY}");
    let mut slow = Raw::begin(&server, "POST /settings/avatar", &[&origin, &cookie, &kind, &length]).await;
    slow.say(&form[..form.len() / 2]).await;

    let sessions = api.get("/me/sessions").await.expect(200);
    let items = sessions["items"].as_array().unwrap();
    let on_the_site = items.iter().find(|session| session["kind"] == "site").unwrap();
    api.delete(&format!("/me/sessions/{}", on_the_site["id"])).await.expect(204);

    let answer = slow.answer().await;
    assert!(answer.status == 303 && answer.head.contains("/login"), "{}", answer.head);
    let shown = api.send(api.request(Method::GET, "/users/ada/avatar")).await;
    assert_eq!(shown.header("content-type"), Some("image/svg+xml"));
}
