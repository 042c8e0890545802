//! What can stand in the way of an account or a session.

use crate::{Fact, Invalid, Kind, chats::InviteCode, ports::StoreError};

/// Why an account is not made or changed.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "each says what it is in its message")]
pub enum AccountError {
    #[error("the username is taken")]
    UsernameTaken,
    #[error("the username is reserved")]
    UsernameReserved,
    #[error("this server takes no new accounts")]
    RegistrationClosed,
    #[error("signing up takes an invitation")]
    InviteRequired,
    #[error("there is no such invitation, or it no longer holds")]
    NoSuchInvite,
    #[error("this server has an admin already")]
    AdminExists,
    #[error("there is no such user")]
    NoSuchUser,
    #[error("the current password is wrong")]
    WrongPassword,
    #[error("the server would be left without an admin")]
    LastAdmin,
    #[error("only an admin may do this")]
    NotAllowed,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Fact for AccountError {
    fn kind(&self) -> Kind {
        match self {
            Self::UsernameTaken
            | Self::UsernameReserved
            | Self::InviteRequired
            | Self::NoSuchInvite
            | Self::WrongPassword => Kind::Invalid,
            Self::RegistrationClosed | Self::NotAllowed => Kind::Forbidden,
            Self::AdminExists | Self::LastAdmin => Kind::Conflict,
            Self::NoSuchUser => Kind::NotFound,
            Self::Store(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::UsernameTaken
            | Self::UsernameReserved
            | Self::InviteRequired
            | Self::NoSuchInvite
            | Self::WrongPassword => "invalid",
            Self::RegistrationClosed => "registration-closed",
            Self::AdminExists => "admin-exists",
            Self::NoSuchUser => "not-found",
            Self::LastAdmin => "last-admin",
            Self::NotAllowed => "not-allowed",
            Self::Store(error) => error.code(),
        }
    }

    fn fields(&self) -> Vec<(&'static str, Invalid)> {
        match self {
            Self::UsernameTaken => vec![("username", Invalid::new("taken", "is taken"))],
            Self::UsernameReserved => vec![("username", Invalid::new("reserved", "is reserved"))],
            Self::InviteRequired => vec![("invite", Invalid::new("required", "is needed to sign up here"))],
            Self::NoSuchInvite => vec![("invite", InviteCode::no_such_code())],
            Self::WrongPassword => vec![("current_password", Invalid::new("wrong", "is not your password"))],
            _ => Vec::new(),
        }
    }
}

/// Why nobody is signed in, or a session is not ended.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "each says what it is in its message")]
pub enum SessionError {
    #[error("the username or the password is wrong")]
    WrongCredentials,
    #[error("the token is not valid, or no longer")]
    InvalidToken,
    #[error("there is no such session")]
    NoSuchSession,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Fact for SessionError {
    fn kind(&self) -> Kind {
        match self {
            Self::WrongCredentials | Self::InvalidToken => Kind::Unauthenticated,
            Self::NoSuchSession => Kind::NotFound,
            Self::Store(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::WrongCredentials => "wrong-credentials",
            Self::InvalidToken => "invalid-token",
            Self::NoSuchSession => "not-found",
            Self::Store(error) => error.code(),
        }
    }
}
