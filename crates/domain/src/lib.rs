//! What Natter is about: users, chats, membership, messages and forwarding, with the rules between them.
//!
//! Pure and synchronous: a use case is a function over a port ([`ports::UnitOfWork`] to change, [`ports::Reads`]
//! to look), and nothing here knows of SQL, HTTP, a clock or randomness. [`memory::MemoryStore`] runs every use
//! case without a database; [`contract`] is what any other store has to hold to stand in for it.

pub mod attachments;
pub mod audit;
pub mod caller;
pub mod chats;
pub mod contract;
pub mod event;
pub mod fact;
pub mod id;
pub mod invalid;
pub mod memory;
pub mod messages;
pub mod ports;
pub mod search;
mod text;
pub mod time;
pub mod users;

pub use caller::{Caller, Origin, Via};
pub use event::{Audience, Event, Notice};
pub use fact::{Fact, Kind};
pub use id::{AttachmentId, ChatId, MessageId, Rev, Seq, SessionId, UserId};
pub use invalid::Invalid;
pub use time::Timestamp;
