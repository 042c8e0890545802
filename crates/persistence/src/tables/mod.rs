//! One file per aggregate: its rows, how they are read, and how the ledger changes them.

pub(crate) mod accesses;
pub(crate) mod attachments;
pub(crate) mod chats;
pub(crate) mod depict;
pub(crate) mod invites;
pub(crate) mod members;
pub(crate) mod messages;
pub(crate) mod reactions;
pub(crate) mod search;
pub(crate) mod sending;
pub(crate) mod sessions;
pub(crate) mod users;
pub(crate) mod views;
pub(crate) mod words;
