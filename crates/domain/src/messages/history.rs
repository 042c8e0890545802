//! Reading a chat: its newest messages, what came before, what changed since.

use std::sync::Arc;

use super::{Message, MessageError, MessageView, editing};
use crate::{Caller, ChatId, MessageId, Rev, Seq, ports::Reads};

/// Which messages of a chat, always oldest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// The newest.
    Newest {
        /// At most so many.
        limit: i64,
    },
    /// The newest of those before a place.
    Before {
        /// The place, itself not among them.
        seq: Seq,
        /// At most so many.
        limit: i64,
    },
    /// The oldest of those after a place.
    After {
        /// The place, itself not among them.
        seq: Seq,
        /// At most so many.
        limit: i64,
    },
}

/// A stretch of a chat.
#[derive(Clone, Debug, PartialEq)]
pub struct History {
    /// The messages, oldest first.
    pub items: Vec<Arc<MessageView>>,
    /// Whether there are older ones.
    pub has_before: bool,
    /// Whether there are newer ones.
    pub has_after: bool,
}

/// A stretch of a chat of the caller's.
pub fn read(reads: &mut dyn Reads, by: &Caller, chat: ChatId, span: Span) -> Result<History, MessageError> {
    let access = reads.access(by.user, chat)?.ok_or(MessageError::NoSuchChat)?;
    access.member()?;
    let messages = reads.history(chat, span)?;
    let first = messages.first().map(|message| message.seq);
    let last = messages.last().map(|message| message.seq);
    let end = access.chat.last_seq;
    let (has_before, has_after) = match (first, last) {
        (Some(first), Some(last)) => (first > Seq::ZERO.next(), last < end),
        // Nothing on the side asked for: all there is lies on the other.
        _ => match span {
            Span::Newest { .. } => (false, false),
            Span::Before { .. } => (false, end > Seq::ZERO),
            Span::After { .. } => (end > Seq::ZERO, false),
        },
    };
    Ok(History { items: depict(reads, messages)?, has_before, has_after })
}

/// What changed in a chat of the caller's since `rev`, each message once, as it now stands, by `rev`.
pub fn changed_after(
    reads: &mut dyn Reads,
    by: &Caller,
    chat: ChatId,
    rev: Rev,
    limit: i64,
) -> Result<Vec<Arc<MessageView>>, MessageError> {
    reads.access(by.user, chat)?.ok_or(MessageError::NoSuchChat)?.member()?;
    let messages = reads.changed_after(chat, rev, limit)?;
    depict(reads, messages)
}

/// One message of a chat of the caller's.
pub fn find(
    reads: &mut dyn Reads,
    by: &Caller,
    chat: ChatId,
    id: MessageId,
) -> Result<Arc<MessageView>, MessageError> {
    let (_, message) = editing::find(reads, by, chat, id)?;
    editing::depict_one(reads, message)
}

pub(super) fn depict(
    reads: &mut dyn Reads,
    messages: Vec<Message>,
) -> Result<Vec<Arc<MessageView>>, MessageError> {
    if messages.is_empty() {
        return Ok(Vec::new());
    }
    Ok(reads.depict(messages)?.into_iter().map(Arc::new).collect())
}
