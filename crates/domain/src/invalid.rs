//! Why a value can't be what it was meant to be.

/// What is wrong with one value that came from outside, in words for people and a code for programs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Invalid {
    /// Stable and machine-readable: `required`, `too_short`, `too_long`, `invalid_character`, `reserved`, ….
    pub code: &'static str,
    /// A sentence without an ending full stop, for the one who typed the value.
    pub message: String,
}

impl Invalid {
    /// A refusal with its code and its sentence.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}
