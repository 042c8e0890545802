//! How often who may do what.

mod rule;

pub use rule::*;

/// The throttles of a server.
#[derive(Clone)]
pub struct Throttles {}
