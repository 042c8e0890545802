//! The clock of a store in memory: it moves by itself only as far as needed to tell two moments apart.

use std::{cell::Cell, time::Duration};

use crate::Timestamp;

/// Goes on by a microsecond each time it is read, so that what happens later has a later time.
#[derive(Clone, Debug)]
pub(super) struct Clock(Cell<Timestamp>);

impl Clock {
    pub(super) fn at(now: Timestamp) -> Self {
        Self(Cell::new(now))
    }

    pub(super) fn now(&self) -> Timestamp {
        let now = self.0.get();
        self.advance(Duration::from_micros(1));
        now
    }

    pub(super) fn advance(&self, span: Duration) {
        self.0.set(self.0.get().plus(span));
    }
}

/// 2026-01-01T12:00:00Z.
impl Default for Clock {
    fn default() -> Self {
        Self::at(Timestamp::from_micros(1_767_268_800_000_000))
    }
}
