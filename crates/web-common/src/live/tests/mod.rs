//! Sockets from the outside: a real server on a free port, a store in memory, and a hub that is just enough.

mod closing;
pub(super) mod frames;
mod hub;
mod resuming;
mod sending;
mod server;
mod voice;

use server::{Client, Server};
