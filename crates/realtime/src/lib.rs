//! Live events inside a process: who hears what, presence and typing.
//!
//! One [`Hub`] per process takes what happened ([`Hub::publish`]) and hands it to each worker of the web server,
//! once per worker and batch. A [`Worker`] lives on its worker's thread, knows the readers there and pushes each
//! event to those who are to hear it. An event is rendered once per dialect in the whole process, by the first
//! worker that needs it, and not at all when nobody hears that dialect.
//!
//! # Order
//! A worker takes batches in the order of `publish`, and their notices in the order given: the frames of one chat
//! leave in the order in which they were published.
//!
//! # Between processes
//! A bus between processes needs nothing from here but [`Hub::publish`]: it sends what its own process publishes
//! to the others, and publishes what it hears from them, the events of one chat in the order of `rev`. Presence
//! is counted per process; such a bus has to add the counts up before it tells of them. After a gap in what it
//! heard, memberships are no longer sure: all readers have to be cut, so that they come back and look theirs up.

mod hub;
mod inbox;
mod listener;
mod membership;
mod metrics;
mod presence;
mod readers;
mod rendering;
mod typing;
mod worker;

#[cfg(test)]
mod tests;

pub use hub::{GRACE, Hub};
pub use worker::Worker;
