//! Points in time: UTC, cut to microseconds once, in the clock.

use std::{fmt, time::Duration};

use time::{OffsetDateTime, UtcOffset, format_description::well_known::Rfc3339, macros::format_description};

/// A point in time: microseconds since 1970-01-01T00:00:00Z, what both databases keep without loss.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From microseconds since 1970-01-01T00:00:00Z.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// The system's clock, cut to microseconds. Only clocks call this; a use case asks its port for the time.
    pub fn from_system_clock() -> Self {
        let nanos = OffsetDateTime::now_utc().unix_timestamp_nanos();
        Self(i64::try_from(nanos / 1_000).unwrap_or(i64::MAX))
    }

    /// This much later; stays at the end of time rather than going round.
    #[must_use]
    pub fn plus(self, span: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(span.as_micros()).unwrap_or(i64::MAX)))
    }

    /// How long after `earlier` this is; nothing when it is not.
    pub fn since(self, earlier: Timestamp) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// Reads RFC 3339, in any offset; what is finer than a microsecond is cut. A time that is not in the years 0 to
    /// 9999 of UTC could not be written again.
    pub fn from_rfc3339(text: &str) -> Option<Self> {
        let time = OffsetDateTime::parse(text, &Rfc3339).ok()?.checked_to_offset(UtcOffset::UTC)?;
        if !(0..=9_999).contains(&time.year()) {
            return None;
        }
        i64::try_from(time.unix_timestamp_nanos().div_euclid(1_000)).ok().map(Self)
    }

    fn date_time(self) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000)
            .unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }
}

/// RFC 3339, UTC, always six places after the point, `Z`.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let format =
            format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:6]Z");
        f.write_str(&self.date_time().format(&format).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_with_six_places_and_read_back() {
        let time = Timestamp::from_micros(1_795_000_000_000_120);

        assert_eq!(time.to_string(), "2026-11-18T11:06:40.000120Z");
        assert_eq!(Timestamp::from_rfc3339(&time.to_string()), Some(time));
    }

    #[test]
    fn an_offset_is_taken_into_account_and_nanoseconds_are_cut() {
        let utc = Timestamp::from_rfc3339("2026-11-18T11:06:40.000120Z");

        assert_eq!(Timestamp::from_rfc3339("2026-11-18T12:06:40.000120999+01:00"), utc);
        assert_eq!(Timestamp::from_rfc3339("yesterday"), None);
    }

    #[test]
    fn a_time_that_can_not_be_written_is_not_read() {
        for text in ["0000-01-01T00:00:00.000000Z", "9999-12-31T23:59:59.999999Z"] {
            assert_eq!(Timestamp::from_rfc3339(text).map(|time| time.to_string()).as_deref(), Some(text));
        }
        for text in ["0000-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01"] {
            assert_eq!(Timestamp::from_rfc3339(text), None, "{text}");
        }
    }
}
