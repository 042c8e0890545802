//! What happened, for those who listen live.

use std::sync::Arc;

use crate::{
    ChatId, Rev, Seq, SessionId, UserId,
    chats::{Chat, ChatRole, ChatView},
    messages::MessageView,
    users::Person,
};

/// Who hears an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Audience {
    /// All who are members of the chat at that moment.
    Chat(ChatId),
    /// Members of any of these chats, each once.
    Chats(Arc<[ChatId]>),
    /// One user, on every socket of theirs.
    User(UserId),
    /// Everyone who is connected.
    Everyone,
}

/// An event and who hears it.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// Who hears it.
    pub audience: Audience,
    /// What happened.
    pub event: Arc<Event>,
}

impl Notice {
    /// `event`, for `audience`.
    pub fn new(audience: Audience, event: Event) -> Self {
        Self { audience, event: Arc::new(event) }
    }
}

/// Something that happened. It reads the same for all who hear it, so that it is rendered once.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the fields are named for what they hold")]
pub enum Event {
    /// A new message.
    MessageCreated { message: Arc<MessageView> },
    /// An edit, or a reaction given or taken back.
    MessageUpdated { message: Arc<MessageView> },
    /// A message was deleted; what is left of it.
    MessageDeleted { message: Arc<MessageView> },
    /// A chat is there for its receiver, as that one sees it.
    ChatCreated { view: Arc<ChatView> },
    /// Name, description or visibility changed.
    ChatUpdated { chat: Arc<Chat> },
    /// The chat is gone.
    ChatDeleted { chat: ChatId, rev: Rev },
    /// Somebody was added or joined.
    MemberAdded { chat: ChatId, rev: Rev, user: Arc<Person>, role: ChatRole, small: bool },
    /// Somebody's role changed.
    MemberUpdated { chat: ChatId, rev: Rev, user: Arc<Person>, role: ChatRole },
    /// Somebody left or was removed; the last they hear of that chat.
    MemberRemoved { chat: ChatId, rev: Rev, user: Arc<Person>, role: ChatRole, small: bool },
    /// Somebody's name or picture changed.
    UserUpdated { user: Arc<Person> },
    /// Somebody has read up to here.
    Read { chat: ChatId, username: String, seq: Seq },
    /// Somebody is writing.
    Typing { chat: ChatId, user: UserId, username: String },
    /// Somebody came or went.
    Presence { username: String, online: bool },
    /// These sessions are over: sockets on them close at once. Nothing is sent.
    SessionsEnded { user: UserId, sessions: Vec<SessionId> },
}

impl Event {
    /// What it is called, wherever it is told or counted.
    pub fn name(&self) -> &'static str {
        match self {
            Event::MessageCreated { .. } => "message.created",
            Event::MessageUpdated { .. } => "message.updated",
            Event::MessageDeleted { .. } => "message.deleted",
            Event::ChatCreated { .. } => "chat.created",
            Event::ChatUpdated { .. } => "chat.updated",
            Event::ChatDeleted { .. } => "chat.deleted",
            Event::MemberAdded { .. } => "member.added",
            Event::MemberUpdated { .. } => "member.updated",
            Event::MemberRemoved { .. } => "member.removed",
            Event::UserUpdated { .. } => "user.updated",
            Event::Read { .. } => "read",
            Event::Typing { .. } => "typing",
            Event::Presence { .. } => "presence",
            Event::SessionsEnded { .. } => "sessions.ended",
        }
    }

    /// The chat it is about and that chat's revision after it, where it has one.
    pub fn revision(&self) -> Option<(ChatId, Rev)> {
        match self {
            Event::MessageCreated { message }
            | Event::MessageUpdated { message }
            | Event::MessageDeleted { message } => Some((message.chat, message.rev)),
            Event::ChatUpdated { chat } => Some((chat.id, chat.last_rev)),
            Event::ChatDeleted { chat, rev }
            | Event::MemberAdded { chat, rev, .. }
            | Event::MemberUpdated { chat, rev, .. }
            | Event::MemberRemoved { chat, rev, .. } => Some((*chat, *rev)),
            Event::ChatCreated { view } => Some((view.chat.id, view.chat.last_rev)),
            Event::Read { .. }
            | Event::Typing { .. }
            | Event::Presence { .. }
            | Event::UserUpdated { .. }
            | Event::SessionsEnded { .. } => None,
        }
    }
}
