//! What is acknowledged survives whatever happens to the process.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod kills;
mod stops;
