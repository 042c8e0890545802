//! A socket as bytes: frames made and read by hand.

use std::net::SocketAddr;
use tests::{Api, Server, soon};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub const CONTINUATION: u8 = 0;
pub const TEXT: u8 = 1;
pub const BINARY: u8 = 2;
pub const CLOSE: u8 = 8;
pub const PING: u8 = 9;
pub const PONG: u8 = 10;
/// In the first byte: the message ends with this frame.
pub const FIN: u8 = 0x80;

/// A command that is answered with a `pong`.
pub const HELLO: &[u8] = br#"{"type":"ping"}"#;
/// The key of the RFC's own example (§1.3), and what is answered to it.
pub const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";
pub const ACCEPT: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

/// How a length is written (§5.2).
#[derive(Clone, Copy, Debug)]
pub enum Length {
    Short(u8),
    Sixteen(u16),
    SixtyFour(u64),
}

impl Length {
    /// In the fewest bytes.
    pub fn of(length: usize) -> Self {
        match length {
            0..=125 => Self::Short(u8::try_from(length).unwrap()),
            126..=0xffff => Self::Sixteen(u16::try_from(length).unwrap()),
            _ => Self::SixtyFour(u64::try_from(length).unwrap()),
        }
    }
}

/// The bytes before a payload, without those of the mask.
fn start(first: u8, mask: u8, length: Length) -> Vec<u8> {
    match length {
        Length::Short(length) => vec![first, mask | length],
        Length::Sixteen(length) => [&[first, mask | 126], &length.to_be_bytes()[..]].concat(),
        Length::SixtyFour(length) => [&[first, mask | 127], &length.to_be_bytes()[..]].concat(),
    }
}

/// A header with any first byte and any length, with or without the payload that it promises.
pub fn header(first: u8, length: Length) -> Vec<u8> {
    [start(first, 0x80, length), MASK.to_vec()].concat()
}

/// A masked frame whose length is written in a way of one's own.
pub fn frame_with(first: u8, length: Length, payload: &[u8]) -> Vec<u8> {
    let masked = payload.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask);
    header(first, length).into_iter().chain(masked).collect()
}

/// A masked frame.
pub fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    frame_with(first, Length::of(payload.len()), payload)
}

/// A frame without a mask, as only servers may send.
pub fn unmasked(first: u8, payload: &[u8]) -> Vec<u8> {
    [start(first, 0, Length::of(payload.len())), payload.to_vec()].concat()
}

/// A whole text.
pub fn text(payload: &[u8]) -> Vec<u8> {
    frame(FIN | TEXT, payload)
}

/// A close frame.
pub fn close(code: u16, reason: &[u8]) -> Vec<u8> {
    frame(FIN | CLOSE, &[&code.to_be_bytes(), reason].concat())
}

/// A message in as many frames as there are pieces.
pub fn pieces<'a>(opcode: u8, pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
    let pieces: Vec<_> = pieces.into_iter().collect();
    let last = pieces.len() - 1;
    let one = |(at, piece): (usize, &&[u8])| {
        let opcode = if at == 0 { opcode } else { CONTINUATION };
        frame(if at == last { FIN | opcode } else { opcode }, piece)
    };
    pieces.iter().enumerate().flat_map(one).collect()
}

/// A command of exactly so many bytes that is answered with a `pong`.
pub fn hello_of(length: usize) -> Vec<u8> {
    let mut hello = HELLO.to_vec();
    hello.resize(length, b' ');
    hello
}

/// A frame of the server's: its opcode and payload. It was whole, without a mask and in the fewest bytes.
pub type Heard = (u8, Vec<u8>);

/// A TCP connection to a server.
pub struct Wire {
    stream: TcpStream,
    heard: Vec<u8>,
}

