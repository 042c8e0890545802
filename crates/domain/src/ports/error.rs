//! What can go wrong with any store.

use crate::{Fact, Kind};

/// Why a store did not do what it was asked to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Something that must be unique is there already. A use case turns it into a fact of its own.
    #[error("it is there already")]
    Taken,
    /// More changes are waiting than the queue holds.
    #[error("too much is going on at once: try again in a moment")]
    Busy,
    /// The database is away, locked, read-only or full: what it said.
    #[error("the database can't be used now: {0}")]
    Away(String),
    /// A fault of Natter's own: what was wrong.
    #[error("the store failed: {0}")]
    Broken(String),
}

impl Fact for StoreError {
    fn kind(&self) -> Kind {
        match self {
            Self::Taken => Kind::Conflict,
            Self::Busy | Self::Away(_) => Kind::Unavailable,
            Self::Broken(_) => Kind::Internal,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Taken => "conflict",
            Self::Busy => "busy",
            Self::Away(_) => "unavailable",
            Self::Broken(_) => "internal",
        }
    }
}
