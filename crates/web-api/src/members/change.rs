//! Changing what a member is, and taking them out.

use actix_web::{delete, patch, web};
use domain::chats::{ChatRole, members};
use serde::Deserialize;
use utoipa::ToSchema;
use web_common::State;

use super::MemberPath;
use crate::{
    answer::{Answer, done, ok},
    input::{Check, Input, Json, parse},
    json::{ChatRoleJson, MemberJson},
    openapi::{Conflict, Forbidden},
    presence::Presence,
    tokens::Bearer,
};

/// What a member is to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UpdateMember {
    /// As what.
    role: ChatRoleJson,
}

impl Input for UpdateMember {
    type Parsed = ChatRole;

    fn parse(self, _: &mut Check) -> Option<ChatRole> {
        Some(self.role.into())
    }
}

/// Change a member's role
///
/// A group's owners may. The last owner cannot step down.
#[utoipa::path(
    tag = "Members", params(MemberPath),
    responses(
        (status = 200, description = "The member, changed.", body = MemberJson),
        (status = 403, response = Forbidden),
        (status = 409, response = Conflict),
    ),
)]
#[patch("/chats/{id}/members/{username}")]
pub(crate) async fn update_member(
    state: web::Data<State>,
    caller: Bearer,
    presence: Presence,
    path: web::Path<MemberPath>,
    body: Json<UpdateMember>,
) -> Answer {
    let (by, chat, role) = (caller.0, path.chat(), body.read()?);
    let username = parse(&path.username)?;
    let (member, user) = state
        .store
        .write(Some(by.user), move |work| members::set_role(work, &by, chat, &username, role))
        .await?;
    ok(&MemberJson::new(&member, &user, presence.is_online(user.id)))
}

/// Remove a member, or leave
///
/// Everybody may leave; owners remove anybody, admins those below them. From the last owner who leaves, the
/// longest-standing admin takes over, else the longest-standing member; with the last member the chat ends.
#[utoipa::path(
    tag = "Members", params(MemberPath),
    responses(
        (status = 204, description = "They are out."),
        (status = 403, response = Forbidden),
        (status = 409, response = Conflict),
    ),
)]
#[delete("/chats/{id}/members/{username}")]
pub(crate) async fn remove_member(
    state: web::Data<State>,
    caller: Bearer,
    path: web::Path<MemberPath>,
) -> Answer {
    let (by, chat) = (caller.0, path.chat());
    let username = parse(&path.username)?;
    state.store.write(Some(by.user), move |work| members::remove(work, &by, chat, &username)).await?;
    done()
}