impl Wire {
    pub async fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, heard: Vec::new() }
    }

    /// Shakes hands and hears `ready`.
    pub async fn open(server: &Server, api: &Api) -> Self {
        let mut wire = Self::connect(server.address()).await;
        let token = api.token.as_deref().unwrap();
        let head = format!(
            "GET /api/v1/live HTTP/1.1\r\nHost: natter\r\nAuthorization: Bearer {token}\r\nConnection: Upgrade\r\n\
             Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {KEY}\r\n\r\n"
        );
        wire.send(head.as_bytes()).await;
        assert!(wire.head().await.starts_with("HTTP/1.1 101 "));
        assert!(wire.text().await.contains(r#""type":"ready""#));
        wire
    }

    pub async fn send(&mut self, bytes: &[u8]) {
        self.try_send(bytes).await.unwrap();
    }

    /// Sends what the server may take no more.
    pub async fn try_send(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        soon("a write", self.stream.write_all(bytes)).await
    }

    /// Says that nothing more is sent.
    pub async fn hang_up(&mut self) {
        // The server may have hung up before.
        let _ = self.stream.shutdown().await;
    }

    /// The head of an answer of HTTP.
    pub async fn head(&mut self) -> String {
        let end = |heard: &[u8]| heard.windows(4).position(|four| four == b"\r\n\r\n");
        while end(&self.heard).is_none() {
            assert!(self.more().await, "the answer ended in its head");
        }
        let rest = self.heard.split_off(end(&self.heard).unwrap() + 4);
        String::from_utf8(std::mem::replace(&mut self.heard, rest)).unwrap()
    }

    /// The next frame; nothing once the connection is closed.
    pub async fn next(&mut self) -> Option<Heard> {
        loop {
            if let Some(frame) = self.take() {
                return Some(frame);
            }
            if !self.more().await {
                assert_eq!(self.heard, [0; 0], "the server stopped in a frame");
                return None;
            }
        }
    }

    /// The payload of the next frame, which is a text.
    pub async fn text(&mut self) -> String {
        let (opcode, payload) = self.next().await.expect("the socket is open");
        assert_eq!(opcode, TEXT, "{:?}", String::from_utf8_lossy(&payload));
        String::from_utf8(payload).unwrap()
    }

    /// A command is answered, after whatever was said before.
    pub async fn goes_on(&mut self, case: &str) {
        self.send(&text(HELLO)).await;
        loop {
            match self.next().await {
                Some((TEXT, payload)) if payload == br#"{"type":"pong"}"# => return,
                Some((TEXT | PONG, _)) => {}
                other => panic!("{case}: {other:?}"),
            }
        }
    }

    /// A last ping is answered: all that was sent before was read.
    pub async fn answers(&mut self, payload: &str) {
        self.send(&frame(FIN | PING, payload.as_bytes())).await;
        while self.next().await.expect("the socket is open") != (PONG, payload.as_bytes().to_vec()) {}
    }

    /// The server closes with `code`, says nothing after that, and the connection ends.
    pub async fn ends(&mut self, case: &str, code: u16) {
        let payload = self.closing(case).await;
        let found = payload.first_chunk().map(|code| u16::from_be_bytes(*code));
        assert_eq!(found, Some(code), "{case}");
        // Or it waits a second for the rest: see `ends`.
        self.hang_up().await;
        assert_eq!(self.next().await, None, "{case}: nothing after a close frame");
    }

    /// The payload of the server's close frame, which is what it says last.
    pub async fn closing(&mut self, case: &str) -> Vec<u8> {
        loop {
            match self.next().await {
                Some((CLOSE, payload)) => return payload,
                Some((TEXT | PONG, _)) => {}
                other => panic!("{case}: {other:?} instead of a close frame"),
            }
        }
    }

    /// Reads more; `false` at the end.
    async fn more(&mut self) -> bool {
        let mut bytes = [0; 16 * 1024];
        // Who is reset is closed, too.
        let read = soon("something to read", self.stream.read(&mut bytes)).await.unwrap_or(0);
        self.heard.extend_from_slice(&bytes[..read]);
        read > 0
    }

    fn take(&mut self) -> Option<Heard> {
        let &[first, second, ..] = self.heard.as_slice() else { return None };
        assert_eq!(first & 0xf0, FIN, "§5.2: whole, and without an extension");
        assert_eq!(second & 0x80, 0, "§5.1: a server masks nothing");
        let (start, length) = match second {
            126 => (4, u64::from(u16::from_be_bytes(*self.heard.get(2..4)?.first_chunk().unwrap()))),
            127 => (10, u64::from_be_bytes(*self.heard.get(2..10)?.first_chunk().unwrap())),
            short => (2, u64::from(short)),
        };
        let length = usize::try_from(length).unwrap();
        let payload = self.heard.get(start..start + length)?.to_vec();
        assert_eq!(self::start(first, 0, Length::of(length)), self.heard[..start], "§5.2: the fewest bytes");
        self.heard.drain(..start + length);
        Some((first & 0x0f, payload))
    }
}
