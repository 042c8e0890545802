//! What can stand in the way of a change of a chat.

use super::Barrier;
use crate::{Fact, Invalid, Kind, ports::StoreError};

/// Why a chat is not made, shown or changed.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "each says what it is in its message")]
pub enum ChatError {
    #[error("there is no such chat")]
    NoSuchChat,
    #[error("only members of this chat may do this")]
    NotAMember,
    #[error("your role in this chat does not allow it")]
    NotAllowed,
    #[error("this can't be done with a direct chat")]
    Direct,
    #[error("nobody can write here any more")]
    ReadOnly,
    #[error("a group needs an owner: make somebody else one first")]
    LastOwner,
    #[error("there is no such user")]
    NoSuchUser,
    #[error("there is no such member")]
    NoSuchMember,
    #[error("there is no such invitation, or it no longer holds")]
    NoSuchInvite,
    #[error("this chat has too many invitations: take one back first")]
    TooManyInvites,
    #[error("there is no user called {0}")]
    UnknownMember(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<Barrier> for ChatError {
    fn from(barrier: Barrier) -> Self {
        match barrier {
            Barrier::NotThere => Self::NoSuchChat,
            Barrier::NotAMember => Self::NotAMember,
            Barrier::NotAllowed => Self::NotAllowed,
            Barrier::ReadOnly => Self::ReadOnly,
            Barrier::Direct => Self::Direct,
        }
    }
}

impl Fact for ChatError {
    fn kind(&self) -> Kind {
        match self {
            Self::NoSuchChat | Self::NoSuchUser | Self::NoSuchMember | Self::NoSuchInvite => Kind::NotFound,
            Self::NotAMember | Self::NotAllowed => Kind::Forbidden,
            Self::Direct | Self::ReadOnly | Self::LastOwner | Self::TooManyInvites => Kind::Conflict,
            Self::UnknownMember(_) => Kind::Invalid,
            Self::Store(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NoSuchChat | Self::NoSuchUser | Self::NoSuchMember | Self::NoSuchInvite => "not-found",
            Self::NotAMember => "not-a-member",
            Self::NotAllowed => "not-allowed",
            Self::Direct => "direct-chat",
            Self::ReadOnly => "read-only-chat",
            Self::LastOwner => "last-owner",
            Self::TooManyInvites => "too-many-invites",
            Self::UnknownMember(_) => "invalid",
            Self::Store(error) => error.code(),
        }
    }

    fn fields(&self) -> Vec<(&'static str, Invalid)> {
        match self {
            Self::UnknownMember(_) => vec![("members", Invalid::new("unknown_user", self.to_string()))],
            _ => Vec::new(),
        }
    }
}
