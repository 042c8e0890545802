//! The frames of a live socket.

use std::collections::BTreeMap;

use domain::{Event, chats::Chat, ports::Presence};
use serde::Serialize;
use utoipa::ToSchema;

use crate::json::{
    ChatJson, ChatRoleJson, Id, MessageJson, PersonJson, ProblemJson, UserJson, VisibilityJson,
};

/// A frame from the server.
#[derive(Serialize, ToSchema)]
#[schema(as = LiveEvent)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum LiveOut {
    /// The first frame: from here on nothing is missed.
    Ready {
        /// Who is connected.
        user: Box<UserJson>,
        /// How often the server sends a ping of the WebSocket protocol; a client of which nothing is heard for two and
        /// a half times as long, not even the pong, is closed with 4408.
        #[schema(example = 25)]
        heartbeat_seconds: u64,
    },
    /// A `send` landed.
    Ack {
        /// That of the `send`.
        client_id: String,
        /// The message.
        message: Box<MessageJson>,
    },
    /// A frame was refused; it changed nothing. A `resume` while another one is under way is refused with 409
    /// and `/problems/resuming`.
    #[expect(dead_code, reason = "written by web_common")]
    Error {
        /// That of the `send` it is about.
        #[schema(required = false, nullable = false)]
        client_id: Option<String>,
        /// Why.
        problem: Box<ProblemJson>,
    },
    /// A new message.
    #[serde(rename = "message.created")]
    MessageCreated {
        /// Its chat.
        chat_id: i64,
        /// The message.
        message: Box<MessageJson>,
    },
    /// An edit, or a reaction given or taken back.
    #[serde(rename = "message.updated")]
    MessageUpdated {
        /// Its chat.
        chat_id: i64,
        /// The message, as it now stands.
        message: Box<MessageJson>,
    },
    /// A message was deleted.
    #[serde(rename = "message.deleted")]
    MessageDeleted {
        /// Its chat.
        chat_id: i64,
        /// What is left of it.
        message: Box<MessageJson>,
    },
    /// A chat is there for the one who hears this.
    #[serde(rename = "chat.created")]
    ChatCreated {
        /// As its receiver sees it.
        chat: Box<ChatJson>,
    },
    /// Name, description or visibility of a chat changed. After a `resume` it says that something else of the chat than
    /// its messages may have changed, such as who is in it and as what: fetch the chat and its members again.
    #[serde(rename = "chat.updated")]
    ChatUpdated {
        /// The chat.
        chat_id: i64,
        /// The number of the change.
        rev: i64,
        /// Its name.
        #[schema(required)]
        name: Option<String>,
        /// What it is for.
        #[schema(required)]
        description: Option<String>,
        /// Who knows of it.
        visibility: VisibilityJson,
    },
    /// A chat is gone.
    #[serde(rename = "chat.deleted")]
    ChatDeleted {
        /// The chat.
        chat_id: i64,
    },
    /// Somebody was added or joined.
    #[serde(rename = "member.added")]
    MemberAdded {
        /// The chat.
        chat_id: i64,
        /// The number of the change.
        rev: i64,
        /// Who.
        user: PersonJson,
        /// As what.
        role: ChatRoleJson,
    },
    /// Somebody's role changed.
    #[serde(rename = "member.updated")]
    MemberUpdated {
        /// The chat.
        chat_id: i64,
        /// The number of the change.
        rev: i64,
        /// Who.
        user: PersonJson,
        /// As what.
        role: ChatRoleJson,
    },
    /// Somebody left or was removed: the last they hear of that chat. After a `resume` also told of each chat that it
    /// named and that is not the caller's, were it never there.
    #[serde(rename = "member.removed")]
    MemberRemoved {
        /// The chat.
        chat_id: i64,
        /// The number of the change; after a `resume` one more than the `rev` that it named.
        rev: i64,
        /// Who.
        user: PersonJson,
        /// What they were; after a `resume` always `member`, as nothing may be told of such a chat.
        role: ChatRoleJson,
    },
    /// Somebody's name or picture changed.
    #[serde(rename = "user.updated")]
    UserUpdated {
        /// Who.
        user: PersonJson,
    },
    /// Somebody has read up to here.
    Read {
        /// The chat.
        chat_id: i64,
        /// Who.
        username: String,
        /// Up to and with this message.
        seq: i64,
    },
    /// Somebody is writing.
    Typing {
        /// The chat.
        chat_id: i64,
        /// Who.
        username: String,
    },
    /// Somebody came or went.
    Presence {
        /// Who.
        username: String,
        /// Whether they are connected.
        online: bool,
    },
    /// A `resume` is done.
    #[expect(dead_code, reason = "written by web_common")]
    Resumed {
        /// Each chat's newest `rev`.
        chats: BTreeMap<String, i64>,
    },
    /// Too much changed in a chat to be told: fetch it instead.
    #[expect(dead_code, reason = "written by web_common")]
    Reset {
        /// The chat.
        chat_id: i64,
    },
    /// The answer to `ping`.
    #[expect(dead_code, reason = "written by web_common")]
    Pong,
}

