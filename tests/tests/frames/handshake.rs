//! The opening handshake (§4.2).

use super::together;
use super::wire::{ACCEPT, HELLO, KEY, Wire, text};
use tests::{Api, Server};

/// A request, by what is other than usual: a header of the same name is replaced, one without a value left out.
struct Request {
    line: &'static str,
    headers: Vec<String>,
    body: &'static [u8],
}

const LINE: &str = "GET /api/v1/live HTTP/1.1";

impl Request {
    fn new(api: &Api, other: &[&str]) -> Self {
        let token = api.token.as_deref().unwrap();
        let usual = [
            "Host: natter".to_owned(),
            format!("Authorization: Bearer {token}"),
            "Connection: Upgrade".to_owned(),
            "Upgrade: websocket".to_owned(),
            "Sec-WebSocket-Version: 13".to_owned(),
            format!("Sec-WebSocket-Key: {KEY}"),
        ];
        let name = |header: &str| header.split(':').next().unwrap().to_ascii_lowercase();
        let is_usual = |header: &&String| !other.iter().any(|other| name(other) == name(header));
        let other =
            other.iter().filter(|other| !other.ends_with(':')).map(|other| other.replace("TOKEN", token));
        let headers = usual.iter().filter(is_usual).cloned().chain(other).collect();
        Self { line: LINE, headers, body: b"" }
    }

    /// The head of what is answered, with its names in lower case, and the connection after it.
    async fn ask(self, server: &Server) -> (String, Wire) {
        let mut wire = Wire::connect(server.address()).await;
        let head = format!("{}\r\n{}\r\n\r\n", self.line, self.headers.join("\r\n"));
        wire.send(&[head.as_bytes(), self.body].concat()).await;
        let head = wire.head().await;
        let lower = |line: &str| match line.split_once(": ") {
            Some((name, value)) => format!("{}: {value}\n", name.to_ascii_lowercase()),
            None => format!("{line}\n"),
        };
        (head.lines().map(lower).collect(), wire)
    }
}

/// The value of a header.
fn value<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

fn status(head: &str) -> &str {
    head.split(' ').nth(1).unwrap()
}

#[test]
fn a_handshake_is_taken_however_it_is_written() {
    together(async |stage| {
        let cases: [(&str, &[&str]); 13] = [
            ("4.2.1", &[]),
            ("4.2.1 (3)", &["UPGRADE: WebSocket"]),
            ("4.2.1 (3)", &["upgrade: WEBSOCKET"]),
            ("4.2.1 (4)", &["connection: upgrade"]),
            ("4.2.1 (4)", &["Connection: keep-alive, Upgrade"]),
            ("4.2.1 (4)", &["Connection: UPGRADE,keep-alive"]),
            ("4.2.1 (4)", &["Connection: keep-alive", "Connection: Upgrade"]),
            ("4.2.1 (6)", &["sec-websocket-version: 13"]),
            ("4.2.1 (7)", &["Origin: https://elsewhere.example"]),
            // Extensions are offered, not demanded: none is taken up.
            ("9.1", &["Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"]),
            (
                "9.1",
                &[
                    "Sec-WebSocket-Extensions: permessage-deflate",
                    "Sec-WebSocket-Extensions: x-foo; bar=\"1\"",
                ],
            ),
            ("4.2.1", &["Content-Length: 0"]),
            ("4.2.1", &["X-Other: anything"]),
        ];
        for (section, other) in cases {
            let (head, mut wire) = Request::new(&stage.ada, other).ask(&stage.server).await;
            let case = format!("§{section}, {other:?}: {head}");
            assert_eq!(status(&head), "101", "{case}");
            assert_eq!(value(&head, "sec-websocket-accept"), Some(ACCEPT), "§4.2.2 (5.4), {case}");
            assert_eq!(
                value(&head, "upgrade").map(str::to_ascii_lowercase).as_deref(),
                Some("websocket"),
                "{case}"
            );
            assert_eq!(
                value(&head, "connection").map(str::to_ascii_lowercase).as_deref(),
                Some("upgrade"),
                "{case}"
            );
            assert_eq!(value(&head, "sec-websocket-extensions"), None, "{case}");
            assert_eq!(value(&head, "sec-websocket-protocol"), None, "{case}");
            assert_eq!(value(&head, "transfer-encoding"), None, "{case}");
            wire.goes_on(&case).await;
        }
    });
}

