//! A point in time, as pages write it: in UTC, which scripts make local.

use domain::Timestamp;
use serde::Serialize;
use time::{OffsetDateTime, format_description::BorrowedFormatItem, macros::format_description};

const CLOCK: &[BorrowedFormatItem<'_>] = format_description!("[hour]:[minute]");
const WEEKDAY: &[BorrowedFormatItem<'_>] = format_description!("[weekday repr:short]");
const DAY: &[BorrowedFormatItem<'_>] = format_description!("[day padding:none] [month repr:long] [year]");
const SHORT_DAY: &[BorrowedFormatItem<'_>] = format_description!("[day padding:none] [month repr:short]");
const FULL: &[BorrowedFormatItem<'_>] =
    format_description!("[weekday], [day padding:none] [month repr:long] [year], [hour]:[minute] UTC");

/// A point in time in the forms that pages need.
#[derive(Clone, Debug, Serialize)]
pub struct TimeCard {
    /// For machines: RFC 3339.
    pub iso: String,
    /// `14:05`.
    pub clock: String,
    /// `20 November 2026`.
    pub day: String,
    /// With everything, for a tooltip.
    pub full: String,
    /// In a list, seen at `now`: `14:05` today, `Tue` this week, `3 Mar` before.
    pub short: String,
}

impl TimeCard {
    /// `at`, as it is written at `now`.
    pub fn new(at: Timestamp, now: Timestamp) -> Self {
        let (time, today) = (date_time(at), date_time(now));
        let short = match (today.date() - time.date()).whole_days() {
            ..=0 => CLOCK,
            1..=6 => WEEKDAY,
            _ => SHORT_DAY,
        };
        let write = |format| time.format(format).unwrap_or_default();
        Self {
            iso: at.to_string(),
            clock: write(CLOCK),
            day: write(DAY),
            full: write(FULL),
            short: write(short),
        }
    }

    /// `at`, where nothing depends on when it is written.
    pub fn of(at: Timestamp) -> Self {
        Self::new(at, at)
    }
}

fn date_time(at: Timestamp) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(at.micros()) * 1_000)
        .unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_shows_the_clock_today_the_weekday_this_week_and_the_day_before_that() {
        let at = |text: &str| Timestamp::from_rfc3339(text).expect("RFC 3339");
        let short = |time: &str| TimeCard::new(at(time), at("2026-11-20T19:30:00Z")).short;

        assert_eq!(short("2026-11-20T09:05:00Z"), "09:05");
        assert_eq!(short("2026-11-17T23:59:00Z"), "Tue");
        assert_eq!(short("2026-03-03T12:00:00Z"), "3 Mar");
    }
}
