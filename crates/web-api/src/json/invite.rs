//! An invitation to a group.

use domain::{
    chats::{Invitation, Invite},
    users::Person,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{PersonJson, Time};

/// An invitation to a group, as its owners and admins see it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Invite)]
pub(crate) struct InviteJson {
    /// Who knows it may join.
    #[schema(example = "4Yx0rQ1bD7mKc2ZtU8wJ5gVhN3sPaEfLi6OuXyT9R_k")]
    code: String,
    /// Where anybody sees what it leads to.
    #[schema(
        format = "uri-reference",
        example = "/api/v1/invites/4Yx0rQ1bD7mKc2ZtU8wJ5gVhN3sPaEfLi6OuXyT9R_k"
    )]
    url: String,
    /// Who made it; `null` once that account is deleted. It holds as long as they may invite.
    #[schema(required)]
    created_by: Option<PersonJson>,
    /// Since when it holds.
    created_at: Time,
    /// Until when it holds; for ever when it is `null`.
    #[schema(required)]
    expires_at: Option<Time>,
    /// How many may join by it; any number when it is `null`.
    #[schema(required, minimum = 1, example = 10)]
    max_uses: Option<i64>,
    /// How many have joined by it.
    #[schema(minimum = 0, example = 3)]
    uses: i64,
}

impl InviteJson {
    /// An invitation, with who made it.
    pub(crate) fn new(invite: &Invite, by: Option<&Person>) -> Self {
        Self {
            code: invite.code.as_str().to_owned(),
            url: format!("{}/invites/{}", crate::BASE, invite.code.as_str()),
            created_by: by.map(PersonJson::from),
            created_at: invite.created_at.into(),
            expires_at: invite.expires_at.map(Time::from),
            max_uses: invite.max_uses,
            uses: invite.uses,
        }
    }
}

impl InviteJson {
    /// Where anybody sees what it leads to.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

/// What an invitation leads to.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Invitation)]
pub(crate) struct InvitationJson {
    /// What the group is called.
    #[schema(example = "Lunch")]
    name: String,
    /// What the group is for.
    #[schema(required, example = "Who eats where")]
    description: Option<String>,
    /// How many members it has.
    #[schema(minimum = 1, example = 4)]
    member_count: i64,
    /// Who invites.
    invited_by: PersonJson,
}

impl From<&Invitation> for InvitationJson {
    fn from(invitation: &Invitation) -> Self {
        Self {
            name: invitation.name.to_string(),
            description: invitation.description.as_ref().map(ToString::to_string),
            member_count: invitation.member_count,
            invited_by: (&invitation.invited_by).into(),
        }
    }
}
