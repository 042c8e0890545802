//! Bodies that no call takes, and methods that no path knows.

use crate::stage::Stage;
use reqwest::multipart::{Form, Part};
use reqwest::{Method, RequestBuilder};
use serde_json::json;
use std::collections::BTreeSet;

#[tokio::test]
async fn a_method_that_a_path_does_not_know_is_refused_with_those_that_it_does() {
    let stage = Stage::set().await;
    let operations = stage.contract.operations();
    let paths: BTreeSet<&String> = operations.iter().map(|(_, path)| path).collect();
    for path in paths {
        let knows = |method: &str| operations.contains(&(method.to_owned(), path.clone()));
        for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"] {
            if knows(method) || method == "HEAD" && knows("GET") {
                continue;
            }
            let request = stage.ada.request(method.parse().unwrap(), &stage.filled(path));
            let answer = stage.ada.send(request).await;
            // That `Allow` is as the document says is seen to for every answer.
            assert_eq!(answer.status, 405, "{method} {path}");
            assert!(
                method == "HEAD" || answer.body["type"] == "/problems/method-not-allowed",
                "{method} {path}"
            );
        }
    }
}

#[tokio::test]
async fn what_can_be_got_can_be_asked_for_its_head() {
    let stage = Stage::set().await;
    for (method, path, _) in stage.operations(|_| true) {
        if method != "GET" {
            continue;
        }
        let path = if path.ends_with("/source") { forwarded(&stage).await } else { stage.filled(&path) };
        let whole = stage.ada.get(&path).await;
        let head = stage.ada.send(stage.ada.request(Method::HEAD, &path)).await;
        assert_eq!(head.status, whole.status, "{path}");
        assert!(head.bytes.is_empty() && !whole.bytes.is_empty(), "{path}");
        for name in ["content-type", "etag", "cache-control", "content-disposition"] {
            assert_eq!(head.header(name), whole.header(name), "{name} of {path}");
        }
    }
}

/// Where the source of a forwarded message is asked for.
async fn forwarded(stage: &Stage) -> String {
    let to = json!({"chat_ids": [stage.lunch]});
    let path = stage.filled("/chats/{id}/messages/{message_id}/forward");
    let forwards = stage.ada.post(&path, to).await.expect(201);
    format!("/chats/{}/messages/{}/source", stage.lunch, forwards["items"][0]["id"])
}

#[tokio::test]
async fn a_body_that_is_no_json_is_refused_by_every_call() {
    let stage = Stage::set().await;
    let deep = "[".repeat(100_000);
    for (method, path, _) in stage.taking_json() {
        for text in ["", "{", "{\"text\":", "name=x", "{'a': 1}", "{} {}", "\u{feff}{}", "NaN", &deep] {
            let request = post(&stage, &method, &path, "application/json", text.as_bytes().to_vec());
            stage.ada.send(request).await.expect_problem(400, "malformed");
        }
        for bytes in [b"{\"text\": \"\xff\"}".to_vec(), b"{\"text\": \"\\ud800\"}".to_vec()] {
            let request = post(&stage, &method, &path, "application/json", bytes);
            stage.ada.send(request).await.expect_problem(400, "malformed");
        }
    }
}

#[tokio::test]
async fn a_body_of_another_type_is_refused_by_every_call() {
    let stage = Stage::set().await;
    for (method, path, operation) in stage.taking_json() {
        let example = operation["requestBody"]["content"]["application/json"]["example"].to_string();
        for kind in ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", "json", ""] {
            let request = post(&stage, &method, &path, kind, example.clone().into_bytes());
            stage.ada.send(request).await.expect_problem(415, "unsupported-media-type");
        }
        let request = stage.ada.request(method.parse().unwrap(), &stage.filled(&path)).body(example);
        stage.ada.send(request).await.expect_problem(415, "unsupported-media-type");
    }
}

#[tokio::test]
async fn a_body_of_more_than_256_kibibytes_is_too_large_for_every_call() {
    let stage = Stage::set().await;
    for (method, path, _) in stage.taking_json() {
        let padded = |bytes: usize| format!("{{{}\"colour\": 1}}", " ".repeat(bytes - 13)).into_bytes();
        let limit = 256 * 1024;

        let fits = post(&stage, &method, &path, "application/json", padded(limit));
        stage.ada.send(fits).await.expect_problem(422, "invalid");
        let larger = post(&stage, &method, &path, "application/json", padded(limit + 1));
        stage.ada.send(larger).await.expect_problem(413, "too-large");
    }
}

#[tokio::test]
async fn a_body_that_is_no_object_is_refused_by_every_call() {
    let stage = Stage::set().await;
    for (method, path, _) in stage.taking_json() {
        for body in [json!([]), json!([{}]), json!(null), json!("text"), json!(7), json!(true)] {
            let request = stage.ada.request(method.parse().unwrap(), &stage.filled(&path)).json(&body);
            stage.ada.send(request).await.expect_errors(&[("body", "wrong_type")]);
        }
    }
}

#[tokio::test]
async fn a_field_that_is_not_known_is_named_by_every_call_and_nothing_is_done() {
    let stage = Stage::set().await;
    for (method, path, operation) in stage.taking_json() {
        let mut body = operation["requestBody"]["content"]["application/json"]["example"].clone();
        for (field, value) in [("colour", json!("red")), ("Text", json!("x")), ("", json!(null))] {
            body[field] = value;
            let request = stage.ada.request(method.parse().unwrap(), &stage.filled(&path)).json(&body);
            stage.ada.send(request).await.expect_errors(&[(field, "unknown_field")]);
            body.as_object_mut().unwrap().remove(field);
        }
    }
    assert_eq!(stage.ada.messages(stage.lunch).await.len(), 1);
    assert_eq!(stage.ada.get("/chats").await.expect(200)["items"].as_array().unwrap().len(), 1);
    assert_eq!(stage.ada.get("/users").await.expect(200)["items"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn a_form_without_its_file_is_refused() {
    let stage = Stage::set().await;
    for (method, path) in [(Method::POST, "/attachments"), (Method::PUT, "/me/avatar")] {
        let request = || stage.ada.request(method.clone(), path);
        let other = Form::new().part("other", Part::bytes(b"x".to_vec()).file_name("x.txt"));
        stage.ada.send(request().multipart(other)).await.expect_errors(&[("other", "unknown_field")]);

        stage.ada.send(request().json(&json!({}))).await.expect_problem(415, "unsupported-media-type");
        stage.ada.send(request()).await.expect_problem(415, "unsupported-media-type");
        let broken =
            request().header("Content-Type", "multipart/form-data; boundary=b").body("--b\r\nnonsense");
        stage.ada.send(broken).await.expect_problem(400, "malformed");
        let nameless = request().header("Content-Type", "multipart/form-data").body("--b--");
        stage.ada.send(nameless).await.expect_problem(400, "malformed");
    }
}

fn post(stage: &Stage, method: &str, path: &str, kind: &str, body: Vec<u8>) -> RequestBuilder {
    let request = stage.ada.request(method.parse().unwrap(), &stage.filled(path));
    request.header("Content-Type", kind).body(body)
}
