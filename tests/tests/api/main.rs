//! The JSON API, from outside; the modules follow its paths.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod accounts;
mod attempts;
mod carrying;
mod chats;
mod client_ids;
mod conventions;
mod invited;
mod invites;
mod live;
mod messages;
mod metrics;
mod narrowing;
mod presence;
mod reading;
mod search;
mod visible;
