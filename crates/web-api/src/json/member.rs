//! Somebody in a chat.

use domain::{chats::Member, users::User};
use serde::Serialize;
use utoipa::ToSchema;

use super::{ChatRoleJson, Time, UserJson};

/// Somebody in a chat.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Member)]
pub(crate) struct MemberJson {
    /// Who.
    user: UserJson,
    /// As what.
    role: ChatRoleJson,
    /// Since when.
    joined_at: Time,
}

impl MemberJson {
    /// A member, as the others see them.
    pub(crate) fn new(member: &Member, user: &User, online: bool) -> Self {
        Self {
            user: UserJson::public(user, online),
            role: member.role.into(),
            joined_at: member.joined_at.into(),
        }
    }
}
