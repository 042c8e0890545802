//! How many calls a time may see, as an operator writes it: `10/second`, `50/minute`, `unlimited`.

use std::{fmt, num::NonZeroU32, str::FromStr, time::Duration};

/// A bound on how often something may be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// As often as one likes.
    Unlimited,
    /// So many times in each period, and no oftener.
    Limited {
        /// How many calls one period allows, 1 to 4,294,967,295.
        permits: NonZeroU32,
        /// How long it takes until as many are allowed again.
        per: Period,
    },
}

/// The time that a rule's permits last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// 1 second.
    Second,
    /// 60 seconds.
    Minute,
    /// 60 minutes.
    Hour,
    /// 24 hours.
    Day,
    /// 7 days.
    Week,
    /// 30 days: long enough for a throttle, and the same in every month.
    Month,
    /// 365 days.
    Year,
}

impl Rule {
    /// What a rule may look like, for the one who wrote a wrong one.
    pub const ALLOWED: &str =
        "N/second, N/minute, N/hour, N/day, N/week, N/month or N/year (N from 1 to 4294967295), or unlimited";
}

impl Period {
    const ALL: [Self; 7] =
        [Self::Second, Self::Minute, Self::Hour, Self::Day, Self::Week, Self::Month, Self::Year];

    /// How long the period is.
    #[must_use]
    pub const fn duration(self) -> Duration {
        const DAY: u64 = 24 * 60 * 60;
        Duration::from_secs(match self {
            Self::Second => 1,
            Self::Minute => 60,
            Self::Hour => 60 * 60,
            Self::Day => DAY,
            Self::Week => 7 * DAY,
            Self::Month => 30 * DAY,
            Self::Year => 365 * DAY,
        })
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Second => "second",
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Year => "year",
        }
    }
}

/// The text is no rule; its message says what one looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a throttle rule is {}", Rule::ALLOWED)]
pub struct InvalidRule;

impl FromStr for Rule {
    type Err = InvalidRule;

    fn from_str(text: &str) -> Result<Self, InvalidRule> {
        if text == "unlimited" {
            return Ok(Self::Unlimited);
        }
        let (permits, per) = text.split_once('/').ok_or(InvalidRule)?;
        if !permits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(InvalidRule);
        }
        Ok(Self::Limited { permits: permits.parse().map_err(|_| InvalidRule)?, per: per.parse()? })
    }
}

impl FromStr for Period {
    type Err = InvalidRule;

    fn from_str(text: &str) -> Result<Self, InvalidRule> {
        Self::ALL.into_iter().find(|period| period.name() == text).ok_or(InvalidRule)
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unlimited => f.write_str("unlimited"),
            Self::Limited { permits, per } => write!(f, "{permits}/{}", per.name()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_period_can_be_written_and_reads_as_it_was_written() {
        for text in ["10/second", "10/minute", "1/hour", "5/day", "7/week", "100/month", "4294967295/year"] {
            assert_eq!(text.parse::<Rule>().unwrap().to_string(), text);
        }
        assert_eq!("unlimited".parse::<Rule>().unwrap().to_string(), "unlimited");
    }

    #[test]
    fn a_rule_holds_its_permits_and_its_period() {
        let permits = NonZeroU32::new(10).unwrap();
        assert_eq!("10/minute".parse(), Ok(Rule::Limited { permits, per: Period::Minute }));
    }

    #[test]
    fn what_is_no_rule_is_refused() {
        let wrong = [
            "",
            "10",
            "/second",
            "10/",
            "0/second",
            "-1/second",
            "+1/second",
            "1.5/second",
            "10/seconds",
            "10 / second",
            "10/Second",
            "10/fortnight",
            "10/second/minute",
            "4294967296/second",
            "none",
        ];
        for text in wrong {
            assert_eq!(text.parse::<Rule>(), Err(InvalidRule), "{text}");
        }
    }

    #[test]
    fn periods_are_as_long_as_their_names_say() {
        assert_eq!(Period::Second.duration(), Duration::from_secs(1));
        assert_eq!(Period::Week.duration(), 7 * Period::Day.duration());
        assert!(Period::ALL.is_sorted_by_key(|period| period.duration()));
    }
}
