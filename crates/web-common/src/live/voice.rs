//! How a web adapter says over a live socket what is no event.

use bytestring::ByteString;
use domain::{messages::MessageView, ports::Dialect, users::User};

/// A [`Dialect`] that also answers. Everything else (`error`, `pong`, `resumed`, `reset`) is the same JSON for all.
pub trait Voice: Dialect {
    /// The first frame: from here on nothing is missed.
    fn ready(&self, user: &User, heartbeat_seconds: u64) -> ByteString;

    /// That a send landed.
    fn ack(&self, client_id: &str, message: &MessageView) -> ByteString;
}