/// A frame to the server.
#[derive(ToSchema)]
#[schema(as = LiveCommand)]
#[serde(tag = "type", rename_all = "snake_case")]
#[expect(dead_code, reason = "describes what web_common reads")]
pub(crate) enum LiveIn {
    /// Send a message; answered by `ack` or `error`.
    Send {
        /// The sender's own id for it, as over HTTP: the same one again makes no second message.
        #[schema(min_length = 1, max_length = 64, example = "c-17")]
        client_id: String,
        /// The chat.
        #[schema(minimum = 1, maximum = 9007199254740991_i64, example = 7)]
        chat_id: i64,
        /// What it says, in Markdown; may be empty beside an attachment.
        #[schema(max_length = 10000, example = "Lunch?")]
        text: String,
        /// The message of the same chat that it answers.
        #[schema(required = false, minimum = 1, maximum = 9007199254740991_i64)]
        reply_to: Option<i64>,
        /// Uploaded files that it carries.
        #[schema(required = false, max_items = 10, value_type = Option<Vec<Id>>)]
        attachments: Option<Vec<i64>>,
    },
    /// The caller is writing.
    Typing {
        /// The chat.
        #[schema(minimum = 1, maximum = 9007199254740991_i64, example = 7)]
        chat_id: i64,
    },
    /// The caller has read up to here.
    Read {
        /// The chat.
        #[schema(minimum = 1, maximum = 9007199254740991_i64, example = 7)]
        chat_id: i64,
        /// Up to and with this message.
        #[schema(minimum = 0, maximum = 9007199254740991_i64, example = 88)]
        seq: i64,
    },
    /// Tell what was missed; one at a time.
    Resume {
        /// The newest `rev` that the client knows of each chat, by the chat's id.
        chats: BTreeMap<String, i64>,
    },
    /// Answered by `pong`.
    Ping,
}

impl LiveOut {
    /// An event as it is told; nothing when it is not.
    pub(super) fn of(event: &Event, presence: &dyn Presence) -> Option<Self> {
        Some(match event {
            Event::MessageCreated { message } => {
                Self::MessageCreated { chat_id: message.chat.get(), message: boxed(message) }
            }
            Event::MessageUpdated { message } => {
                Self::MessageUpdated { chat_id: message.chat.get(), message: boxed(message) }
            }
            Event::MessageDeleted { message } => {
                Self::MessageDeleted { chat_id: message.chat.get(), message: boxed(message) }
            }
            Event::ChatCreated { view } => {
                let chat = ChatJson::new(view, |user| presence.is_online(user));
                Self::ChatCreated { chat: Box::new(chat) }
            }
            Event::ChatUpdated { chat } => Self::updated(chat),
            Event::ChatDeleted { chat, .. } => Self::ChatDeleted { chat_id: chat.get() },
            Event::MemberAdded { chat, rev, user, role, .. } => Self::MemberAdded {
                chat_id: chat.get(),
                rev: rev.get(),
                user: (&**user).into(),
                role: (*role).into(),
            },
            Event::MemberUpdated { chat, rev, user, role } => Self::MemberUpdated {
                chat_id: chat.get(),
                rev: rev.get(),
                user: (&**user).into(),
                role: (*role).into(),
            },
            Event::MemberRemoved { chat, rev, user, role, .. } => Self::MemberRemoved {
                chat_id: chat.get(),
                rev: rev.get(),
                user: (&**user).into(),
                role: (*role).into(),
            },
            Event::UserUpdated { user } => Self::UserUpdated { user: (&**user).into() },
            Event::Read { chat, username, seq } => {
                Self::Read { chat_id: chat.get(), username: username.clone(), seq: seq.get() }
            }
            Event::Typing { chat, username, .. } => {
                Self::Typing { chat_id: chat.get(), username: username.clone() }
            }
            Event::Presence { username, online } => {
                Self::Presence { username: username.clone(), online: *online }
            }
            Event::SessionsEnded { .. } => return None,
        })
    }

    fn updated(chat: &Chat) -> Self {
        Self::ChatUpdated {
            chat_id: chat.id.get(),
            rev: chat.last_rev.get(),
            name: chat.name.as_ref().map(ToString::to_string),
            description: chat.description.as_ref().map(ToString::to_string),
            visibility: chat.visibility.into(),
        }
    }
}

fn boxed(message: &domain::messages::MessageView) -> Box<MessageJson> {
    Box::new(message.into())
}
