//! Finding messages by what they say.

use std::sync::Arc;

use super::{MessageError, MessageView, history};
use crate::{
    Caller, MessageId,
    ports::Reads,
    search::{Piece, Query, excerpt},
};

/// A message that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The message, as it now stands.
    pub message: Arc<MessageView>,
    /// The stretch of its text around what was looked for.
    pub excerpt: Vec<Piece>,
}

/// The messages of the caller's chats that a query finds: the newest first, `limit` at the most, below `below`
/// where that is given. An empty query finds nothing, and so does a chat that is not the caller's.
pub fn search(
    reads: &mut dyn Reads,
    by: &Caller,
    query: &Query,
    below: Option<MessageId>,
    limit: i64,
) -> Result<Vec<Found>, MessageError> {
    if query.is_empty() {
        return Ok(Vec::new());
    }
    let messages = reads.search(by.user, query, below, limit)?;
    let views = history::depict(reads, messages)?;
    Ok(views.into_iter().map(|message| found(message, query)).collect())
}

fn found(message: Arc<MessageView>, query: &Query) -> Found {
    Found { excerpt: excerpt(&message.text, query), message }
}
