//! Live sockets: one protocol for both web adapters, said in a voice of each.

mod voice;

pub use voice::Voice;
