//! Every call of the API, by its document: done once, refused in every way, each field at its bounds.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod bodies;
mod bounds;
mod frames;
mod names;
mod promises;
mod queries;
mod stage;
mod story;
mod tokens;
