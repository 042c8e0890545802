//! A person beside what they wrote.

use domain::users::{Person, User};
use serde::Serialize;
use sha2::{Digest, Sha256};

/// A person, with the address of their picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PersonCard {
    /// What they are called by.
    pub username: String,
    /// First and last name, else the username.
    pub name: String,
    /// Where their picture is; the address changes with it.
    pub avatar: String,
}

impl From<&Person> for PersonCard {
    fn from(person: &Person) -> Self {
        let username = person.username.to_string();
        let drawn = format!("{username}/{}", person.display_name);
        let digest = Sha256::digest(person.avatar.as_deref().unwrap_or(&drawn));
        let version = format!("{:02x}{:02x}{:02x}{:02x}", digest[0], digest[1], digest[2], digest[3]);
        Self {
            avatar: format!("/avatars/{username}?size=96&v={version}"),
            name: person.display_name.clone(),
            username,
        }
    }
}

impl From<&User> for PersonCard {
    fn from(user: &User) -> Self {
        Self::from(&user.person())
    }
}
