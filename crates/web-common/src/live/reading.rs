//! What a client says, message by message.

use std::io::ErrorKind;

use actix_web::web::Bytes;
use actix_ws::{Item, Message, MessageStream, ProtocolError};
use bytestring::ByteString;
use futures_util::StreamExt;

use super::{closing::Closing, headers::BadFrame, socket::FRAME_BYTES};

/// Something that a client said.
#[derive(Debug)]
pub(super) enum Said {
    Text(ByteString),
    Binary,
    Ping(Bytes),
    Pong,
    /// Goodbye, with the code that it came with.
    Close(Option<u16>),
}

/// A message of which not all fragments came.
enum Begun {
    Text(Vec<u8>),
    /// Nobody wants it.
    Binary,
}

/// The messages of one socket.
pub(super) struct Reading {
    messages: MessageStream,
    begun: Option<Begun>,
}

impl Reading {
    pub(super) fn new(messages: MessageStream) -> Self {
        Self { messages: messages.max_frame_size(FRAME_BYTES), begun: None }
    }

    /// The next message, or why there can be none; nothing once the connection is gone. Forgets nothing when it is
    /// dropped while it waits.
    pub(super) async fn next(&mut self) -> Option<Result<Said, Closing>> {
        loop {
            let message = match self.messages.next().await? {
                Ok(message) => message,
                Err(error) => return Some(Err(broken(&error))),
            };
            if let Some(said) = self.hear(message).transpose() {
                return Some(said);
            }
        }
    }

    fn hear(&mut self, message: Message) -> Result<Option<Said>, Closing> {
        Ok(Some(match message {
            Message::Text(text) => Said::Text(text),
            Message::Binary(_) => Said::Binary,
            Message::Ping(bytes) => Said::Ping(bytes),
            Message::Pong(_) => Said::Pong,
            Message::Close(reason) => Said::Close(reason.map(|reason| reason.code.into())),
            Message::Continuation(item) => return self.put_together(item),
            Message::Nop => return Ok(None),
        }))
    }

    /// `headers` saw to it that fragments come in order and are not too much. They are copied: each would keep all alive
    /// that it was read with.
    fn put_together(&mut self, item: Item) -> Result<Option<Said>, Closing> {
        match item {
            Item::FirstText(bytes) => self.begun = Some(Begun::Text(bytes.to_vec())),
            Item::FirstBinary(_) => self.begun = Some(Begun::Binary),
            Item::Continue(bytes) => self.add(&bytes),
            Item::Last(bytes) => {
                self.add(&bytes);
                return self.begun.take().map(Begun::whole).transpose();
            }
        }
        Ok(None)
    }

    fn add(&mut self, bytes: &[u8]) {
        if let Some(Begun::Text(text)) = &mut self.begun {
            text.extend_from_slice(bytes);
        }
    }
}

impl Begun {
    fn whole(self) -> Result<Said, Closing> {
        match self {
            Self::Text(bytes) => {
                String::from_utf8(bytes).map(|text| Said::Text(text.into())).map_err(|_| Closing::NOT_TEXT)
            }
            Self::Binary => Ok(Said::Binary),
        }
    }
}

fn broken(error: &ProtocolError) -> Closing {
    let ProtocolError::Io(error) = error else { return Closing::BROKEN };
    match BadFrame::of(error) {
        Some(BadFrame::Malformed) => Closing::BROKEN,
        Some(BadFrame::TooBig) => Closing::TOO_BIG,
        // So it tells of a text that is whole and not UTF-8.
        None if error.kind() == ErrorKind::InvalidData => Closing::NOT_TEXT,
        // The connection is gone, and nobody hears this.
        None => Closing::GOODBYE,
    }
}
