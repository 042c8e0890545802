//! Messages: sent, edited, deleted, reacted to, forwarded, read.

mod client_id;
pub mod editing;
mod error;
pub mod forwarding;
pub mod history;
mod mention;
mod message;
mod reaction;
pub mod reactions;
pub mod reading;
pub mod searching;
pub mod sending;
mod text;
pub mod typing;
mod view;

pub use client_id::ClientId;
pub use error::MessageError;
pub use forwarding::{Forwarding, Targets};
pub use history::{History, Span};
pub use mention::mentioned_names;
pub use message::{Forwarded, Message, MessageChange, NewMessage};
pub use reaction::Reaction;
pub use reading::Reading;
pub use searching::Found;
pub use sending::{Sending, Sent};
pub use text::{Draft, MessageText};
pub use view::{Beside, ForwardedView, MessageView, QUOTE_CHARS, REACTION_NAMES, ReactionCount, ReplyView};
