//! What stands of a user beside a message.

use domain::users::{Person, User};
use serde::Serialize;
use utoipa::ToSchema;

/// What stands of a user beside a message.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Person)]
pub(crate) struct PersonJson {
    /// Never used again, also when the account is deleted.
    #[schema(minimum = 1, example = 12)]
    pub(crate) id: i64,
    /// The name to mention and write to them by.
    #[schema(example = "ana")]
    pub(crate) username: String,
    /// First and last name as far as they are known, else the username.
    #[schema(example = "Ana Silva")]
    pub(crate) display_name: String,
    /// Where their picture is. It changes with the picture.
    #[schema(format = "uri-reference", example = "/api/v1/users/ana/avatar")]
    pub(crate) avatar_url: String,
}

impl From<&Person> for PersonJson {
    fn from(person: &Person) -> Self {
        Self {
            id: person.id.get(),
            username: person.username.to_string(),
            display_name: person.display_name.clone(),
            avatar_url: avatar_url(person),
        }
    }
}

impl From<&User> for PersonJson {
    fn from(user: &User) -> Self {
        (&user.person()).into()
    }
}

/// The path of a picture, with a mark that changes with it, so that a client notices a new one.
pub(crate) fn avatar_url(person: &Person) -> String {
    let path = format!("/api/v1/users/{}/avatar", person.username);
    match &person.avatar {
        Some(name) => {
            let mark: String = name.chars().filter(char::is_ascii_alphanumeric).take(12).collect();
            format!("{path}?v={mark}")
        }
        None => path,
    }
}
