//! Live sockets: one protocol for both web adapters, said in a voice of each.

mod connection;
mod socket;
mod voice;

pub use connection::on_connect;
pub use socket::{Opening, open};
pub use voice::Voice;
