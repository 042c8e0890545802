//! Who is in a chat, as what.

use crate::{ChatId, Rev, Seq, Timestamp, UserId};

/// Groups of up to so many members show each other what they have read and who is there.
pub const SMALL: i64 = 50;

/// What a member is in a chat. Later ones are above earlier ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChatRole {
    /// Sends and leaves.
    Member,
    /// Renames it; adds and removes members below.
    Admin,
    /// May do everything.
    Owner,
}

impl ChatRole {
    /// As stored, audited and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            ChatRole::Owner => "owner",
            ChatRole::Admin => "admin",
            ChatRole::Member => "member",
        }
    }
}

/// Of what in a chat a member is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Bell {
    /// Everything.
    #[default]
    All,
    /// Mentions.
    Mentions,
    /// Nothing.
    None,
}

impl Bell {
    /// As stored, audited and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Bell::All => "all",
            Bell::Mentions => "mentions",
            Bell::None => "none",
        }
    }
}

/// Somebody in a chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Of which chat.
    pub chat: ChatId,
    /// Who.
    pub user: UserId,
    /// As what.
    pub role: ChatRole,
    /// Since when.
    pub joined_at: Timestamp,
    /// Up to where they have read.
    pub last_read: Seq,
    /// The newest message that mentions them.
    pub last_mention: Seq,
    /// Of what they are told.
    pub bell: Bell,
    /// Until when they are told of nothing.
    pub muted_until: Option<Timestamp>,
}

/// A change of a member: what is `None` stays as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MemberChange {
    /// As what.
    pub role: Option<ChatRole>,
    /// Of what they are told.
    pub bell: Option<Bell>,
    /// Until when they are told of nothing, or not at all.
    pub muted_until: Option<Option<Timestamp>>,
}

impl MemberChange {
    /// The member as they are after the change.
    pub fn apply(&self, member: &Member) -> Member {
        Member {
            role: self.role.unwrap_or(member.role),
            bell: self.bell.unwrap_or(member.bell),
            muted_until: self.muted_until.unwrap_or(member.muted_until),
            ..member.clone()
        }
    }
}

/// Which members to list: by when they joined.
#[derive(Clone, Copy, Debug)]
pub struct MemberPage {
    /// Only those that come after this one.
    pub after: Option<(Timestamp, UserId)>,
    /// At most so many.
    pub limit: i64,
}

/// A chat that somebody hears, as a live socket needs to know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Membership {
    /// Which chat.
    pub chat: ChatId,
    /// The number of its newest change.
    pub last_rev: Rev,
    /// Whether its members see each other come, go and read: direct, or up to [`SMALL`] members.
    pub small: bool,
}

/// Who takes over a group from its last owner: the longest-standing admin, else the longest-standing member.
/// `others` are the active members but for the one who goes.
pub fn successor(others: &[Member]) -> Option<&Member> {
    others.iter().min_by_key(|member| (std::cmp::Reverse(member.role), member.joined_at, member.user))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(user: i64, role: ChatRole, joined: i64) -> Member {
        Member {
            chat: ChatId::new(1),
            user: UserId::new(user),
            role,
            joined_at: Timestamp::from_micros(joined),
            last_read: Seq::ZERO,
            last_mention: Seq::ZERO,
            bell: Bell::All,
            muted_until: None,
        }
    }

    fn taker(members: &[Member]) -> Option<i64> {
        successor(members).map(|member| member.user.get())
    }

    #[test]
    fn the_longest_standing_admin_takes_over_before_any_member() {
        let (ben, cleo, dan) =
            (member(2, ChatRole::Member, 10), member(3, ChatRole::Admin, 30), member(4, ChatRole::Admin, 20));

        assert_eq!(taker(&[ben.clone(), cleo, dan]), Some(4));
        assert_eq!(taker(&[member(5, ChatRole::Member, 11), ben]), Some(2));
        assert_eq!(taker(&[]), None);
    }
}
