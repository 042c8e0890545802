//! What every refusal has in common: what kind of fact it states, and its stable name.

use crate::Invalid;

/// What kind of fact an error states. Only the web crates know which status that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Not there, or not to be seen by this caller: the two are one answer.
    NotFound,
    /// Seen, but not allowed.
    Forbidden,
    /// Against what stands now.
    Conflict,
    /// A value that can't be taken.
    Invalid,
    /// Who is calling is not proven.
    Unauthenticated,
    /// Something that is needed is away or full; trying again later may help.
    Unavailable,
    /// A fault of Natter's own.
    Internal,
}

/// An error that says what it is to programs too.
pub trait Fact: std::error::Error {
    /// What kind of fact this is.
    fn kind(&self) -> Kind;

    /// A stable name, such as `not-a-member`.
    fn code(&self) -> &'static str;

    /// The fields of the input it is about, each with what is wrong with it.
    fn fields(&self) -> Vec<(&'static str, Invalid)> {
        Vec::new()
    }
}
