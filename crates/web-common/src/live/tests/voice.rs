//! A voice that says just what tests ask about.

use bytestring::ByteString;
use domain::{
    Event,
    messages::MessageView,
    ports::{Dialect, Presence},
    users::User,
};
use serde_json::json;

use crate::live::Voice;

pub(super) struct TestVoice;

impl Dialect for TestVoice {
    fn frame(&self, event: &Event, presence: &dyn Presence) -> Option<ByteString> {
        let about = |kind: &str, message: &MessageView| json!({ "type": kind, "chat_id": message.chat.get(), "rev": message.rev.get(), "text": message.text });
        let frame = match event {
            Event::MessageCreated { message } => about("message.created", message),
            Event::MessageUpdated { message } => about("message.updated", message),
            Event::MessageDeleted { message } => about("message.deleted", message),
            Event::ChatCreated { view } => {
                let there = view.peer.as_ref().map(|peer| presence.is_online(peer.id));
                json!({
                    "type": "chat.created", "chat_id": view.chat.id.get(), "rev": view.chat.last_rev.get(), "there": there,
                })
            }
            Event::ChatUpdated { chat } => {
                json!({ "type": "chat.updated", "chat_id": chat.id.get(), "rev": chat.last_rev.get() })
            }
            Event::MemberRemoved { chat, rev, user, .. } => json!({
                "type": "member.removed", "chat_id": chat.get(), "rev": rev.get(), "user": user.username.as_str(),
            }),
            Event::Typing { chat, username, .. } => {
                json!({ "type": "typing", "chat_id": chat.get(), "username": username })
            }
            _ => return None,
        };
        Some(frame.to_string().into())
    }
}

impl Voice for TestVoice {
    fn ready(&self, user: &User, heartbeat_seconds: u64) -> ByteString {
        let ready = json!({
            "type": "ready", "user": user.username.as_str(), "heartbeat_seconds": heartbeat_seconds,
        });
        ready.to_string().into()
    }

    fn ack(&self, client_id: &str, message: &MessageView) -> ByteString {
        json!({ "type": "ack", "client_id": client_id, "message": message.id.get() }).to_string().into()
    }
}