#[test]
fn what_is_no_handshake_is_refused() {
    together(async |stage| {
        let cases: [(&str, &[&str], &str); 22] = [
            ("4.2.1 (3)", &["Upgrade:"], "426"),
            ("4.2.1 (3)", &["Upgrade: h2c"], "400"),
            ("4.2.1 (3)", &["Upgrade: notwebsockets"], "400"),
            // Natter would have to choose, and speaks nothing else.
            ("4.2.1 (3)", &["Upgrade: foo/1, websocket"], "400"),
            ("4.2.1 (4)", &["Connection:"], "400"),
            ("4.2.1 (4)", &["Connection: keep-alive"], "400"),
            ("4.2.1 (4)", &["Connection: upgraded"], "400"),
            ("4.2.1 (5)", &["Sec-WebSocket-Key:"], "400"),
            ("4.2.1 (5)", &["Sec-WebSocket-Key: AAAA"], "400"),
            ("4.2.1 (5)", &["Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAA"], "400"),
            ("4.2.1 (5)", &["Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAAAA"], "400"),
            ("4.2.1 (5)", &["Sec-WebSocket-Key: ************************"], "400"),
            (
                "11.3.1",
                &[
                    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
                    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
                ],
                "400",
            ),
            ("4.2.1 (6)", &["Sec-WebSocket-Version:"], "400"),
            ("4.4", &["Sec-WebSocket-Version: 0"], "426"),
            ("4.4", &["Sec-WebSocket-Version: 8"], "426"),
            ("4.4", &["Sec-WebSocket-Version: 14"], "426"),
            ("4.4", &["Sec-WebSocket-Version: 013"], "426"),
            ("4.4", &["Sec-WebSocket-Version: 13, 8"], "426"),
            ("11.3.5", &["Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 8"], "400"),
            ("10.5", &["Authorization:"], "401"),
            ("10.5", &["Authorization: Bearer nobody"], "401"),
        ];
        for (section, other, expected) in cases {
            let (head, _) = Request::new(&stage.ada, other).ask(&stage.server).await;
            let case = format!("§{section}, {other:?}: {head}");
            assert_eq!(status(&head), expected, "{case}");
            assert_eq!(value(&head, "sec-websocket-accept"), None, "{case}");
            let version = (expected == "426").then_some("13");
            assert_eq!(value(&head, "sec-websocket-version"), version, "§4.4, {case}");
        }
    });
}

#[test]
fn a_handshake_is_a_get_of_http_1_1_without_a_body() {
    together(async |stage| {
        let cases: [(&str, &[&str], &[u8], &str); 6] = [
            ("POST /api/v1/live HTTP/1.1", &[], b"", "405"),
            ("HEAD /api/v1/live HTTP/1.1", &[], b"", "400"),
            ("GET /api/v1/live HTTP/1.0", &[], b"", "400"),
            (LINE, &["Content-Length: 5"], b"Soup?", "400"),
            (LINE, &["Transfer-Encoding: chunked"], b"5\r\nSoup?\r\n0\r\n\r\n", "400"),
            (LINE, &["Transfer-Encoding: chunked"], b"0\r\n\r\n", "400"),
        ];
        for (line, other, body, expected) in cases {
            let (head, _) =
                Request { line, body, ..Request::new(&stage.ada, other) }.ask(&stage.server).await;
            assert_eq!(status(&head), expected, "§4.2.1 (1), {line}, {other:?}: {head}");
        }
    });
}

#[test]
fn a_sub_protocol_is_answered_when_it_was_offered() {
    together(async |stage| {
        let cases: [(&[&str], Option<&str>); 6] = [
            (&["Authorization:", "Sec-WebSocket-Protocol: natter.v1, bearer.TOKEN"], Some("natter.v1")),
            (&["Authorization:", "Sec-WebSocket-Protocol: bearer.TOKEN,natter.v1"], Some("natter.v1")),
            (
                &[
                    "Authorization:",
                    "Sec-WebSocket-Protocol: bearer.TOKEN",
                    "Sec-WebSocket-Protocol: natter.v1",
                ],
                Some("natter.v1"),
            ),
            (&["Sec-WebSocket-Protocol: chat, natter.v1"], Some("natter.v1")),
            (&["Sec-WebSocket-Protocol: chat"], None),
            // They are compared as they are.
            (&["Sec-WebSocket-Protocol: NATTER.V1"], None),
        ];
        for (other, expected) in cases {
            let (head, _) = Request::new(&stage.ada, other).ask(&stage.server).await;
            assert_eq!(status(&head), "101", "{other:?}: {head}");
            assert_eq!(value(&head, "sec-websocket-protocol"), expected, "§4.2.2 (5.5), {other:?}");
        }
    });
}

/// A client that does not wait for the answer may send its first frames along.
#[test]
fn frames_may_come_with_the_handshake() {
    together(async |stage| {
        let first = text(HELLO).leak();

        let (_, mut wire) = Request { body: first, ..Request::new(&stage.ada, &[]) }.ask(&stage.server).await;

        assert!(wire.text().await.contains("ready"));
        assert_eq!(wire.text().await, r#"{"type":"pong"}"#);
    });
}
