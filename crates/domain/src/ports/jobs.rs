//! The one way in for every change, and the way to look.

use super::{Reads, StoreError, UnitOfWork};
use crate::{
    UserId,
    messages::{MessageError, Reading, Sending, Sent},
};

/// Called once with what became of a job, after its commit. It must not block.
pub type Done<T> = Box<dyn FnOnce(T) + Send>;

/// Something to be done by the writer.
///
/// A job that is dropped without being answered was not done.
pub enum Job {
    /// Send a message, in bulk with others that are waiting.
    Send(Sending, Done<Result<Sent, MessageError>>),
    /// Note how far somebody has read, in bulk with others that are waiting.
    Read(Reading, Done<Result<(), MessageError>>),
    /// Any other use case, in a savepoint of its own.
    Other {
        /// On whose account it waits: each waits behind their own jobs only.
        account: Option<UserId>,
        /// Does it, and tells whether it is to land. Not called when the writer could not begin.
        #[expect(clippy::type_complexity, reason = "it is named nowhere else")]
        run: Box<dyn FnOnce(&mut dyn UnitOfWork) -> bool + Send>,
        /// Called after the commit, also of a job that was not to land; or with why there was none.
        done: Done<Result<(), StoreError>>,
    },
}

/// A look at the store: called once on a thread that may block, or with why it can't be.
pub type Look = Box<dyn FnOnce(Result<&mut dyn Reads, StoreError>) + Send>;

/// A store as the web sees it: changes go through one writer, looks through connections of their own.
pub trait Store: Send + Sync {
    /// Queues a job, without waiting. Refused with `Busy` when the queue is full; the job is then not answered.
    fn submit(&self, job: Job) -> Result<(), StoreError>;

    /// Queues a look, without waiting. Refused with `Busy` when too many are waiting.
    fn look(&self, look: Look) -> Result<(), StoreError>;

    /// As [`look`](Self::look), for a search: once what has landed so far can be found, which it waits for 200 ms at
    /// the most.
    fn look_indexed(&self, look: Look) -> Result<(), StoreError>;

    /// Whether the database answers.
    fn ping(&self) -> Result<(), StoreError>;
}
