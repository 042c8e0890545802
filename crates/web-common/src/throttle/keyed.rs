//! One rule, counted for each key by itself.

use std::{
    hash::Hash,
    num::NonZeroU32,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use actix_web::HttpRequest;
use governor::{
    RateLimiter,
    clock::{Clock, DefaultClock, Reference},
    middleware::StateInformationMiddleware,
    state::keyed::ShrinkableKeyedStateStore,
};

use super::{Quota, Rule, Throttled, tats::Tats};
use crate::Problem;

/// With fewer keys than this, nobody looks which are not needed any more.
const FEW: usize = 1_024;

/// One rule, counted for each key by itself: the generic cell rate algorithm (ITU-T I.371), which gives tokens back one
/// by one, evenly over the rule's period. As many as the rule permits can be taken at once.
pub struct Throttle<K: Clone + Eq + Hash, C: Clock = DefaultClock> {
    limited: Option<Limited<K, C>>,
}

struct Limited<K: Clone + Eq + Hash, C: Clock> {
    cells: RateLimiter<K, Tats<K>, C, StateInformationMiddleware>,
    tats: Tats<K>,
    permits: NonZeroU32,
    interval: Duration,
    /// When `cells` began to count, or a moment later: what could be taken by this can be taken by `cells`.
    start: C::Instant,
    /// With so many keys those are forgotten that have all their tokens.
    swept_at: AtomicUsize,
}

impl<K: Clone + Eq + Hash> Throttle<K> {
    /// Nothing taken yet.
    pub fn new(rule: Rule) -> Self {
        Self::at(rule, DefaultClock::default())
    }
}

impl<K: Clone + Eq + Hash, C: Clock> Throttle<K, C> {
    /// By another clock.
    pub(super) fn at(rule: Rule, clock: C) -> Self {
        Self { limited: Limited::new(rule, clock) }
    }

    /// Takes `tokens`, all or none.
    ///
    /// More than the rule permits at once are given to a key that has all of its own, which then waits until they are
    /// paid back: else a forward to twenty could never be sent under a rule of ten.
    pub fn take(&self, key: impl Into<K>, tokens: u32) -> Result<Quota, Throttled> {
        match (&self.limited, NonZeroU32::new(tokens)) {
            (Some(limited), Some(tokens)) => limited.take(&key.into(), tokens),
            _ => Ok(Quota::UNLIMITED),
        }
    }

    /// What would be left if one more token were taken besides `held`, which somebody holds; refuses when it can't be.
    pub(super) fn could_take(&self, key: &K, held: u32) -> Result<Quota, Throttled> {
        self.limited.as_ref().map_or(Ok(Quota::UNLIMITED), |limited| limited.could_take(key, held))
    }

    /// What is left besides `held` tokens, which somebody holds.
    pub(super) fn quota(&self, key: &K, held: u32) -> Quota {
        self.limited.as_ref().map_or(Quota::UNLIMITED, |limited| limited.quota(limited.debt(key, held)))
    }

    /// As [`take`](Self::take), for what `request` asks for, whose response tells what is left.
    pub fn charge(&self, request: &HttpRequest, key: impl Into<K>, tokens: u32) -> Result<(), Problem> {
        match self.take(key, tokens) {
            Ok(quota) => {
                quota.note(request);
                Ok(())
            }
            Err(throttled) => {
                throttled.quota.note(request);
                Err(throttled.into())
            }
        }
    }
}

impl<K: Clone + Eq + Hash, C: Clock> Limited<K, C> {
    /// Nothing when the rule permits more than one per nanosecond.
    fn new(rule: Rule, clock: C) -> Option<Self> {
        let Rule::Limited { permits, per } = rule else { return None };
        let interval = per.duration() / permits.get();
        let quota = governor::Quota::with_period(interval)?.allow_burst(permits);
        let tats = Tats::new();
        let cells = RateLimiter::new(quota, tats.clone(), clock);
        let start = cells.clock().now();
        Some(Self { cells, tats, permits, interval, start, swept_at: AtomicUsize::new(FEW) })
    }

    fn take(&self, key: &K, tokens: NonZeroU32) -> Result<Quota, Throttled> {
        let now = tokens.min(self.permits);
        let credit = tokens.get() - now.get();
        let Ok(outcome) = self.cells.check_key_n(key, now) else {
            // Cannot be: `now` is at most what may be taken at once.
            return Err(self.throttled(self.interval, now));
        };
        match outcome {
            Ok(state) => {
                self.tats.put_off(key, nanos(self.interval * credit));
                self.sweep();
                let remaining = state.remaining_burst_capacity();
                let missing = self.permits.get() - remaining.min(self.permits.get());
                Ok(Quota {
                    limit: self.permits.get(),
                    remaining,
                    reset_seconds: seconds(self.interval * missing + self.interval * credit),
                })
            }
            Err(until) => Err(self.throttled(until.wait_time_from(self.cells.clock().now()), now)),
        }
    }

    fn could_take(&self, key: &K, held: u32) -> Result<Quota, Throttled> {
        let debt = self.debt(key, held);
        let room = self.interval * self.permits.get();
        let wait = (debt + self.interval).saturating_sub(room);
        if wait.is_zero() {
            return Ok(self.quota(debt + self.interval));
        }
        Err(Throttled { retry_after: seconds(wait).max(1), quota: self.quota(debt) })
    }

    /// How long it takes until a key has all its tokens, were those that are held taken now.
    fn debt(&self, key: &K, held: u32) -> Duration {
        let now = self.cells.clock().now().duration_since(self.start).as_u64();
        Duration::from_nanos(self.tats.get(key).saturating_sub(now)) + self.interval * held
    }

    fn quota(&self, debt: Duration) -> Quota {
        let missing = nanos(debt).div_ceil(nanos(self.interval).max(1));
        let remaining = u64::from(self.permits.get()).saturating_sub(missing);
        Quota {
            limit: self.permits.get(),
            remaining: u32::try_from(remaining).unwrap_or(u32::MAX),
            reset_seconds: seconds(debt),
        }
    }

    fn throttled(&self, wait: Duration, tokens: NonZeroU32) -> Throttled {
        // All are back when the wait is over, and as long as all but what was asked for take.
        let rest = self.interval * (self.permits.get() - tokens.get());
        Throttled { retry_after: seconds(wait).max(1), quota: self.quota(wait + rest) }
    }

    /// Forgets what need not be known, each time there are twice as many keys.
    fn sweep(&self) {
        if self.tats.len() < self.swept_at.load(Ordering::Relaxed) {
            return;
        }
        self.cells.retain_recent();
        self.tats.trim();
        let next = (self.tats.len() * 2).clamp(FEW, super::tats::KEYS + 1);
        self.swept_at.store(next, Ordering::Relaxed);
    }
}

fn nanos(span: Duration) -> u64 {
    u64::try_from(span.as_nanos()).unwrap_or(u64::MAX)
}

/// Whole seconds, rounded up.
fn seconds(span: Duration) -> u64 {
    span.as_secs() + u64::from(span.subsec_nanos() > 0)
}

#[cfg(test)]
mod tests {
    use governor::clock::FakeRelativeClock;

    use super::*;

    const DAY: Duration = Duration::from_secs(24 * 60 * 60);

    fn throttle(rule: &str) -> (Throttle<u32, FakeRelativeClock>, FakeRelativeClock) {
        let clock = FakeRelativeClock::default();
        (Throttle::at(rule.parse().expect(rule), clock.clone()), clock)
    }

    #[test]
    fn as_many_as_the_rule_permits_pass_at_once_and_then_evenly() {
        let (throttle, clock) = throttle("10/second");
        for taken in 1..=10 {
            assert_eq!(throttle.take(1u32, 1).expect("a token").remaining, 10 - taken);
        }

        let throttled = throttle.take(1u32, 1).expect_err("the eleventh");
        assert_eq!(throttled.retry_after, 1);
        assert_eq!((throttled.quota.limit, throttled.quota.remaining), (10, 0));
        clock.advance(Duration::from_millis(100));
        assert!(throttle.take(1u32, 1).is_ok());
        assert!(throttle.take(1u32, 1).is_err());
        clock.advance(Duration::from_secs(1));
        assert!(throttle.take(1u32, 10).is_ok());
    }

    #[test]
    fn keys_do_not_share() {
        let (throttle, _) = throttle("1/hour");

        assert!(throttle.take(1u32, 1).is_ok());
        assert!(throttle.take(2u32, 1).is_ok());
        assert!(throttle.take(1u32, 1).is_err());
    }

    #[test]
    fn a_year_is_not_too_long() {
        let (throttle, clock) = throttle("2/year");
        assert_eq!(throttle.take(1u32, 1).expect("one").reset_seconds, 365 * 43_200);
        assert!(throttle.take(1u32, 1).is_ok());

        let throttled = throttle.take(1u32, 1).expect_err("a third");

        assert_eq!(throttled.retry_after, 365 * 43_200);
        clock.advance(182 * DAY);
        assert!(throttle.take(1u32, 1).is_err());
        clock.advance(DAY);
        assert!(throttle.take(1u32, 1).is_ok());
    }

    #[test]
    fn a_token_of_a_minute_says_when_to_come_back() {
        let (throttle, clock) = throttle("10/minute");
        assert!(throttle.take(1u32, 10).is_ok());
        clock.advance(Duration::from_millis(1_500));

        let throttled = throttle.take(1u32, 1).expect_err("none left");

        assert_eq!((throttled.retry_after, throttled.quota.reset_seconds), (5, 59));
        clock.advance(Duration::from_secs(throttled.retry_after));
        assert!(throttle.take(1u32, 1).is_ok());
    }

    #[test]
    fn all_are_taken_or_none() {
        let (throttle, _) = throttle("10/minute");
        assert!(throttle.take(1u32, 6).is_ok());
        assert_eq!(throttle.take(1u32, 5).expect_err("five").quota.remaining, 4);
        assert_eq!(throttle.take(1u32, 4).expect("four").remaining, 0);
    }

    #[test]
    fn more_than_fits_passes_from_a_full_measure_and_is_paid_back() {
        let (throttle, clock) = throttle("10/second");

        let quota = throttle.take(1u32, 20).expect("a forward to twenty");
        assert_eq!((quota.remaining, quota.reset_seconds), (0, 2));
        clock.advance(Duration::from_secs(1));
        assert!(throttle.take(1u32, 1).is_err(), "still in debt");
        clock.advance(Duration::from_millis(100));
        assert!(throttle.take(1u32, 1).is_ok());
        assert!(throttle.take(1u32, 20).is_err(), "not a full measure");
    }

    #[test]
    fn unlimited_is_and_so_is_what_nobody_can_count() {
        for rule in ["unlimited", "4294967295/second"] {
            let (throttle, _) = throttle(rule);
            for _ in 0..10_000 {
                assert_eq!(throttle.take(1u32, 1_000), Ok(Quota::UNLIMITED));
            }
        }
    }

    #[test]
    fn keys_that_have_all_their_tokens_are_forgotten() {
        let (throttle, clock) = throttle("10/second");
        for key in 0..50_000_u32 {
            assert!(throttle.take(key, 1).is_ok());
            clock.advance(Duration::from_millis(1));
        }

        assert!(throttle.limited.expect("limited").tats.len() < 2_000);
    }

    #[test]
    fn however_many_keys_there_are_memory_has_a_bound() {
        let (throttle, clock) = throttle("1/year");
        for key in 0..450_000_u32 {
            assert!(throttle.take(key, 1).is_ok());
            clock.advance(Duration::from_micros(1));
        }

        assert!(throttle.limited.as_ref().expect("limited").tats.len() <= super::super::tats::KEYS);
        assert!(throttle.take(449_999_u32, 1).is_err(), "the newest are remembered");
    }
}
