//! A chat, and how one of its readers sees it.

use std::sync::Arc;

use super::Member;
use crate::{
    ChatId, Rev, Seq, Timestamp, UserId,
    messages::MessageView,
    text::{bounded, line, text_type},
    users::{Person, User},
};

text_type! {
    /// The name of a group chat, in any script: 1 to 80 characters on one line.
    ChatName = line, 1 ..= 80
}
text_type! {
    /// What a group chat is for: 1 to 500 characters.
    Description = bounded, 1 ..= 500
}

/// Whether a chat is between two people or of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Exactly two people, or one with themselves.
    Direct,
    /// Any number.
    Group,
}

impl Kind {
    /// As stored, audited and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Direct => "direct",
            Kind::Group => "group",
        }
    }
}

/// Who knows of a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Visibility {
    /// Its members only.
    #[default]
    Private,
    /// Everyone who is signed in, who may also join.
    Public,
}

impl Visibility {
    /// As stored, audited and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Visibility::Private => "private",
            Visibility::Public => "public",
        }
    }
}

/// A chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chat {
    /// Which.
    pub id: ChatId,
    /// Direct or group.
    pub kind: Kind,
    /// Who knows of it; a direct chat is always private.
    pub visibility: Visibility,
    /// Its name; a direct chat has none.
    pub name: Option<ChatName>,
    /// What it is for.
    pub description: Option<Description>,
    /// Who made it; nobody once that account is deleted.
    pub created_by: Option<UserId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// The place of its newest message, also when that is deleted by now.
    pub last_seq: Seq,
    /// The number of its newest change.
    pub last_rev: Rev,
    /// When its newest message was sent, or it was made.
    pub last_message_at: Timestamp,
    /// When it was deleted: hidden from then on, until it is restored or purged.
    pub deleted_at: Option<Timestamp>,
}

impl Chat {
    /// A chat made now, private, without a name and without messages.
    pub fn blank(id: ChatId, kind: Kind, created_by: Option<UserId>, now: Timestamp) -> Self {
        Self {
            id,
            kind,
            visibility: Visibility::Private,
            name: None,
            description: None,
            created_by,
            created_at: now,
            last_seq: Seq::ZERO,
            last_rev: Rev::ZERO,
            last_message_at: now,
            deleted_at: None,
        }
    }
}

/// A chat that the store is to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewChat {
    /// Its name.
    pub name: ChatName,
    /// What it is for.
    pub description: Option<Description>,
    /// Who is to know of it.
    pub visibility: Visibility,
}

/// A change of a chat: what is `None` stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChatChange {
    /// The name.
    pub name: Option<ChatName>,
    /// What it is for, or nothing.
    pub description: Option<Option<Description>>,
    /// Who knows of it.
    pub visibility: Option<Visibility>,
}

impl ChatChange {
    /// The chat as it is after the change.
    pub fn apply(&self, chat: &Chat) -> Chat {
        let mut new = chat.clone();
        if let Some(name) = &self.name {
            new.name = Some(name.clone());
        }
        if let Some(description) = &self.description {
            new.description.clone_from(description);
        }
        new.visibility = self.visibility.unwrap_or(chat.visibility);
        new
    }
}

/// A chat as one of its readers sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct ChatView {
    /// The chat.
    pub chat: Chat,
    /// The reader's membership; none for a stranger who sees a public chat from outside.
    pub me: Option<Member>,
    /// Of a direct chat, the one on the other side: the reader in a chat with themselves, nobody once that
    /// account is deleted.
    pub peer: Option<User>,
    /// How many members it has, without accounts that are deleted.
    pub member_count: i64,
    /// Its newest message; never for a stranger.
    pub last_message: Option<Arc<MessageView>>,
    /// Who made it.
    pub created_by: Option<Person>,
}

impl ChatView {
    /// How many messages the reader has not read; nothing for a stranger.
    pub fn unread_count(&self) -> i64 {
        self.me.as_ref().map_or(0, |me| (self.chat.last_seq.get() - me.last_read.get()).max(0))
    }

    /// Whether the reader was mentioned in what they have not read.
    pub fn is_mentioned(&self) -> bool {
        self.me.as_ref().is_some_and(|me| me.last_mention > me.last_read)
    }

    /// What the reader calls it: the group's name, or the other's.
    pub fn title(&self) -> String {
        match (&self.chat.name, &self.peer) {
            (Some(name), _) => name.to_string(),
            (None, Some(peer)) => peer.display_name(),
            (None, None) => "Deleted user".to_owned(),
        }
    }
}

/// Which of one's chats to list: the one with the newest message first.
#[derive(Clone, Copy, Debug)]
pub struct ChatPage {
    /// Only those that come after this one.
    pub after: Option<(Timestamp, ChatId)>,
    /// At most so many.
    pub limit: i64,
}

/// Which public chats to list: by their ids.
#[derive(Clone, Debug, Default)]
pub struct PublicPage {
    /// Only those with a name or description that contains this, without regard to case.
    pub query: Option<String>,
    /// Only those that come after this one.
    pub after: Option<ChatId>,
    /// At most so many.
    pub limit: i64,
}
