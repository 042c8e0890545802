//! What is left of a rule's permits, and how a response says so.

use actix_web::{
    HttpMessage, HttpRequest,
    http::header::{HeaderMap, HeaderName, HeaderValue},
};

use crate::Problem;

const LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("ratelimit-reset");

/// What is left after something was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// How much can be taken at once, when nothing was taken for a while.
    pub limit: u32,
    /// How much can be taken now.
    pub remaining: u32,
    /// In how many seconds all can be taken again.
    pub reset_seconds: u64,
}

/// Too much was asked for; nothing was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Throttled {
    /// In how many seconds asking again makes sense; at least 1.
    pub retry_after: u64,
    /// What is left.
    pub quota: Quota,
}

impl Quota {
    /// Of a rule that allows everything: it is told to nobody.
    pub const UNLIMITED: Self = Self { limit: u32::MAX, remaining: u32::MAX, reset_seconds: 0 };

    /// Remembers it for the response to `request`, on which
    /// [`ThrottleRequests`](super::ThrottleRequests) says it where it is the tightest.
    pub fn note(self, request: &HttpRequest) {
        let mut known = request.extensions_mut();
        let tightest = known.get::<Self>().map_or(self, |other| self.tightest(*other));
        known.insert(tightest);
    }

    /// The one of which less is left.
    #[must_use]
    pub fn tightest(self, other: Self) -> Self {
        if (other.remaining, other.limit) < (self.remaining, self.limit) { other } else { self }
    }

    /// Says it in `headers`.
    pub fn write(self, headers: &mut HeaderMap) {
        if self == Self::UNLIMITED {
            return;
        }
        headers.insert(LIMIT, HeaderValue::from(self.limit));
        headers.insert(REMAINING, HeaderValue::from(self.remaining));
        headers.insert(RESET, HeaderValue::from(self.reset_seconds));
    }
}

impl From<Throttled> for Problem {
    fn from(throttled: Throttled) -> Self {
        Self::throttled(throttled.retry_after)
    }
}
