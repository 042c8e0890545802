//! Ids and counters: below 2^53, so that every language reads them without loss.

use domain::Invalid;

use super::Check;

/// The highest there may be.
pub const MAX: i64 = (1 << 53) - 1;

impl Check {
    /// An id: from 1.
    pub fn id<T>(&mut self, field: &str, id: i64, make: impl Fn(i64) -> T) -> Option<T> {
        self.number(field, id, 1).map(make)
    }

    /// Ids, each once, in the order given.
    pub fn ids<T: PartialEq>(&mut self, field: &str, ids: &[i64], make: impl Fn(i64) -> T) -> Option<Vec<T>> {
        let mut all = Vec::with_capacity(ids.len());
        for id in ids {
            let id = self.id(field, *id, &make)?;
            if !all.contains(&id) {
                all.push(id);
            }
        }
        Some(all)
    }

    /// A counter: from 0.
    pub fn counter(&mut self, field: &str, value: i64) -> Option<i64> {
        self.number(field, value, 0)
    }

    fn number(&mut self, field: &str, value: i64, min: i64) -> Option<i64> {
        let refusal = || Invalid::new("out_of_range", format!("must be from {min} to {MAX}"));
        self.take(field, (min..=MAX).contains(&value).then_some(value).ok_or_else(refusal))
    }
}
