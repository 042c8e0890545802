//! Where each key of a throttle stands.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use governor::{
    nanos::Nanos,
    state::{StateStore, keyed::ShrinkableKeyedStateStore},
};

/// How many keys are remembered at the most.
pub(super) const KEYS: usize = 200_000;

/// Of each key the time at which all its tokens are back ("theoretical arrival time" in GCRA), in nanoseconds of the
/// throttle's clock. A key that is not there has all of them.
#[derive(Debug)]
pub(super) struct Tats<K>(Arc<Mutex<HashMap<K, u64>>>);

impl<K> Clone for Tats<K> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<K: Clone + Eq + Hash> Tats<K> {
    pub(super) fn new() -> Self {
        Self(Arc::default())
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<K, u64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where a key stands.
    pub(super) fn get(&self, key: &K) -> u64 {
        self.lock().get(key).copied().unwrap_or(0)
    }

    /// Makes a key wait longer.
    pub(super) fn put_off(&self, key: &K, nanos: u64) {
        if let Some(tat) = self.lock().get_mut(key) {
            *tat = tat.saturating_add(nanos);
        }
    }

    /// Where there are more than [`KEYS`], forgets the half that has most of its tokens.
    pub(super) fn trim(&self) {
        let mut tats = self.lock();
        if tats.len() <= KEYS {
            return;
        }
        let mut times: Vec<u64> = tats.values().copied().collect();
        let middle = times.len() / 2;
        let (_, bound, _) = times.select_nth_unstable(middle);
        tats.retain(|_, tat| *tat > *bound);
        tats.shrink_to_fit();
    }
}

impl<K: Clone + Eq + Hash> StateStore for Tats<K> {
    type Key = K;

    fn measure_and_replace<T, F, E>(&self, key: &K, decide: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let mut tats = self.lock();
        let (decision, tat) = decide(tats.get(key).copied().map(Nanos::from))?;
        tats.insert(key.clone(), tat.as_u64());
        Ok(decision)
    }
}

impl<K: Clone + Eq + Hash> ShrinkableKeyedStateStore<K> for Tats<K> {
    fn retain_recent(&self, drop_below: Nanos) {
        self.lock().retain(|_, tat| *tat > drop_below.as_u64());
    }

    fn len(&self) -> usize {
        self.lock().len()
    }

    fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }
}
