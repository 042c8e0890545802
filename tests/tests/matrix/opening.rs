//! How a live socket is opened, and how it is not; and what may be said on it.

use crate::live_table;
use reqwest::Method;
use std::collections::BTreeSet;
use tests::{Server, contract, soon};

#[tokio::test]
async fn every_frame_has_its_rows() {
    let document = contract().await.document();

    let frames = &document["components"]["schemas"]["LiveCommand"]["discriminator"]["mapping"];
    let known = frames.as_object().expect("the frames").keys().map(String::as_str);
    // A ping names nothing.
    let known: BTreeSet<&str> = known.filter(|kind| *kind != "ping").collect();
    let rows = live_table::rows();
    assert_eq!(known, rows.iter().map(|row| row.frame.as_str()).collect());
}

#[tokio::test]
async fn a_socket_opens_by_a_token_in_its_place_only() {
    let server = Server::start().await;
    server.create_admin("root").await;
    let ada = server.api().sign_up("ada").await;
    let token = ada.token.clone().expect("a token");
    let site = server.site();
    site.sign_in("ada").await;
    let open = async |path: &str, headers: &[(&str, &str)]| {
        let handshake = [
            ("Connection", "Upgrade"),
            ("Upgrade", "websocket"),
            ("Sec-WebSocket-Version", "13"),
            ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ];
        let mut request = site.request(Method::GET, &format!("/api/v1/live{path}"));
        for (name, value) in handshake.iter().chain(headers) {
            request = request.header(*name, *value);
        }
        soon("an answer", site.send(request)).await.status
    };

    assert_eq!(open("", &[]).await, 401, "by a cookie");
    assert_eq!(open("", &[("Origin", &server.url(""))]).await, 401, "by a cookie, from here");
    for parameter in ["token", "access_token", "bearer", "authorization"] {
        assert_eq!(open(&format!("?{parameter}={token}"), &[]).await, 401, "by a token in the query");
    }
    assert_eq!(open("", &[("Authorization", &format!("Basic {token}"))]).await, 401, "by another scheme");
    assert_eq!(
        open("", &[("Sec-WebSocket-Protocol", &format!("bearer.{token}"))]).await,
        401,
        "by half a protocol"
    );
    let refresh = ada.refresh_token.clone().expect("a refresh token");
    assert_eq!(open("", &[("Authorization", &format!("Bearer {refresh}"))]).await, 401, "by a refresh token");
    ada.live().await;
}
