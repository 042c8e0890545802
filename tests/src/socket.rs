//! A live socket of the API.

use crate::contract::{Asked, contract};
use crate::{Answer, soon};
use futures_util::{SinkExt, StreamExt};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::VecDeque;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::handshake::client::Response;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// An open socket. Frames that a test does not ask for are kept, in order, until it does.
///
/// The handshake and every frame are held against the server's own OpenAPI document.
#[derive(Debug)]
pub struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// Heard, but not asked for yet.
    kept: VecDeque<Value>,
    /// The close code, once the server has closed it; nothing inside when the connection just ended.
    closed: Option<Option<u16>>,
}

/// The handshake was answered with this status instead of an upgrade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused(
    /// The status code, or 0 when nothing was answered.
    pub u16,
);

impl Socket {
    /// Opens `/api/v1/live` of the server at `base` with the token as a sub-protocol.
    pub async fn open(base: &str, token: Option<&str>) -> Result<Self, Refused> {
        let url = format!("{}/api/v1/live", base.replacen("http", "ws", 1));
        let mut request = url.into_client_request().expect("a URL");
        if let Some(token) = token {
            let protocols = format!("natter.v1, bearer.{token}").parse().expect("a header");
            request.headers_mut().insert("Sec-WebSocket-Protocol", protocols);
        }
        match soon("the handshake", connect_async(request)).await {
            Ok((stream, response)) => {
                hold(response).await;
                Ok(Self { stream, kept: VecDeque::new(), closed: None })
            }
            Err(Error::Http(response)) => Err(Refused(hold(*response).await)),
            Err(_) => Err(Refused(0)),
        }
    }

    /// Sends a frame.
    pub async fn send(&mut self, frame: Value) {
        self.send_text(&frame.to_string()).await;
    }

    /// Sends any text, also what is no JSON.
    pub async fn send_text(&mut self, text: &str) {
        self.stream.send(Message::text(text)).await.expect("the socket is open");
    }

    /// Sends a frame, if the socket is still open; `false` when it is not.
    pub async fn try_send(&mut self, frame: Value) -> bool {
        self.stream.send(Message::text(frame.to_string())).await.is_ok()
    }

    /// The next frame, whenever it comes; nothing once the socket is closed.
    pub async fn try_next(&mut self) -> Option<Value> {
        match self.kept.pop_front() {
            Some(frame) => Some(frame),
            None => self.receive().await,
        }
    }

    /// The next frame of this type; those of other types are kept.
    pub async fn expect(&mut self, kind: &str) -> Value {
        if let Some(at) = self.kept.iter().position(|frame| frame["type"] == kind) {
            return self.kept.remove(at).expect("it was found");
        }
        loop {
            let frame = self.hear(kind).await;
            if frame["type"] == kind {
                return frame;
            }
            self.kept.push_back(frame);
        }
    }

    /// The next frame, of whatever type.
    pub async fn next(&mut self) -> Value {
        match self.kept.pop_front() {
            Some(frame) => frame,
            None => self.hear("a frame").await,
        }
    }

    /// Everything heard up to now, and until the answer to a `ping` that is sent now.
    pub async fn heard(&mut self) -> Vec<Value> {
        self.send(json!({"type": "ping"})).await;
        loop {
            let frame = self.hear("pong").await;
            if frame["type"] == "pong" {
                return self.kept.drain(..).collect();
            }
            self.kept.push_back(frame);
        }
    }

    /// Waits until the server closes the socket; the close code, or nothing when it just hung up.
    pub async fn closed(&mut self) -> Option<u16> {
        while let Some(frame) = soon("the close of the socket", self.receive()).await {
            self.kept.push_back(frame);
        }
        self.closed.flatten()
    }

    async fn hear(&mut self, wanted: &str) -> Value {
        match tokio::time::timeout(crate::PATIENCE, self.receive()).await {
            Ok(Some(frame)) => frame,
            Ok(None) => {
                panic!("the socket was closed ({:?}) before {wanted}; heard {:?}", self.closed, self.kept)
            }
            Err(_) => panic!("{wanted} was not heard within {:?}; heard {:?}", crate::PATIENCE, self.kept),
        }
    }

    /// The next frame, or nothing once the socket is closed.
    async fn receive(&mut self) -> Option<Value> {
        while self.closed.is_none() {
            match self.stream.next().await {
                Some(Ok(Message::Text(text))) => {
                    let frame = serde_json::from_str(&text).expect("a frame of JSON");
                    contract().await.hold_frame(&frame);
                    return Some(frame);
                }
                Some(Ok(Message::Close(frame))) => self.closed = Some(frame.as_ref().map(code)),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => self.closed = Some(None),
            }
        }
        None
    }
}

/// Holds the answer to a handshake against the document; its status.
async fn hold(response: Response) -> u16 {
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let bytes = response.into_body().unwrap_or_default();
    let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
    let asked = Asked { method: Method::GET, path: "/live".to_owned() };
    let answer = Answer { call: "GET /api/v1/live".to_owned(), status, headers, bytes, body };
    contract().await.hold(&asked, &answer);
    status
}

fn code(frame: &CloseFrame) -> u16 {
    frame.code.into()
}
