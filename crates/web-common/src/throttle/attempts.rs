//! One rule on attempts, of which only those that fail cost anything.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use governor::clock::{Clock, DefaultClock};

use super::{Quota, Rule, Throttle, Throttled};

/// One rule on attempts, counted for each key by itself.
///
/// An attempt that is under way holds a token, so that never more are made at once than the rule permits. The token is
/// taken when the attempt fails, and free again when it succeeds: a success costs nothing, and does not give back what
/// failures took.
pub struct Attempts<K: Clone + Eq + Hash, C: Clock = DefaultClock> {
    failures: Throttle<K, C>,
    /// How many tokens of each key are held; none of a key that is not there.
    held: Mutex<HashMap<K, u32>>,
}

/// An attempt that is under way. Dropped without having succeeded, it has failed.
pub struct Attempt<K: Clone + Eq + Hash, C: Clock = DefaultClock> {
    attempts: Arc<Attempts<K, C>>,
    key: K,
    is_open: bool,
}

impl<K: Clone + Eq + Hash> Attempts<K> {
    /// None made yet.
    pub fn new(rule: Rule) -> Arc<Self> {
        Self::of(Throttle::new(rule))
    }
}

impl<K: Clone + Eq + Hash, C: Clock> Attempts<K, C> {
    fn of(failures: Throttle<K, C>) -> Arc<Self> {
        Arc::new(Self { failures, held: Mutex::default() })
    }

    /// Begins an attempt, unless as many as the rule permits have failed or are under way.
    pub fn begin(self: &Arc<Self>, key: impl Into<K>) -> Result<Attempt<K, C>, Throttled> {
        let key = key.into();
        let mut held = self.held();
        self.failures.could_take(&key, held.get(&key).copied().unwrap_or(0))?;
        *held.entry(key.clone()).or_default() += 1;
        Ok(Attempt { attempts: self.clone(), key, is_open: true })
    }

    /// Lets go of a token, or takes it. What it was held for could be taken then, and can still be.
    fn end(&self, key: &K, succeeded: bool) -> Quota {
        let mut held = self.held();
        let others = held.get(key).copied().unwrap_or(0).saturating_sub(1);
        if others == 0 {
            held.remove(key);
        } else {
            held.insert(key.clone(), others);
        }
        if !succeeded {
            let _ = self.failures.take(key.clone(), 1);
        }
        self.failures.quota(key, others)
    }

    fn held(&self) -> MutexGuard<'_, HashMap<K, u32>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Clone + Eq + Hash, C: Clock> Attempt<K, C> {
    /// Ends it, and tells what is left.
    pub fn end(mut self, succeeded: bool) -> Quota {
        self.is_open = false;
        self.attempts.end(&self.key, succeeded)
    }
}

impl<K: Clone + Eq + Hash, C: Clock> Drop for Attempt<K, C> {
    fn drop(&mut self) {
        if self.is_open {
            self.attempts.end(&self.key, false);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use governor::clock::FakeRelativeClock;

    use super::*;

    type Tried = Arc<Attempts<u32, FakeRelativeClock>>;

    fn attempts(rule: &str) -> (Tried, FakeRelativeClock) {
        let clock = FakeRelativeClock::default();
        (Attempts::of(Throttle::at(rule.parse().expect(rule), clock.clone())), clock)
    }

    /// What is left after an attempt, or in how many seconds to come back.
    fn tries(attempts: &Tried, succeeds: bool) -> Result<u32, u64> {
        let attempt = attempts.begin(1u32).map_err(|throttled| throttled.retry_after)?;
        Ok(attempt.end(succeeds).remaining)
    }

    #[test]
    fn successes_cost_nothing() {
        let (attempts, _) = attempts("3/minute");

        for _ in 0..100 {
            assert_eq!(tries(&attempts, true), Ok(3));
        }
    }

    #[test]
    fn failures_count_however_many_successes_come_between() {
        let (attempts, clock) = attempts("3/minute");

        for left in [2, 1, 0] {
            assert_eq!(tries(&attempts, false), Ok(left));
            if left > 0 {
                assert_eq!([tries(&attempts, true), tries(&attempts, true)], [Ok(left); 2]);
            }
        }
        assert_eq!([tries(&attempts, true), tries(&attempts, false)], [Err(20); 2]);
        clock.advance(Duration::from_secs(20));
        assert_eq!([tries(&attempts, true), tries(&attempts, false)], [Ok(1), Ok(0)]);
        assert_eq!(tries(&attempts, true), Err(20));
    }

    #[test]
    fn those_under_way_are_no_more_than_the_rule_permits() {
        let (attempts, _) = attempts("3/minute");
        let [first, second, third] = [(); 3].map(|()| attempts.begin(1u32).expect("one of three"));
        let throttled = attempts.begin(1u32).err().expect("the fourth");
        assert_eq!((throttled.retry_after, throttled.quota.remaining), (20, 0));
        assert!(attempts.begin(2u32).is_ok(), "somebody else");

        assert_eq!(first.end(true).remaining, 1);
        assert_eq!(second.end(false).remaining, 1);
        drop(third);

        assert_eq!(tries(&attempts, true), Ok(1));
        assert_eq!([tries(&attempts, false), tries(&attempts, false)], [Ok(0), Err(20)]);
    }

    #[test]
    fn a_success_that_took_long_gives_back_nothing_of_what_others_took() {
        let (attempts, clock) = attempts("3/minute");
        let slow = attempts.begin(1u32).expect("an attempt");
        assert_eq!([tries(&attempts, false), tries(&attempts, false)], [Ok(1), Ok(0)]);
        clock.advance(Duration::from_secs(39));

        // Of the two failures, one and nineteen twentieths were forgiven by time alone.
        assert_eq!(slow.end(true).remaining, 2);

        assert_eq!([tries(&attempts, false), tries(&attempts, false)], [Ok(1), Ok(0)]);
        assert_eq!(tries(&attempts, false), Err(1));
    }

    #[test]
    fn a_failure_that_took_long_counts_from_its_end() {
        let (attempts, clock) = attempts("1/minute");
        let slow = attempts.begin(1u32).expect("an attempt");
        clock.advance(Duration::from_secs(3_600));
        assert_eq!(tries(&attempts, true), Err(60));

        let quota = slow.end(false);

        assert_eq!((quota.limit, quota.remaining, quota.reset_seconds), (1, 0, 60));
        assert_eq!(tries(&attempts, true), Err(60));
    }

    #[test]
    fn what_is_over_is_not_remembered() {
        let (attempts, _) = attempts("3/minute");
        for key in 0..100u32 {
            let attempt = attempts.begin(key).expect("an attempt");
            assert_eq!(attempt.end(key % 2 == 0).remaining, 2 + u32::from(key % 2 == 0));
        }

        assert!(attempts.held().is_empty());
    }

    #[test]
    fn without_a_bound_everybody_may_always_try() {
        let (attempts, _) = attempts("unlimited");
        let under_way: Vec<_> = (0..1_000).map(|_| attempts.begin(1u32).is_ok()).collect();

        assert!(under_way.into_iter().all(|began| began));
    }
}
