//! Searching messages: what a text is found by, what a query asks for, and where it hits.
//!
//! One tokenizer for every database: a store only indexes the terms it is given, so that the same query finds the
//! same messages everywhere.

mod excerpt;
mod query;
mod terms;

pub use excerpt::{Piece, excerpt};
pub use query::{Phrase, Query};
pub use terms::{Term, terms};
