//! How long a client may go on although it is told to slow down.

use std::time::{Duration, Instant};

/// Fewer refusals than this are never too many: a client may have done a lot while it was offline.
const REFUSALS: u32 = 100;

/// The refusals that came lately, each not long after the one before.
#[derive(Debug)]
pub(super) struct Patience {
    /// How long one may go on, and how long one has to pause to be forgiven.
    lasts: Duration,
    since: Instant,
    last: Instant,
    refusals: u32,
}

impl Patience {
    /// As much as there is.
    pub(super) fn new(lasts: Duration) -> Self {
        let now = Instant::now();
        Self { lasts, since: now, last: now, refusals: 0 }
    }

    /// Counts a refusal at this moment, and tells whether it was the last.
    pub(super) fn is_over(&mut self, now: Instant) -> bool {
        if self.refusals == 0 || now.duration_since(self.last) > self.lasts {
            (self.since, self.refusals) = (now, 0);
        }
        self.last = now;
        self.refusals += 1;
        self.refusals >= REFUSALS && now.duration_since(self.since) >= self.lasts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LASTS: Duration = Duration::from_secs(10);

    /// After how many refusals, one every so often, it is over.
    fn over_after(every: Duration) -> Option<u32> {
        let mut patience = Patience::new(LASTS);
        let start = Instant::now();
        (1..5_000).find(|n| patience.is_over(start + every * *n))
    }

    #[test]
    fn it_ends_with_time_and_not_with_a_burst() {
        assert_eq!(over_after(Duration::from_millis(10)), Some(1_001));
        assert_eq!(over_after(Duration::from_millis(200)), Some(REFUSALS));
        assert_eq!(over_after(LASTS + Duration::from_millis(1)), None, "each pause is long enough");
        assert_eq!(over_after(Duration::ZERO), None);
    }
}
