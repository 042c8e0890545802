//! Live events as the site's pages hear them: the same JSON as the API's, with parts of pages where those have
//! objects.

use bytestring::ByteString;
use domain::{
    ChatId, Event, Rev,
    chats::{Chat, ChatView},
    messages::{ClientId, MessageView},
    ports::{Dialect, Presence},
    users::{Person, User},
};
use serde_json::{Value, json};
use web_common::live::Voice;

use crate::show::{ChatItem, MessageCard, PersonCard, excerpt};

/// Writes events down for the scripts of the site.
pub struct SiteVoice;

impl Dialect for SiteVoice {
    fn frame(&self, event: &Event, presence: &dyn Presence) -> Option<ByteString> {
        let frame = match event {
            Event::MessageCreated { message } => told("message.created", message),
            Event::MessageUpdated { message } => told("message.updated", message),
            Event::MessageDeleted { message } => told("message.deleted", message),
            Event::ChatCreated { view } => chat_created(view, presence),
            Event::ChatUpdated { chat } => chat_updated(chat),
            Event::ChatDeleted { chat, rev } => {
                json!({"type": "chat.deleted", "chat_id": chat.get(), "rev": rev.get()})
            }
            Event::MemberAdded { chat, rev, user, role, .. } => {
                member("member.added", (*chat, *rev), user, role.as_str())
            }
            Event::MemberUpdated { chat, rev, user, role } => {
                member("member.updated", (*chat, *rev), user, role.as_str())
            }
            Event::MemberRemoved { chat, rev, user, role, .. } => {
                member("member.removed", (*chat, *rev), user, role.as_str())
            }
            Event::UserUpdated { user } => {
                json!({"type": "user.updated", "user": PersonCard::from(&**user)})
            }
            Event::Read { chat, username, seq } => {
                json!({"type": "read", "chat_id": chat.get(), "username": username, "seq": seq.get()})
            }
            Event::Typing { chat, username, .. } => {
                json!({"type": "typing", "chat_id": chat.get(), "username": username})
            }
            Event::Presence { username, online } => {
                json!({"type": "presence", "username": username, "online": online})
            }
            Event::SessionsEnded { .. } => return None,
        };
        Some(written(&frame))
    }
}

impl Voice for SiteVoice {
    fn ready(&self, user: &User, heartbeat_seconds: u64) -> ByteString {
        written(&json!({
            "type": "ready",
            "user": PersonCard::from(user),
            "heartbeat_seconds": heartbeat_seconds,
        }))
    }

    fn ack(&self, client_id: &str, message: &MessageView) -> ByteString {
        let mut frame = told("ack", message);
        frame["client_id"] = Value::from(client_id);
        written(&frame)
    }
}

/// A message with its partial, and what a list of chats needs to know of it.
fn told(kind: &str, message: &MessageView) -> Value {
    let author = message.author.as_deref();
    json!({
        "type": kind,
        "chat_id": message.chat.get(),
        "id": message.id.get(),
        "seq": message.seq.get(),
        "rev": message.rev.get(),
        "author": author.map(|author| author.username.as_str()),
        "author_name": author.map(|author| author.display_name.as_str()),
        "excerpt": excerpt(message),
        "created_at": message.created_at.to_string(),
        "client_id": message.client_id.as_ref().map(ClientId::shown),
        "deleted": message.is_deleted(),
        "mentions": message.mentions.iter().map(ToString::to_string).collect::<Vec<_>>(),
        // A partial that can't be rendered is a fault that the tests find; the page then says what it can.
        "html": MessageCard::from(message).to_html().unwrap_or_default(),
    })
}

fn chat_created(view: &ChatView, presence: &dyn Presence) -> Value {
    let online = view.peer.as_ref().is_some_and(|peer| presence.is_online(peer.id));
    let item = view
        .me
        .as_ref()
        .map(|me| ChatItem::new(view, me.user, view.chat.last_message_at, online))
        .and_then(|item| item.to_html().ok());
    json!({
        "type": "chat.created",
        "chat_id": view.chat.id.get(),
        "rev": view.chat.last_rev.get(),
        "html": item,
    })
}

fn chat_updated(chat: &Chat) -> Value {
    json!({
        "type": "chat.updated",
        "chat_id": chat.id.get(),
        "rev": chat.last_rev.get(),
        "name": chat.name.as_ref().map(ToString::to_string),
        "initials": chat.name.as_ref().map(|name| crate::show::initials(name.as_str())),
        "description": chat.description.as_ref().map(ToString::to_string),
        "visibility": chat.visibility.as_str(),
    })
}

fn member(kind: &str, (chat, rev): (ChatId, Rev), user: &Person, role: &str) -> Value {
    json!({
        "type": kind,
        "chat_id": chat.get(),
        "rev": rev.get(),
        "user": PersonCard::from(user),
        "role": role,
    })
}

fn written(frame: &Value) -> ByteString {
    ByteString::from(frame.to_string())
}
