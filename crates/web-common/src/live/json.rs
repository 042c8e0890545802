//! What is said the same to all clients.

use std::collections::BTreeMap;

use bytestring::ByteString;
use domain::{ChatId, Rev};
use serde_json::{Value, json};

use crate::Problem;

/// That something was not done, and of which send it was.
pub(super) fn error(client_id: Option<&str>, problem: &Problem, request_id: Option<&str>) -> ByteString {
    let mut frame = json!({ "type": "error", "problem": problem.to_json(request_id) });
    if let Some(client_id) = client_id {
        frame["client_id"] = json!(client_id);
    }
    frame.to_string().into()
}

/// The answer to a `ping`.
pub(super) fn pong() -> ByteString {
    ByteString::from_static(r#"{"type":"pong"}"#)
}

/// That too much changed in a chat: the client is to fetch it.
pub(super) fn reset(chat: ChatId) -> ByteString {
    json!({ "type": "reset", "chat_id": chat.get() }).to_string().into()
}

/// That a `resume` is over, and up to where.
pub(super) fn resumed(chats: &BTreeMap<ChatId, Rev>) -> ByteString {
    let chats: serde_json::Map<String, Value> =
        chats.iter().map(|(chat, rev)| (chat.to_string(), json!(rev.get()))).collect();
    json!({ "type": "resumed", "chats": chats }).to_string().into()
}
