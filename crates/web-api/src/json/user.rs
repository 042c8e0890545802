//! A user, as others and they themselves see them.

use domain::{
    Caller,
    users::{SiteRole, Status, User},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{PersonJson, Time};

/// A user.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = User)]
pub(crate) struct UserJson {
    /// Never used again, also when the account is deleted.
    #[schema(minimum = 1, example = 12)]
    id: i64,
    /// The name to mention, write to and sign in by; unique without regard to case.
    #[schema(example = "ana")]
    username: String,
    /// First and last name as far as they are known, else the username.
    #[schema(example = "Ana Silva")]
    display_name: String,
    /// Where their picture is. It changes with the picture.
    #[schema(format = "uri-reference", example = "/api/v1/users/ana/avatar")]
    avatar_url: String,
    /// First name.
    #[schema(required, example = "Ana")]
    first_name: Option<String>,
    /// Last name.
    #[schema(required, example = "Silva")]
    last_name: Option<String>,
    /// E-mail address; only the user and admins see this field.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = "idn-email", example = "ana@example.org")]
    email: Option<Option<String>>,
    /// About themselves.
    #[schema(required, example = "Plants and trains.")]
    bio: Option<String>,
    /// What they are on this server.
    role: SiteRoleJson,
    /// Whether the account can be used.
    status: StatusJson,
    /// Whether they are connected.
    online: bool,
    /// When they were last connected.
    #[schema(required)]
    last_seen_at: Option<Time>,
    /// When they signed up.
    created_at: Time,
}

/// What somebody is on this server.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SiteRole)]
pub(crate) enum SiteRoleJson {
    /// Everybody.
    Member,
    /// Runs the server.
    Admin,
}

/// Whether an account can be used.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = UserStatus)]
pub(crate) enum StatusJson {
    /// It can.
    Active,
    /// Not until an admin activates it again.
    Deactivated,
}

impl UserJson {
    /// As `reader` sees them; nobody is signed in while signing up.
    pub(crate) fn seen_by(reader: Option<&Caller>, user: &User, online: bool) -> Self {
        let shows_email =
            reader.is_some_and(|reader| reader.user == user.id || reader.role == SiteRole::Admin);
        let email = shows_email.then(|| user.email.as_ref().map(ToString::to_string));
        Self { email, ..Self::public(user, online) }
    }

    /// As they see themselves.
    pub(crate) fn own(user: &User, online: bool) -> Self {
        let email = Some(user.email.as_ref().map(ToString::to_string));
        Self { email, ..Self::public(user, online) }
    }

    /// As everybody sees them.
    pub(crate) fn public(user: &User, online: bool) -> Self {
        let PersonJson { id, username, display_name, avatar_url } = user.into();
        Self {
            id,
            username,
            display_name,
            avatar_url,
            first_name: user.first_name.as_ref().map(ToString::to_string),
            last_name: user.last_name.as_ref().map(ToString::to_string),
            email: None,
            bio: user.bio.as_ref().map(ToString::to_string),
            role: user.role.into(),
            status: user.status.into(),
            online: online && user.is_active(),
            last_seen_at: user.last_seen_at.map(Time::from),
            created_at: user.created_at.into(),
        }
    }
}

impl From<SiteRole> for SiteRoleJson {
    fn from(role: SiteRole) -> Self {
        match role {
            SiteRole::Member => Self::Member,
            SiteRole::Admin => Self::Admin,
        }
    }
}

impl From<Status> for StatusJson {
    fn from(status: Status) -> Self {
        match status {
            Status::Active => Self::Active,
            Status::Deactivated | Status::Deleted => Self::Deactivated,
        }
    }
}
