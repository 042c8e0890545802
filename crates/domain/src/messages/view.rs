//! A message as everyone who may see it sees it.

use std::sync::Arc;

use super::{ClientId, Message};
use crate::{
    ChatId, MessageId, Rev, Seq, Timestamp,
    attachments::Attachment,
    users::{Person, Username},
};

/// How many characters of its target a reply shows.
pub const QUOTE_CHARS: usize = 200;

/// How many names stand beside a reaction.
pub const REACTION_NAMES: usize = 50;

/// The first characters of a text, at most [`QUOTE_CHARS`].
fn quote(text: &str) -> String {
    text.chars().take(QUOTE_CHARS).collect()
}

/// A message with all that stands beside it. It reads the same for everyone, so that it is rendered once.
#[derive(Clone, Debug, PartialEq)]
pub struct MessageView {
    /// Which.
    pub id: MessageId,
    /// In which chat.
    pub chat: ChatId,
    /// Its place there.
    pub seq: Seq,
    /// The chat's revision that its newest change made.
    pub rev: Rev,
    /// The chat's revision that sending it made: who knows the chat up to there knows the message.
    pub created_rev: Rev,
    /// Who sent it; nobody once that account is deleted.
    pub author: Option<Arc<Person>>,
    /// What it says, as Markdown; nothing once it is deleted.
    pub text: String,
    /// The sender's own id for it.
    pub client_id: Option<ClientId>,
    /// When it was sent.
    pub created_at: Timestamp,
    /// When it was last edited.
    pub edited_at: Option<Timestamp>,
    /// When it was deleted.
    pub deleted_at: Option<Timestamp>,
    /// The message it answers, as that stands now.
    pub reply_to: Option<ReplyView>,
    /// Who wrote it first, when it was forwarded.
    pub forwarded_from: Option<ForwardedView>,
    /// What it carries.
    pub attachments: Vec<Attachment>,
    /// How people reacted, in the order in which the reactions first came.
    pub reactions: Vec<ReactionCount>,
    /// Members it mentions.
    pub mentions: Vec<Username>,
}

/// What a store looked up to stand beside a message.
#[derive(Clone, Debug, Default)]
pub struct Beside {
    /// Who sent it, unless that account is deleted.
    pub author: Option<Arc<Person>>,
    /// The message it answers.
    pub reply_to: Option<ReplyView>,
    /// Who wrote it first.
    pub forwarded_from: Option<ForwardedView>,
    /// What it carries.
    pub attachments: Vec<Attachment>,
    /// How people reacted.
    pub reactions: Vec<ReactionCount>,
    /// Members it mentions.
    pub mentions: Vec<Username>,
}

impl MessageView {
    /// The message with what stands beside it. Of a deleted one only its place and its author are left.
    pub fn new(message: Message, beside: Beside) -> Self {
        let author = beside.author.clone();
        let Beside { reply_to, forwarded_from, attachments, reactions, mentions, .. } =
            if message.deleted_at.is_none() { beside } else { Beside::default() };
        Self {
            id: message.id,
            chat: message.chat,
            seq: message.seq,
            rev: message.rev,
            created_rev: message.created_rev,
            author,
            text: message.text.as_str().to_owned(),
            client_id: message.client_id,
            created_at: message.created_at,
            edited_at: message.edited_at,
            deleted_at: message.deleted_at,
            reply_to,
            forwarded_from,
            attachments,
            reactions,
            mentions,
        }
    }

    /// Whether it was deleted.
    pub fn is_deleted(&self) -> bool {
        self.deleted_at.is_some()
    }
}

/// The message that a reply answers, as it stands now.
#[derive(Clone, Debug, PartialEq)]
pub struct ReplyView {
    /// Which.
    pub id: MessageId,
    /// Its place in the chat.
    pub seq: Seq,
    /// Who sent it; nobody when it is deleted or its author is.
    pub author: Option<Arc<Person>>,
    /// Its first characters; nothing when it is deleted.
    pub text: String,
}

impl ReplyView {
    /// The first characters of a message by `author`; nothing of a deleted one.
    pub fn new(target: &Message, author: Option<Arc<Person>>) -> Self {
        let author = author.filter(|_| target.deleted_at.is_none());
        Self { id: target.id, seq: target.seq, author, text: quote(target.text.as_str()) }
    }
}

/// Where a forwarded message comes from, as anybody may know it.
#[derive(Clone, Debug, PartialEq)]
pub struct ForwardedView {
    /// Who wrote it; nobody once that account is deleted.
    pub author: Option<Arc<Person>>,
    /// When it was written.
    pub created_at: Timestamp,
}

/// How many people reacted with the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReactionCount {
    /// The emoji or word.
    pub reaction: String,
    /// How many.
    pub count: i64,
    /// The first [`REACTION_NAMES`] of them.
    pub usernames: Vec<Username>,
}
