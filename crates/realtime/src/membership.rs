//! Which chats a reader hears: what was looked up, brought up to date by what happens.
//!
//! The look at the store and the events take different ways, so either may be ahead of the other. Revisions tell
//! which: a look that shows a chat at revision 10 knows of every change up to 10, and only a later one counts. A
//! look that does not show a chat carries no revision of it. Then the newest event decides; should that be an
//! addition older than the look, the removal that the look knew of is on its way, behind it.

use std::collections::BTreeMap;

use domain::{ChatId, Rev, chats::Membership};

/// What a change of a chat made of the reader's user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    /// A member, of a chat that is small or not from this revision on.
    Member { rev: Rev, small: bool },
    /// No member any more.
    Stranger { rev: Rev },
}

impl Turn {
    fn rev(self) -> Rev {
        match self {
            Turn::Member { rev, .. } | Turn::Stranger { rev } => rev,
        }
    }
}

/// What a reader knows of its memberships.
#[derive(Debug)]
pub(crate) enum Memberships {
    /// Not looked up yet: of each chat the newest change since the reader entered.
    Awaited(BTreeMap<ChatId, Turn>),
    /// The chats it hears, each with the revision up to which that is known.
    Known(BTreeMap<ChatId, Rev>),
}

impl Memberships {
    pub(crate) fn awaited() -> Self {
        Self::Awaited(BTreeMap::new())
    }

    pub(crate) fn are_known(&self) -> bool {
        matches!(self, Self::Known(_))
    }

    pub(crate) fn includes(&self, chat: ChatId) -> bool {
        matches!(self, Self::Known(chats) if chats.contains_key(&chat))
    }

    /// The chats heard now.
    pub(crate) fn chats(&self) -> impl Iterator<Item = ChatId> {
        let known = match self {
            Self::Known(chats) => Some(chats.keys().copied()),
            Self::Awaited(_) => None,
        };
        known.into_iter().flatten()
    }

    /// Takes what was looked up. Returns the chats that are heard from now on; none when that was known before.
    pub(crate) fn look_up(&mut self, found: &[Membership]) -> Vec<Membership> {
        let Self::Awaited(turns) = self else { return Vec::new() };
        let mut chats: BTreeMap<ChatId, Membership> =
            found.iter().map(|membership| (membership.chat, *membership)).collect();
        for (chat, turn) in std::mem::take(turns) {
            let seen = chats.get(&chat).map(|membership| membership.last_rev);
            if seen.is_some_and(|seen| is_stale(turn, seen)) {
                continue;
            }
            match turn {
                Turn::Member { rev, small } => chats.insert(chat, Membership { chat, last_rev: rev, small }),
                Turn::Stranger { .. } => chats.remove(&chat),
            };
        }
        *self = Self::Known(chats.iter().map(|(chat, membership)| (*chat, membership.last_rev)).collect());
        chats.into_values().collect()
    }

    /// Takes a change in. Tells whether the chat is heard from now on, or no longer; nothing when that is as before.
    pub(crate) fn turn(&mut self, chat: ChatId, turn: Turn) -> Option<bool> {
        let chats = match self {
            Self::Known(chats) => chats,
            Self::Awaited(turns) => {
                let newest = turns.entry(chat).or_insert(turn);
                if turn.rev() >= newest.rev() {
                    *newest = turn;
                }
                return None;
            }
        };
        match (chats.get(&chat), turn) {
            (Some(known), turn) if is_stale(turn, *known) => None,
            (known, Turn::Member { rev, .. }) => {
                let heard = known.is_some();
                chats.insert(chat, rev);
                (!heard).then_some(true)
            }
            (_, Turn::Stranger { .. }) => chats.remove(&chat).map(|_| false),
        }
    }

    /// Whether a removal at this revision would end the hearing of a chat.
    pub(crate) fn end_at(&self, chat: ChatId, rev: Rev) -> bool {
        let Self::Known(chats) = self else { return false };
        chats.get(&chat).is_some_and(|known| !is_stale(Turn::Stranger { rev }, *known))
    }
}

/// Whether a membership known as of revision `known` took the turn into account already. In doubt nobody hears: a
/// removal at the very revision that is known counts.
fn is_stale(turn: Turn, known: Rev) -> bool {
    match turn {
        Turn::Member { rev, .. } => rev <= known,
        Turn::Stranger { rev } => rev < known,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHAT: ChatId = ChatId::new(1);

    fn joined(rev: i64) -> Turn {
        Turn::Member { rev: Rev::new(rev), small: true }
    }

    fn left(rev: i64) -> Turn {
        Turn::Stranger { rev: Rev::new(rev) }
    }

    fn look(last_rev: i64) -> [Membership; 1] {
        [Membership { chat: CHAT, last_rev: Rev::new(last_rev), small: true }]
    }

    fn hears(before: &[Turn], found: &[Membership], after: &[Turn]) -> bool {
        let mut memberships = Memberships::awaited();
        for turn in before {
            assert_eq!(memberships.turn(CHAT, *turn), None);
            assert!(!memberships.includes(CHAT));
        }
        memberships.look_up(found);
        for turn in after {
            memberships.turn(CHAT, *turn);
        }
        memberships.includes(CHAT)
    }

    #[test]
    fn the_newer_of_look_and_events_decides() {
        type Case<'a> = (&'a str, &'a [Turn], &'a [Membership], &'a [Turn], bool);
        let table: [Case; 14] = [
            ("nothing happened, a member", &[], &look(4), &[], true),
            ("nothing happened, a stranger", &[], &[], &[], false),
            ("added after the look", &[joined(5)], &[], &[], true),
            ("added before the look", &[joined(5)], &look(5), &[], true),
            ("removed after the look", &[left(5)], &look(4), &[], false),
            ("removed before the look", &[left(5)], &[], &[], false),
            ("removed and added again before the look", &[left(5), joined(8)], &look(9), &[], true),
            ("the same, the addition still on its way", &[left(5)], &look(9), &[joined(8)], true),
            ("the same, all on its way", &[], &look(9), &[left(5), joined(8)], true),
            ("added and removed, looked at in between", &[joined(3), left(5)], &look(4), &[], false),
            ("added and removed, both before the look", &[joined(3), left(5)], &[], &[], false),
            ("the same, the removal still on its way", &[joined(3)], &[], &[left(5)], false),
            ("removed after all of it", &[joined(3)], &look(4), &[left(5)], false),
            ("told of the addition twice", &[joined(3), joined(3)], &look(3), &[joined(3)], true),
        ];
        for (case, before, found, after, expected) in table {
            assert_eq!(hears(before, found, after), expected, "{case}");
        }
    }

    #[test]
    fn a_turn_tells_whether_it_changed_anything() {
        let mut memberships = Memberships::awaited();
        memberships.look_up(&look(4));

        assert_eq!(memberships.turn(CHAT, joined(5)), None);
        assert_eq!(memberships.turn(CHAT, joined(2)), None);
        assert_eq!(memberships.turn(CHAT, left(4)), None);
        assert_eq!(memberships.turn(CHAT, left(5)), Some(false));
        assert_eq!(memberships.turn(CHAT, left(6)), None);
        assert_eq!(memberships.turn(CHAT, joined(7)), Some(true));
    }

    #[test]
    fn only_the_first_look_counts() {
        let mut memberships = Memberships::awaited();
        memberships.look_up(&[]);
        memberships.look_up(&look(4));

        assert!(memberships.are_known() && !memberships.includes(CHAT));
    }
}
