//! Searching messages: the index of their terms, and what a query finds by it.

mod fill;
mod find;

pub(crate) use fill::{Filled, behind, fill};
pub(crate) use find::find;
