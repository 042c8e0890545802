//! How large a file may be, and what a larger one costs the server: nothing.

use crate::form::*;
use crate::pictures::peak_memory;
use crate::raw::{Raw, RawAnswer};
use crate::samples;
use reqwest::Method;
use serde_json::Value;
use tests::{Answer, Api, Server};

const MIB: usize = 1024 * 1024;

#[tokio::test]
async fn a_file_of_25_mebibytes_is_taken_and_one_byte_more_is_not() {
    let server = Server::start().await;
    let ada = server.api().sign_up("ada").await;

    let whole = file(&ada, "large", vec![7; 25 * MIB]).await;
    upload(&ada, "larger", vec![7; 25 * MIB + 1]).await.expect_problem(413, "too-large");

    assert_eq!(whole["bytes"], 25 * MIB);
    assert_eq!(kept(&server).len(), 1);
    let end = fetch_with(&ada, &whole["url"], ("Range", "bytes=-2")).await;
    assert_eq!((end.status, &end.bytes[..]), (206, &[7, 7][..]));
    let peak = peak_memory(&server);
    assert!(peak < 300, "{peak} MiB");
}

#[tokio::test]
async fn a_file_without_an_announced_size_is_bounded_too() {
    let server = Server::start().await;
    let ada = server.api().sign_up("ada").await;
    let before = peak_memory(&server);
    let mut raw = Raw::upload(&server, &ada, &["Transfer-Encoding: chunked"]).await;
    let start = part("name=\"file\"; filename=\"endless\"", b"");
    raw.try_say_chunk(&start[..start.len() - 2]).await;

    // Four times as much as is taken; whoever does not hear the refusal sends on.
    let piece = vec![7; MIB];
    for _ in 0..100 {
        if !raw.try_say_chunk(&piece).await {
            break;
        }
    }

    raw.answer().await.expect_problem(413, "too-large");
    assert_eq!(kept(&server), [""; 0]);
    let grown = peak_memory(&server) - before;
    assert!(grown < 120, "{grown} MiB");
}

#[tokio::test]
async fn a_size_that_is_announced_is_refused_before_it_is_sent() {
    let server = Server::start().await;
    let ada = server.api().sign_up("ada").await;
    let length = format!("Content-Length: {}", 26 * MIB);
    for framing in [vec![length.as_str()], vec![length.as_str(), "Expect: 100-continue"]] {
        let mut raw = Raw::upload(&server, &ada, &framing).await;

        final_answer(&mut raw).await.expect_problem(413, "too-large");
    }
}

/// Behind a `100 Continue`, should there be one.
async fn final_answer(raw: &mut Raw) -> RawAnswer {
    let answer = raw.answer().await;
    if answer.status == 100 { raw.answer().await } else { answer }
}

#[tokio::test]
async fn who_asks_first_is_told_to_go_on() {
    let server = Server::start().await;
    let ada = server.api().sign_up("ada").await;
    let form = form(&[part("name=\"file\"; filename=\"plan\"", b"the plan")]);
    let length = format!("Content-Length: {}", form.len());
    let mut raw = Raw::upload(&server, &ada, &[&length, "Expect: 100-continue"]).await;

    assert_eq!(raw.answer().await.status, 100);
    raw.say(&form).await;

    let answer = raw.answer().await;
    assert_eq!((answer.status, &answer.body["bytes"]), (201, &Value::from(8)));
}

/// Nothing but the file is read further than its name.
#[tokio::test]
async fn what_stands_beside_the_file_takes_no_memory() {
    let server = Server::start().await;
    let ada = server.api().sign_up("ada").await;
    let before = peak_memory(&server);
    let mut raw = Raw::upload(&server, &ada, &["Transfer-Encoding: chunked"]).await;
    let start = part("name=\"note\"", b"");
    raw.try_say_chunk(&start[..start.len() - 2]).await;
    for _ in 0..100 {
        raw.try_say_chunk(&vec![7; MIB]).await;
    }

    raw.answer().await.expect_problem(422, "invalid");
    let grown = peak_memory(&server) - before;
    assert!(grown < 60, "{grown} MiB");
}

#[tokio::test]
async fn a_picture_of_somebody_has_at_most_5_mebibytes() {
    let server = Server::start().await;
    let ada = server.api().sign_up("ada").await;
    // What follows a picture does not count for what it shows, but for its size.
    let padded = |size| {
        let mut picture = samples::plain("png");
        picture.resize(size, 0);
        picture
    };

    set(&ada, "image/png", padded(5 * MIB)).await.expect(204);
    set(&ada, "image/png", padded(5 * MIB + 1)).await.expect_problem(413, "too-large");
    let form_of = |size| form(&[part("name=\"file\"; filename=\"me\"", &padded(size))]);
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    set(&ada, &kind, form_of(5 * MIB)).await.expect(204);
    set(&ada, &kind, form_of(5 * MIB + 1)).await.expect_problem(413, "too-large");
}

async fn set(api: &Api, kind: &str, bytes: Vec<u8>) -> Answer {
    api.send(api.request(Method::PUT, "/me/avatar").header("Content-Type", kind).body(bytes)).await
}

#[tokio::test]
async fn a_picture_of_somebody_without_an_announced_size_is_bounded_too() {
    let server = Server::start().await;
    let ada = server.api().sign_up("ada").await;
    let token = format!("Authorization: Bearer {}", ada.token.as_deref().unwrap());
    let headers = [token.as_str(), "Content-Type: image/png", "Transfer-Encoding: chunked"];
    let mut raw = Raw::begin(&server, "PUT /api/v1/me/avatar", &headers).await;
    raw.try_say_chunk(&samples::plain("png")).await;
    for _ in 0..6 {
        raw.try_say_chunk(&vec![0; MIB]).await;
    }

    raw.answer().await.expect_problem(413, "too-large");
    let answer = ada.get("/users/ada/avatar").await;
    assert_eq!(answer.header("content-type"), Some("image/svg+xml"));
}
