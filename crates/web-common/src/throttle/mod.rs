//! How often a caller may do something.

mod rule;

pub use rule::{InvalidRule, Period, Rule};
