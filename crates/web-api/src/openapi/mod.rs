//! The OpenAPI document and the page to read it on.
//!
//! What is particular to an operation stands at its handler; what all have in common is added here.

mod commands;
mod common;
mod document;
mod examples;
mod links;
mod names;
mod page;
mod refusals;
#[cfg(test)]
mod tests;
mod texts;

pub(crate) use document::document;
pub(crate) use page::configure;
pub(crate) use refusals::{Conflict, Forbidden, RangeNotSatisfiable, Unauthenticated, UpgradeRequired};
