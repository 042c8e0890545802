//! What clients say.

use std::collections::HashMap;

use domain::{
    AttachmentId, ChatId, Invalid, MessageId, Rev, Seq,
    messages::{ClientId, Draft},
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use crate::{
    FieldError, Problem,
    input::{self, Check, fields::Raw},
};

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
    reply_to: Option<i64>,
    attachments: Option<Vec<i64>>,
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
    chats: HashMap<String, i64>,
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

    fn from_value(value: Value) -> Result<Self, Problem> {
        let Value::Object(mut frame) = value else {
            return Err(invalid("body", "wrong_type", "must be an object"));
        };
        let kind = frame.remove("type").ok_or_else(|| invalid("type", "required", "is missing"))?;
        match kind.as_str() {
            Some("send") => read(frame, Self::send),
            Some("typing") => {
                read(frame, |typing: TypingFrame, check| Some(Self::Typing(chat(check, typing.chat_id)?)))
            }
            Some("read") => read(frame, |mark: ReadFrame, check| {
                let (chat, seq) = (chat(check, mark.chat_id), check.counter("seq", mark.seq));
                Some(Self::Read(chat?, Seq::new(seq?)))
            }),
            Some("resume") => read(frame, Self::resume),
            Some("ping") => read(frame, |PingFrame {}, _| Some(Self::Ping)),
            _ => Err(invalid("type", "unknown_value", "must be one of: send, typing, read, resume, ping")),
        }
    }

    fn send(frame: SendFrame, check: &mut Check) -> Option<Self> {
        let SendFrame { client_id, chat_id, text, reply_to, attachments } = frame;
        let client_id: Option<ClientId> = check.text("client_id", &client_id);
        let chat = chat(check, chat_id);
        let reply_to = match reply_to {
            Some(id) => check.id("reply_to", id, MessageId::new).map(Some),
            None => Some(None),
        };
        let attachments = check.ids("attachments", &attachments.unwrap_or_default(), AttachmentId::new);
        let draft = match Draft::new(&text, attachments?) {
            Ok(draft) => draft,
            Err((field, refusal)) => {
                check.refuse(field, refusal);
                return None;
            }
        };
        let draft = draft.known_as(Some(client_id.clone()?)).in_reply_to(reply_to?);
        Some(Self::Send { client_id: client_id?, chat: chat?, draft })
    }

    fn resume(frame: ResumeFrame, check: &mut Check) -> Option<Self> {
        let mut known = HashMap::with_capacity(frame.chats.len());
        for (id, rev) in frame.chats {
            let Ok(id) = id.parse() else {
                check.refuse("chats", Invalid::new("invalid", "must have ids of chats as its keys"));
                return None;
            };
            known.insert(check.id("chats", id, ChatId::new)?, Rev::new(check.counter("chats", rev)?));
        }
        Some(Self::Resume(known))
    }
}

/// Reads the fields of a frame, and makes of them what is meant; refused with everything that is wrong.
fn read<F: DeserializeOwned>(
    frame: Map<String, Value>,
    make: impl FnOnce(F, &mut Check) -> Option<Command>,
) -> Result<Command, Problem> {
    input::read(frame.into_iter().map(|(name, value)| (name, Raw::Json(value))), make)
}

fn chat(check: &mut Check, id: i64) -> Option<ChatId> {
    check.id("chat_id", id, ChatId::new)
}

fn invalid(field: &str, code: &'static str, message: &str) -> Problem {
    Problem::invalid(vec![FieldError::new(field, Invalid::new(code, message))])
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

        let null =
            r#"{"type":"send","client_id":"c1","chat_id":7,"text":"hi","reply_to":null,"attachments":null}"#;
        let Ok(Command::Send { draft, .. }) = Command::parse(null) else { panic!("{null}") };
        let plain = Draft::new("hi", vec![]).expect("good");
        assert_eq!(draft, plain.known_as(Some("c1".parse().expect("an id"))));

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
        assert_eq!(refusal("[]"), about("body", "wrong_type"));
        assert_eq!(refusal("{}"), about("type", "required"));
        assert_eq!(refusal(r#"{"type":"shout"}"#), about("type", "unknown_value"));
        assert_eq!(refusal(r#"{"type":"ping","a":1}"#), about("a", "unknown_field"));
        assert_eq!(refusal(r#"{"type":"typing","chat_id":"7"}"#), about("chat_id", "wrong_type"));
        assert_eq!(refusal(r#"{"type":"typing","chat_id":0}"#), about("chat_id", "out_of_range"));
        assert_eq!(refusal(r#"{"type":"read","chat_id":7}"#), about("seq", "required"));
        assert_eq!(refusal(r#"{"type":"read","chat_id":7.5,"seq":1}"#), about("chat_id", "wrong_type"));
        assert_eq!(refusal(r#"{"type":"read","chat_id":7,"seq":-1}"#), about("seq", "out_of_range"));
        assert_eq!(refusal(r#"{"type":"resume","chats":{"x":1}}"#), about("chats", "invalid"));
        assert_eq!(refusal(r#"{"type":"resume","chats":{"7":-1}}"#), about("chats", "out_of_range"));
        let empty = r#"{"type":"send","client_id":"c","chat_id":1,"text":""}"#;
        assert_eq!(refusal(empty), about("text", "required"));
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_once() {
        let (_, errors) = refusal(r#"{"type":"send","client_id":"","chat_id":0,"text":7,"colour":"red"}"#);

        let fields: Vec<&str> = errors.iter().map(|(field, _)| field.as_str()).collect();
        assert_eq!(fields, ["colour", "text", "client_id", "chat_id"]);
    }

    #[test]
    fn a_refused_send_tells_which_it_was() {
        let refused = Command::parse(r#"{"type":"send","client_id":"c9","chat_id":1}"#).expect_err("no text");

        assert_eq!(refused.client_id.as_deref(), Some("c9"));
    }
}
