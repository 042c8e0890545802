//! A message as it is kept.

use super::{ClientId, MessageText};
use crate::{AttachmentId, ChatId, MessageId, Origin, Rev, Seq, Timestamp, UserId};

/// Where a forwarded message comes from: the first one, also when it was forwarded more than once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forwarded {
    /// The first message.
    pub message: MessageId,
    /// Who wrote it; nobody once that account is deleted.
    pub author: Option<UserId>,
    /// When it was written.
    pub created_at: Timestamp,
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Which.
    pub id: MessageId,
    /// In which chat.
    pub chat: ChatId,
    /// Its place there.
    pub seq: Seq,
    /// The chat's revision that its newest change made.
    pub rev: Rev,
    /// The chat's revision that sending it made.
    pub created_rev: Rev,
    /// Who sent it.
    pub author: UserId,
    /// What it says; nothing once it is deleted.
    pub text: MessageText,
    /// The sender's own id for it.
    pub client_id: Option<ClientId>,
    /// The message of the same chat that it answers.
    pub reply_to: Option<MessageId>,
    /// Where it comes from, when it was forwarded.
    pub forwarded: Option<Forwarded>,
    /// Members it mentions.
    pub mentions: Vec<UserId>,
    /// When it was sent.
    pub created_at: Timestamp,
    /// When it was last edited.
    pub edited_at: Option<Timestamp>,
    /// When it was deleted.
    pub deleted_at: Option<Timestamp>,
}

/// A message that the store is to give its id, `seq` and `rev`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMessage {
    /// Who sends it, and how.
    pub by: Origin,
    /// To which chat.
    pub chat: ChatId,
    /// Who sends it.
    pub author: UserId,
    /// What it says.
    pub text: MessageText,
    /// The sender's own id for it.
    pub client_id: Option<ClientId>,
    /// The message of the same chat that it answers.
    pub reply_to: Option<MessageId>,
    /// Where it comes from, when it is forwarded.
    pub forwarded: Option<Forwarded>,
    /// Members it mentions.
    pub mentions: Vec<UserId>,
    /// What it carries.
    pub attachments: Vec<AttachmentId>,
    /// When.
    pub created_at: Timestamp,
}

/// A change of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MessageChange {
    /// It says something else.
    Edit {
        /// What it says now.
        text: MessageText,
        /// Members it mentions now.
        mentions: Vec<UserId>,
    },
    /// It is deleted: its place stays, its text goes.
    Delete,
}
