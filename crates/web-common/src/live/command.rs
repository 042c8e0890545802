//! What clients say.

use std::collections::HashMap;

use domain::{
    AttachmentId, ChatId, MessageId, Rev, Seq,
    messages::{ClientId, Draft},
};
use serde::Deserialize;
use serde_json::Value;

use crate::{FieldError, Problem, json};

/// A frame of a client's.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Command {
    /// Send a message.
    Send {
        /// The client's own name for it.
        client_id: ClientId,
        /// To which chat.
        chat: ChatId,
        /// What.
        draft: Draft,
    },
    /// The user is writing.
    Typing(ChatId),
    /// The user has read up to here.
    Read(ChatId, Seq),
    /// Up to which revision the client knows which chat: tell what changed since.
    Resume(HashMap<ChatId, Rev>),
    /// Is the server there?
    Ping,
}

/// A frame that can't be taken.
#[derive(Debug)]
pub(super) struct Refused {
    /// Of a send: its name, where that could be read.
    pub(super) client_id: Option<String>,
    /// Why.
    pub(super) problem: Box<Problem>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SendFrame {
    client_id: String,
    chat_id: i64,
    text: String,
    #[serde(default)]
    reply_to: Option<i64>,
    #[serde(default)]
    attachments: Vec<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TypingFrame {
    chat_id: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReadFrame {
    chat_id: i64,
    seq: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ResumeFrame {
    chats: HashMap<i64, i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PingFrame {}

impl Command {
    /// Reads a frame.
    pub(super) fn parse(text: &str) -> Result<Self, Refused> {
        let value: Value = serde_json::from_str(text).map_err(|error| {
            let problem = Problem::malformed(format!("The frame is not JSON: {error}."));
            Refused { client_id: None, problem: problem.into() }
        })?;
        let client_id = value.get("client_id").and_then(Value::as_str).map(str::to_owned);
        Self::from_value(value).map_err(|problem| Refused { client_id, problem: problem.into() })
    }

    fn from_value(mut value: Value) -> Result<Self, Problem> {
        let frame =
            value.as_object_mut().ok_or_else(|| invalid("body", "invalid_type", "must be an object"))?;
        let kind = frame.remove("type").ok_or_else(|| invalid("type", "required", "must be there"))?;
        match kind.as_str() {
            Some("send") => Self::send(json::from_value(value)?),
            Some("typing") => Ok(Self::Typing(ChatId::new(json::from_value::<TypingFrame>(value)?.chat_id))),
            Some("read") => {
                let ReadFrame { chat_id, seq } = json::from_value(value)?;
                Ok(Self::Read(ChatId::new(chat_id), Seq::new(seq)))
            }
            Some("resume") => {
                let ResumeFrame { chats } = json::from_value(value)?;
                let known = |(chat, rev)| (ChatId::new(chat), Rev::new(rev));
                Ok(Self::Resume(chats.into_iter().map(known).collect()))
            }
            Some("ping") => json::from_value::<PingFrame>(value).map(|_| Self::Ping),
            _ => Err(invalid("type", "invalid_value", "must be send, typing, read, resume or ping")),
        }
    }

    fn send(frame: SendFrame) -> Result<Self, Problem> {
        let SendFrame { client_id, chat_id, text, reply_to, attachments } = frame;
        let client_id: ClientId = client_id
            .parse()
            .map_err(|refusal| Problem::invalid(vec![FieldError::new("client_id", refusal)]))?;
        let attachments = attachments.into_iter().map(AttachmentId::new).collect();
        let draft = Draft::new(&text, attachments)
            .map_err(|(field, refusal)| Problem::invalid(vec![FieldError::new(field, refusal)]))?
            .known_as(Some(client_id.clone()))
            .in_reply_to(reply_to.map(MessageId::new));
        Ok(Self::Send { client_id, chat: ChatId::new(chat_id), draft })
    }
}

fn invalid(field: &str, code: &'static str, message: &str) -> Problem {
    Problem::invalid(vec![FieldError::new(field, domain::Invalid::new(code, message))])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> (u16, Vec<(String, String)>) {
        let problem = Command::parse(text).expect_err(text).problem;
        let errors = problem.errors.into_iter().map(|error| (error.field, error.code.into_owned()));
        (problem.status.as_u16(), errors.collect())
    }

    fn about(field: &str, code: &str) -> (u16, Vec<(String, String)>) {
        (422, vec![(field.to_owned(), code.to_owned())])
    }

    #[test]
    fn every_frame_is_read() {
        let send =
            r#"{"type":"send","client_id":"c1","chat_id":7,"text":" hi ","reply_to":3,"attachments":[4]}"#;
        let Ok(Command::Send { client_id, chat, draft }) = Command::parse(send) else { panic!("{send}") };
        assert_eq!((client_id.as_str(), chat), ("c1", ChatId::new(7)));
        let meant = Draft::new("hi", vec![AttachmentId::new(4)]).expect("good");
        assert_eq!(draft, meant.known_as(Some(client_id)).in_reply_to(Some(MessageId::new(3))));

        let parsed = |text| Command::parse(text).expect(text);
        assert_eq!(parsed(r#"{"type":"typing","chat_id":7}"#), Command::Typing(ChatId::new(7)));
        assert_eq!(
            parsed(r#"{"type":"read","chat_id":7,"seq":2}"#),
            Command::Read(ChatId::new(7), Seq::new(2))
        );
        let known = [(ChatId::new(7), Rev::new(12))].into();
        assert_eq!(parsed(r#"{"type":"resume","chats":{"7":12}}"#), Command::Resume(known));
        assert_eq!(parsed(r#"{"type":"ping"}"#), Command::Ping);
    }

    #[test]
    fn what_is_malformed_is_refused_with_its_field() {
        assert_eq!(refusal("hello").0, 400);
        assert_eq!(refusal(&"[".repeat(10_000)).0, 400);
        assert_eq!(refusal("[]"), about("body", "invalid_type"));
        assert_eq!(refusal("{}"), about("type", "required"));
        assert_eq!(refusal(r#"{"type":"shout"}"#), about("type", "invalid_value"));
        assert_eq!(refusal(r#"{"type":"ping","a":1}"#), about("a", "unknown_field"));
        assert_eq!(refusal(r#"{"type":"typing","chat_id":"7"}"#), about("chat_id", "invalid_type"));
        assert_eq!(refusal(r#"{"type":"read","chat_id":7}"#), about("seq", "required"));
        assert_eq!(refusal(r#"{"type":"read","chat_id":7.5,"seq":1}"#), about("chat_id", "invalid_type"));
        assert_eq!(refusal(r#"{"type":"resume","chats":{"x":1}}"#).0, 422);
        let empty = r#"{"type":"send","client_id":"c","chat_id":1,"text":""}"#;
        assert_eq!(refusal(empty), about("text", "required"));
    }

    #[test]
    fn a_refused_send_tells_which_it_was() {
        let refused = Command::parse(r#"{"type":"send","client_id":"c9","chat_id":1}"#).expect_err("no text");

        assert_eq!(refused.client_id.as_deref(), Some("c9"));
    }
}
