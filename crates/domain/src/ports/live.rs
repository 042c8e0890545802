//! Live events, as the web hears them from the hub.

use std::sync::Arc;

use bytestring::ByteString;

use crate::{ChatId, Event, Rev, SessionId, UserId, chats::Membership, users::Username};

/// Who is there now.
pub trait Presence {
    /// Whether the user has a socket open anywhere, or had one so short a time ago that nobody was told of its end.
    fn is_online(&self, user: UserId) -> bool;
}

/// A way to write events down, such as JSON for programs or HTML for browsers.
pub trait Dialect: Send + Sync {
    /// The event as one text frame, at a moment when who is there is as `presence` says; nothing when this dialect
    /// does not tell of it.
    fn frame(&self, event: &Event, presence: &dyn Presence) -> Option<ByteString>;
}

/// An event written down, ready to be sent as it is.
#[derive(Clone, Debug)]
pub struct Frame {
    /// What goes over the socket.
    pub text: ByteString,
    /// The event it was made from.
    pub event: Arc<Event>,
}

impl Frame {
    /// The chat it is about and that chat's revision after it, where it has one.
    pub fn revision(&self) -> Option<(ChatId, Rev)> {
        self.event.revision()
    }
}

/// Why the hub cuts a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// The session is over (4401).
    SessionOver,
    /// It does not read as fast as things happen (4408).
    TooSlow,
    /// The server goes down (1001).
    GoingDown,
}

/// Where frames leave for one socket: a bounded queue. Used on one thread only.
pub trait Outlet {
    /// Takes a frame for the socket; `false` when the queue is full, after which the hub cuts the reader.
    fn push(&self, frame: &Frame) -> bool;

    /// Tells the socket to close. Nothing is pushed afterwards.
    fn cut(&self, why: Cut);
}

/// One open socket.
pub struct Reader {
    /// Whose.
    pub user: UserId,
    /// Their name, for presence.
    pub username: Username,
    /// On which session: when that ends, the socket closes.
    pub session: SessionId,
    /// Which of the hub's dialects it hears.
    pub dialect: usize,
    /// Where its frames leave.
    pub outlet: Box<dyn Outlet>,
}

/// Which of a worker's readers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ReaderId(pub u64);

/// The live events of one worker of the web server, which knows who is there on all of them. It lives on that worker's
/// thread.
pub trait Hub: Presence {
    /// Takes a reader in. Refused with `None` when the user has too many sockets. Until
    /// [`settle`](Self::settle) it hears only what is for its user or everyone.
    fn enter(&self, reader: Reader) -> Option<ReaderId>;

    /// The chats of the reader's user, looked up after [`enter`](Self::enter): from here on it hears them, and
    /// what changed of its memberships since it entered is taken into account.
    fn settle(&self, reader: ReaderId, chats: &[Membership]);

    /// Forgets a reader.
    fn leave(&self, reader: ReaderId);

    /// Whether the reader hears this chat now.
    fn hears(&self, reader: ReaderId, chat: ChatId) -> bool;

    /// Tells the others in a chat that this reader's user is writing; nothing when it does not hear the chat.
    fn typing(&self, reader: ReaderId, chat: ChatId);
}
