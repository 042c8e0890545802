//! Live sockets: one protocol for both web adapters, said in a voice of each.
//!
//! A socket is two tasks on its worker's thread: `conversation` hears the client and does what it says, `writer`
//! writes what waits in `outbound`. Between the hub and that queue stands `gate`, which keeps the revisions of a chat
//! in order while `resume` tells what the client missed.

mod closing;
mod command;
mod connection;
mod conversation;
mod gate;
mod handshake;
mod headers;
mod json;
mod outbound;
mod pace;
mod patience;
mod peer;
mod reading;
mod resume;
mod socket;
mod voice;
mod writer;

pub use connection::on_connect;
pub use socket::{Opening, open};
pub use voice::Voice;

#[cfg(test)]
mod tests;
