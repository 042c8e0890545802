//! Invitation links to groups.

use std::{fmt, str::FromStr, time::Duration};

use super::{ChatName, Description};
use crate::{ChatId, Invalid, Timestamp, UserId, users::Person};

/// How many invitations a group has at the most.
pub const MAX_INVITES: usize = 100;

/// The secret of an invitation link: 22 to 64 letters, digits, `-` and `_`. Who knows it may join.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InviteCode(String);

impl InviteCode {
    /// The code itself: for links and look-ups, never for a log.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As much of it as may stand in a log: enough to tell invitations apart, too little to join by.
    pub fn hint(&self) -> &str {
        &self.0[..4]
    }

    /// What is wrong with a code that leads nowhere: the same for all of them, so that nothing is learnt by trying.
    pub(crate) fn no_such_code() -> Invalid {
        Invalid::new("invalid", "is no invitation that holds")
    }

    /// A code that a store already checked when it took it in.
    pub fn stored(code: String) -> Self {
        Self(code)
    }
}

impl FromStr for InviteCode {
    type Err = Invalid;

    fn from_str(code: &str) -> Result<Self, Invalid> {
        let fits = |c: u8| c.is_ascii_alphanumeric() || c == b'-' || c == b'_';
        if (22..=64).contains(&code.len()) && code.bytes().all(fits) {
            Ok(Self(code.to_owned()))
        } else {
            Err(Self::no_such_code())
        }
    }
}

impl fmt::Debug for InviteCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InviteCode({}…)", self.hint())
    }
}

/// How long an invitation holds: a second to a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InviteSpan(Duration);

impl InviteSpan {
    /// The longest there may be, in seconds: 365 days.
    pub const MAX_SECONDS: i64 = 365 * 24 * 60 * 60;

    /// So many seconds.
    pub fn from_seconds(seconds: i64) -> Result<Self, Invalid> {
        let seconds = between(seconds, Self::MAX_SECONDS)?;
        Ok(Self(Duration::from_secs(seconds.unsigned_abs())))
    }
}

/// How many people may join by one invitation: 1 to 10,000.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InviteUses(i64);

impl InviteUses {
    /// The most there may be.
    pub const MAX: i64 = 10_000;

    /// So many.
    pub fn new(uses: i64) -> Result<Self, Invalid> {
        between(uses, Self::MAX).map(Self)
    }
}

fn between(number: i64, max: i64) -> Result<i64, Invalid> {
    if (1..=max).contains(&number) {
        return Ok(number);
    }
    Err(Invalid::new("out_of_range", format!("must be between 1 and {max}")))
}

/// An invitation to a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invite {
    /// What the link ends with.
    pub code: InviteCode,
    /// To which group.
    pub chat: ChatId,
    /// Who invites.
    pub created_by: UserId,
    /// Since when.
    pub created_at: Timestamp,
    /// Until when it holds; for ever without.
    pub expires_at: Option<Timestamp>,
    /// How many may join by it; any number without.
    pub max_uses: Option<i64>,
    /// How many have joined by it.
    pub uses: i64,
}

impl Invite {
    /// Whether somebody may still join by it at `now`.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|end| now < end) && self.max_uses.is_none_or(|max| self.uses < max)
    }
}

/// An invitation that is to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewInvite {
    /// What the link is to end with: random, and nobody else's.
    pub code: InviteCode,
    /// How long it is to hold; for ever without.
    pub lasts: Option<InviteSpan>,
    /// How many may join by it; any number without.
    pub max_uses: Option<InviteUses>,
}

impl NewInvite {
    /// The invitation of `by` to `chat` from `now` on.
    pub fn begin(&self, chat: ChatId, by: UserId, now: Timestamp) -> Invite {
        Invite {
            code: self.code.clone(),
            chat,
            created_by: by,
            created_at: now,
            expires_at: self.lasts.map(|span| now.plus(span.0)),
            max_uses: self.max_uses.map(|uses| uses.0),
            uses: 0,
        }
    }
}

/// What an invitation link leads to, for anybody who has it: this and no more.
#[derive(Clone, Debug, PartialEq)]
pub struct Invitation {
    /// The group's name.
    pub name: ChatName,
    /// What the group is for.
    pub description: Option<Description>,
    /// How many members it has.
    pub member_count: i64,
    /// Who invites.
    pub invited_by: Person,
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: &str = "abcdEFGH0123_-abcdEFGH";

    fn invite(expires_at: Option<i64>, max_uses: Option<i64>, uses: i64) -> Invite {
        Invite {
            code: InviteCode::stored(CODE.to_owned()),
            chat: ChatId::new(1),
            created_by: UserId::new(2),
            created_at: Timestamp::from_micros(0),
            expires_at: expires_at.map(Timestamp::from_micros),
            max_uses,
            uses,
        }
    }

    #[test]
    fn a_code_is_long_and_fits_into_an_address() {
        assert_eq!(CODE.parse::<InviteCode>().as_ref().map(InviteCode::as_str), Ok(CODE));
        for wrong in ["", "short", &CODE[1..], "abcdEFGH0123/+abcdEFGH", &"x".repeat(65), "ääääääääääää"]
        {
            assert!(wrong.parse::<InviteCode>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_code_is_not_written_out() {
        assert_eq!(format!("{:?}", invite(None, None, 0).code), "InviteCode(abcd…)");
    }

    #[test]
    fn an_invitation_is_open_until_its_end_and_its_last_use() {
        let now = Timestamp::from_micros(10);

        assert!(invite(None, None, 1_000_000).is_open(now));
        assert!(invite(Some(11), Some(2), 1).is_open(now));
        assert!(!invite(Some(10), None, 0).is_open(now));
        assert!(!invite(None, Some(2), 2).is_open(now));
    }

    #[test]
    fn spans_and_uses_have_bounds() {
        assert!(InviteSpan::from_seconds(1).is_ok() && InviteSpan::from_seconds(31_536_000).is_ok());
        assert!(InviteUses::new(1).is_ok() && InviteUses::new(10_000).is_ok());
        for wrong in [i64::MIN, -1, 0, 31_536_001, i64::MAX] {
            assert!(InviteSpan::from_seconds(wrong).is_err() && InviteUses::new(wrong).is_err(), "{wrong}");
        }
    }
}
