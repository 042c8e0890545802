//! A user, and the little of them that stands beside a message.

use super::{Email, PasswordHash, Username};
use crate::{
    Timestamp, UserId,
    text::{bounded, line, text_type},
};

text_type! {
    /// A first or last name of a person, in any script: 1 to 80 characters on one line.
    PersonName = line, 1 ..= 80
}
text_type! {
    /// What somebody says about themselves: 1 to 500 characters.
    Bio = bounded, 1 ..= 500
}

/// What somebody is on this server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SiteRole {
    /// Everybody.
    Member,
    /// Runs the server: reads the audit log, deactivates users, restores chats.
    Admin,
}

impl SiteRole {
    /// As stored, audited and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            SiteRole::Member => "member",
            SiteRole::Admin => "admin",
        }
    }
}

/// Whether an account can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It can.
    Active,
    /// Signed out everywhere and unlisted, until an admin activates it again.
    Deactivated,
    /// Gone for good; only its messages stay.
    Deleted,
}

impl Status {
    /// As stored, audited and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Active => "active",
            Status::Deactivated => "deactivated",
            Status::Deleted => "deleted",
        }
    }
}

/// A user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Who they are, for ever.
    pub id: UserId,
    /// The name they are called by; unique without regard to case and never used again.
    pub username: Username,
    /// First name.
    pub first_name: Option<PersonName>,
    /// Last name.
    pub last_name: Option<PersonName>,
    /// E-mail address, of which nothing follows until it is confirmed.
    pub email: Option<Email>,
    /// Whether a mail to the address was answered.
    pub email_confirmed: bool,
    /// About themselves.
    pub bio: Option<Bio>,
    /// What they are on this server.
    pub role: SiteRole,
    /// Whether the account can be used.
    pub status: Status,
    /// Under which name the media store holds their picture: it changes with the picture.
    pub avatar: Option<String>,
    /// When they signed up.
    pub created_at: Timestamp,
    /// When they were last connected; for others to see, not audited.
    pub last_seen_at: Option<Timestamp>,
}

impl User {
    /// First and last name as far as they are known, else the username; nothing of either once the account is deleted.
    pub fn display_name(&self) -> String {
        if self.status == Status::Deleted {
            return "Deleted user".to_owned();
        }
        match (&self.first_name, &self.last_name) {
            (Some(first), Some(last)) => format!("{first} {last}"),
            (Some(name), None) | (None, Some(name)) => name.to_string(),
            (None, None) => self.username.to_string(),
        }
    }

    /// What stands of them beside a message.
    pub fn person(&self) -> Person {
        Person {
            id: self.id,
            username: self.username.clone(),
            display_name: self.display_name(),
            avatar: self.avatar.clone(),
        }
    }

    /// Whether the account can be used.
    pub fn is_active(&self) -> bool {
        self.status == Status::Active
    }
}

/// What stands of a user beside a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub id: UserId,
    /// What they are called by.
    pub username: Username,
    /// First and last name, else the username.
    pub display_name: String,
    /// Under which name the media store holds their picture.
    pub avatar: Option<String>,
}

/// A user that the store is to make.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// The name to be called by.
    pub username: Username,
    /// First name.
    pub first_name: Option<PersonName>,
    /// Last name.
    pub last_name: Option<PersonName>,
    /// E-mail address, unconfirmed.
    pub email: Option<Email>,
    /// What is kept of the password.
    pub password: PasswordHash,
    /// What they are to be on this server.
    pub role: SiteRole,
}

impl NewUser {
    /// The user that it becomes, under the id that the store gave it.
    pub fn with_id(&self, id: UserId, now: Timestamp) -> User {
        User {
            id,
            username: self.username.clone(),
            first_name: self.first_name.clone(),
            last_name: self.last_name.clone(),
            email: self.email.clone(),
            email_confirmed: false,
            bio: None,
            role: self.role,
            status: Status::Active,
            avatar: None,
            created_at: now,
            last_seen_at: None,
        }
    }
}

/// A change of a user: what is `None` stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserChange {
    /// The first name, or that there is none.
    pub first_name: Option<Option<PersonName>>,
    /// The last name, or that there is none.
    pub last_name: Option<Option<PersonName>>,
    /// The e-mail address, or that there is none; a new one is unconfirmed.
    pub email: Option<Option<Email>>,
    /// About themselves, or nothing.
    pub bio: Option<Option<Bio>>,
    /// The name of the picture, or that there is none.
    pub avatar: Option<Option<String>>,
    /// What they are on this server.
    pub role: Option<SiteRole>,
    /// Whether the account can be used.
    pub status: Option<Status>,
}

impl UserChange {
    /// The user as they are after the change.
    pub fn apply(&self, user: &User) -> User {
        let mut new = user.clone();
        if let Some(first_name) = &self.first_name {
            new.first_name.clone_from(first_name);
        }
        if let Some(last_name) = &self.last_name {
            new.last_name.clone_from(last_name);
        }
        if let Some(email) = &self.email
            && *email != user.email
        {
            new.email.clone_from(email);
            new.email_confirmed = false;
        }
        if let Some(bio) = &self.bio {
            new.bio.clone_from(bio);
        }
        if let Some(avatar) = &self.avatar {
            new.avatar.clone_from(avatar);
        }
        new.role = self.role.unwrap_or(user.role);
        new.status = self.status.unwrap_or(user.status);
        new
    }
}

/// What signing in is checked against.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// Whose they are.
    pub user: UserId,
    /// What is kept of the password.
    pub password: PasswordHash,
    /// Whether the account can be used.
    pub status: Status,
}

/// Which users to list: the active ones, by username.
#[derive(Clone, Debug, Default)]
pub struct UserPage {
    /// Only those with a username or name that contains this, without regard to case.
    pub query: Option<String>,
    /// Only those whose lower-case username comes after this.
    pub after: Option<String>,
    /// At most so many.
    pub limit: i64,
}
