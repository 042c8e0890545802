//! The rules of the domain, each by its name, on the store in memory.

mod accounts;
mod direct;
mod forwarding;
mod groups;
mod histories;
mod invites;
mod members;
mod messages;
mod reading;
mod sessions;
mod shared;
mod stage;
