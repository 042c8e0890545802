//! How long a client may go on although it is told to slow down.

use std::time::{Duration, Instant};

/// So many refusals …
const REFUSALS: u32 = 100;
/// … within this long are too many.
const WITHIN: Duration = Duration::from_secs(60);

/// How often a socket was told lately that it is too fast.
#[derive(Debug)]
pub(super) struct Patience {
    since: Instant,
    refusals: u32,
}

impl Patience {
    /// As much as there is.
    pub(super) fn new() -> Self {
        Self { since: Instant::now(), refusals: 0 }
    }

    /// Counts a refusal, and tells whether it was the last.
    pub(super) fn is_over(&mut self) -> bool {
        if self.since.elapsed() > WITHIN {
            *self = Self::new();
        }
        self.refusals += 1;
        self.refusals >= REFUSALS
    }
}
