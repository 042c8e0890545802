//! A store in memory: every use case runs on it without a database, in microseconds.
//!
//! It keeps to the same contract as the databases (see [`crate::contract`]), so that what a test shows on it
//! holds on them. [`SharedStore`] puts it behind the [`Store`](crate::ports::Store) port for the web crates' tests.

mod attachments;
mod build;
mod chats;
mod clock;
mod depict;
mod invites;
mod members;
mod messages;
mod reads;
mod search;
mod sessions;
mod shared;
mod users;
mod views;
mod work;

use std::{collections::BTreeMap, time::Duration};

use crate::{
    AttachmentId, ChatId, MessageId, Notice, Origin, Rev, Seq, SessionId, Timestamp, UserId,
    attachments::Attachment,
    audit::Entry,
    chats::{Chat, Invite, InviteCode, Member},
    contract::Recorded,
    messages::{ClientId, Message, Reaction},
    ports::{StoreError, UnitOfWork},
};

use clock::Clock;
pub use shared::SharedStore;

/// Everything a server knows, in maps. A clone is a copy of its own.
///
/// Used directly, each change through it lands at once; [`write`](Self::write) makes a job of several.
#[derive(Clone, Debug, Default)]
pub struct MemoryStore {
    clock: Clock,
    /// The last id given out: all kinds of things share one row of numbers, so that no two ids are ever equal
    /// by chance.
    last_id: i64,
    users: BTreeMap<UserId, users::Account>,
    sessions: BTreeMap<SessionId, sessions::Kept>,
    chats: BTreeMap<ChatId, Chat>,
    /// The direct chat of two users, the lower id first.
    directs: BTreeMap<(UserId, UserId), ChatId>,
    members: BTreeMap<(ChatId, UserId), Member>,
    invites: BTreeMap<InviteCode, Invite>,
    messages: BTreeMap<MessageId, Message>,
    /// Each chat's messages in their order.
    places: BTreeMap<(ChatId, Seq), MessageId>,
    /// The messages that their authors gave an id of their own.
    claims: BTreeMap<(UserId, ClientId), MessageId>,
    /// In the order in which they came.
    reactions: BTreeMap<MessageId, Vec<(UserId, Reaction)>>,
    attachments: BTreeMap<AttachmentId, Attachment>,
    /// What messages carry, in its order.
    carried: BTreeMap<MessageId, Vec<AttachmentId>>,
    notices: Vec<Notice>,
    audit: Vec<Recorded>,
}

impl MemoryStore {
    /// A store with nothing in it.
    pub fn new() -> Self {
        Self::default()
    }

    /// Does a job: all of it lands when the answer is `Ok`, nothing when it is an error.
    pub fn write<T, E>(&mut self, job: impl FnOnce(&mut dyn UnitOfWork) -> Result<T, E>) -> Result<T, E> {
        let mut changed = self.clone();
        let outcome = job(&mut changed);
        if outcome.is_ok() {
            *self = changed;
        } else {
            // Time does not run backwards, whatever becomes of a job.
            self.clock = changed.clock;
        }
        outcome
    }

    /// What landed changes noted, in order, since the store was made or last asked to forget.
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    /// What [`notices`](Self::notices) holds, which is forgotten then.
    pub fn take_notices(&mut self) -> Vec<Notice> {
        std::mem::take(&mut self.notices)
    }

    /// The audit log, oldest first.
    pub fn audit(&self) -> &[Recorded] {
        &self.audit
    }

    /// Forgets notices and audit log, so that a test sees only what comes now.
    pub fn forget(&mut self) {
        self.notices.clear();
        self.audit.clear();
    }

    /// Lets time pass.
    pub fn advance(&mut self, span: Duration) {
        self.clock.advance(span);
    }

    /// Sets the clock.
    pub fn set_now(&mut self, now: Timestamp) {
        self.clock = Clock::at(now);
    }

    fn next_id(&mut self) -> i64 {
        self.last_id += 1;
        self.last_id
    }

    /// Writes an audit row.
    fn log(&mut self, by: &Origin, entry: Entry) {
        let Entry { action, entity, entity_id, changes } = entry;
        let changes = changes.into_iter().map(|(field, old, new)| (field.to_owned(), old, new)).collect();
        self.audit.push(Recorded { by: by.clone(), action, entity, entity_id, changes });
    }

    /// Takes a chat's next `rev`.
    fn next_rev(&mut self, id: ChatId) -> Result<Rev, StoreError> {
        let chat = self.chats.get_mut(&id).ok_or_else(|| missing("chat", id))?;
        chat.last_rev = chat.last_rev.next();
        Ok(chat.last_rev)
    }
}

/// A change of what is not there: a fault of the caller.
fn missing(what: &str, id: impl std::fmt::Display) -> StoreError {
    StoreError::Broken(format!("there is no {what} {id}"))
}

/// The first `limit`; none for a limit below zero.
fn limited<T>(items: impl Iterator<Item = T>, limit: i64) -> Vec<T> {
    items.take(usize::try_from(limit).unwrap_or(0)).collect()
}

/// Whether a text contains another without regard to case.
fn contains(text: &str, query: &str) -> bool {
    text.to_lowercase().contains(&query.to_lowercase())
}
