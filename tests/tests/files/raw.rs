//! Requests written byte by byte, for what no well-behaved client does.

use super::form::BOUNDARY;
use serde_json::Value;
use tests::{Api, Server, soon};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A request that is on its way.
pub struct Raw {
    stream: TcpStream,
    heard: Vec<u8>,
}

/// What was answered to it.
pub struct RawAnswer {
    pub status: u16,
    /// Headers, as they came.
    pub head: String,
    /// The body, where it is JSON.
    pub body: Value,
}

impl Raw {
    /// Sends a line such as `POST /api/v1/attachments` and headers.
    pub async fn begin(server: &Server, line: &str, headers: &[&str]) -> Self {
        let mut stream = TcpStream::connect(server.address()).await.unwrap();
        let head =
            format!("{line} HTTP/1.1\r\nHost: {}\r\n{}\r\n\r\n", server.address(), headers.join("\r\n"));
        stream.write_all(head.as_bytes()).await.unwrap();
        Self { stream, heard: Vec::new() }
    }

    /// Begins an upload of a form, whose body is framed as `framing` says, such as `Content-Length: 7`.
    pub async fn upload(server: &Server, api: &Api, framing: &[&str]) -> Self {
        let token = format!("Authorization: Bearer {}", api.token.as_deref().unwrap());
        let kind = format!("Content-Type: multipart/form-data; boundary={BOUNDARY}");
        let headers = [&[token.as_str(), &kind], framing].concat();
        Self::begin(server, "POST /api/v1/attachments", &headers).await
    }

    /// Sends a piece of the body.
    pub async fn say(&mut self, bytes: &[u8]) {
        assert!(self.try_say(bytes).await, "the server hung up");
    }

    /// Sends a piece of the body; whether there was anybody to take it.
    pub async fn try_say(&mut self, bytes: &[u8]) -> bool {
        self.stream.write_all(bytes).await.is_ok() && self.stream.flush().await.is_ok()
    }

    /// Sends a piece as one chunk of `Transfer-Encoding: chunked`; the empty one is the last.
    pub async fn try_say_chunk(&mut self, bytes: &[u8]) -> bool {
        let chunk = [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat();
        self.try_say(&chunk).await
    }

    /// Hangs up in the middle, and waits until the server has too.
    pub async fn hang_up(mut self) {
        self.stream.shutdown().await.unwrap();
        let mut rest = Vec::new();
        // A reset is an end, too.
        let _ = soon("the end of the connection", self.stream.read_to_end(&mut rest)).await;
    }

    /// The answer, without waiting for the end of the connection.
    pub async fn answer(&mut self) -> RawAnswer {
        soon("an answer", self.read_answer()).await
    }

    async fn read_answer(&mut self) -> RawAnswer {
        let head_end = loop {
            match self.heard.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                Some(at) => break at + 4,
                None => self.hear().await,
            }
        };
        let head = String::from_utf8(self.heard.drain(..head_end).collect()).unwrap();
        let length = header(&head, "content-length").map_or(0, |length| length.parse().unwrap());
        while self.heard.len() < length {
            self.hear().await;
        }
        let body: Vec<u8> = self.heard.drain(..length).collect();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        RawAnswer { status, head, body: serde_json::from_slice(&body).unwrap_or(Value::Null) }
    }

    async fn hear(&mut self) {
        let mut buffer = [0; 4096];
        let count = self.stream.read(&mut buffer).await.expect("an answer");
        assert!(count > 0, "the server hung up after {:?}", String::from_utf8_lossy(&self.heard));
        self.heard.extend(&buffer[..count]);
    }
}

impl RawAnswer {
    /// The header that brings back the cookie that was set.
    pub fn cookie(&self) -> String {
        let set = header(&self.head, "set-cookie").unwrap_or_else(|| panic!("no cookie in {}", self.head));
        format!("Cookie: {}", set.split(';').next().unwrap_or_default())
    }

    /// Checks that this is a refusal as the API describes it.
    #[track_caller]
    pub fn expect_problem(&self, status: u16, kind: &str) {
        assert_eq!(
            (self.status, &self.body["type"]),
            (status, &format!("/problems/{kind}").into()),
            "{}",
            self.head
        );
        assert_eq!(header(&self.head, "content-type").as_deref(), Some("application/problem+json"));
        assert_eq!(header(&self.head, "x-request-id").as_deref(), self.body["request_id"].as_str());
    }
}

fn header(head: &str, name: &str) -> Option<String> {
    let lines = head.lines().filter_map(|line| line.split_once(": "));
    lines.filter(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned()).next()
}
