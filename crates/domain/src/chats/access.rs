//! What stands between a caller and a chat: the one place that decides it.

use super::{Chat, ChatRole, Kind, Member, Visibility};

/// A chat as a caller finds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// The chat.
    pub chat: Chat,
    /// The caller's membership, where they have one.
    pub member: Option<Member>,
    /// Of a direct chat, whether the other's account can still be used.
    pub peer_active: bool,
}

/// Why a caller does not get at a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Barrier {
    /// It is not there, or they must not know that it is.
    NotThere,
    /// It is public, and they are no member.
    NotAMember,
    /// Their role is too low.
    NotAllowed,
    /// Nobody can write to it any more: the other account was deactivated or deleted.
    ReadOnly,
    /// It is a direct chat: it has no name, no members to manage and no end.
    Direct,
}

impl Access {
    /// The caller's membership: who has it may read and hear.
    pub fn member(&self) -> Result<&Member, Barrier> {
        match (&self.member, self.chat.visibility) {
            (Some(member), _) => Ok(member),
            (None, Visibility::Public) => Err(Barrier::NotAMember),
            (None, Visibility::Private) => Err(Barrier::NotThere),
        }
    }

    /// The caller's membership, where it lets them write.
    pub fn writer(&self) -> Result<&Member, Barrier> {
        let member = self.member()?;
        if self.chat.kind == Kind::Direct && !self.peer_active {
            return Err(Barrier::ReadOnly);
        }
        Ok(member)
    }

    /// The caller's membership of a group, where they are at least `role` in it.
    pub fn at_least(&self, role: ChatRole) -> Result<&Member, Barrier> {
        let member = self.member()?;
        if self.chat.kind == Kind::Direct {
            return Err(Barrier::Direct);
        }
        if member.role < role {
            return Err(Barrier::NotAllowed);
        }
        Ok(member)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ChatId, Rev, Seq, Timestamp, UserId, chats::Bell};

    fn access(kind: Kind, visibility: Visibility, role: Option<ChatRole>, peer_active: bool) -> Access {
        let id = ChatId::new(1);
        let now = Timestamp::from_micros(1);
        Access {
            chat: Chat {
                id,
                kind,
                visibility,
                name: None,
                description: None,
                created_by: None,
                created_at: now,
                last_seq: Seq::ZERO,
                last_rev: Rev::ZERO,
                last_message_at: now,
                deleted_at: None,
            },
            member: role.map(|role| Member {
                chat: id,
                user: UserId::new(1),
                role,
                joined_at: now,
                last_read: Seq::ZERO,
                last_mention: Seq::ZERO,
                bell: Bell::All,
                muted_until: None,
            }),
            peer_active,
        }
    }

    #[test]
    fn a_stranger_learns_of_a_public_chat_only() {
        let secret = access(Kind::Group, Visibility::Private, None, true);
        let public = access(Kind::Group, Visibility::Public, None, true);

        assert_eq!(secret.member(), Err(Barrier::NotThere));
        assert_eq!(secret.writer(), Err(Barrier::NotThere));
        assert_eq!(secret.at_least(ChatRole::Member), Err(Barrier::NotThere));
        assert_eq!(public.member(), Err(Barrier::NotAMember));
    }

    #[test]
    fn a_direct_chat_with_somebody_deactivated_is_read_only() {
        let chat = access(Kind::Direct, Visibility::Private, Some(ChatRole::Member), false);

        assert!(chat.member().is_ok());
        assert_eq!(chat.writer(), Err(Barrier::ReadOnly));
    }

    #[test]
    fn a_direct_chat_has_nothing_to_manage() {
        let chat = access(Kind::Direct, Visibility::Private, Some(ChatRole::Member), true);

        assert_eq!(chat.at_least(ChatRole::Member), Err(Barrier::Direct));
    }

    #[test]
    fn roles_build_on_each_other() {
        let as_admin = access(Kind::Group, Visibility::Private, Some(ChatRole::Admin), true);

        assert!(as_admin.at_least(ChatRole::Member).is_ok());
        assert!(as_admin.at_least(ChatRole::Admin).is_ok());
        assert_eq!(as_admin.at_least(ChatRole::Owner), Err(Barrier::NotAllowed));
    }
}
