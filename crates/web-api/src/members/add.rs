//! Adding somebody to a group.

use actix_web::{post, web};
use domain::{
    chats::{ChatError, ChatRole, members},
    users::Username,
};
use serde::Deserialize;
use utoipa::ToSchema;
use web_common::{Problem, State};

use crate::{
    answer::{Answer, created, ok},
    input::{ChatPath, Check, Input, Json},
    json::{ChatRoleJson, MemberJson},
    openapi::{Conflict, Forbidden},
    presence::Presence,
    tokens::Bearer,
};

/// Somebody who is to be in a group.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddMember {
    /// Who.
    #[schema(min_length = 3, max_length = 32, example = "ben")]
    username: String,
    /// As what; `member` unless said. Only owners add admins and owners.
    role: Option<ChatRoleJson>,
}

impl Input for AddMember {
    type Parsed = (Username, ChatRole);

    fn parse(self, check: &mut Check) -> Option<Self::Parsed> {
        let role = self.role.map_or(ChatRole::Member, Into::into);
        Some((check.text("username", &self.username)?, role))
    }
}

/// Add a member
///
/// A group's owners and admins may. Who is there already stays as they are.
#[utoipa::path(
    tag = "Members", params(ChatPath),
    responses(
        (status = 201, description = "The new member.", body = MemberJson,
            headers(("Location" = String, description = "Where the member is."))),
        (status = 200, description = "They were there already.", body = MemberJson),
        (status = 403, response = Forbidden),
        (status = 409, response = Conflict),
    ),
)]
#[post("/chats/{id}/members")]
pub(crate) async fn add_member(
    state: web::Data<State>,
    caller: Bearer,
    presence: Presence,
    path: web::Path<ChatPath>,
    body: Json<AddMember>,
) -> Answer {
    let (by, chat, (username, role)) = (caller.0, path.chat(), body.read()?);
    let (member, user, fresh) = state
        .store
        .write(Some(by.user), move |work| members::add(work, &by, chat, &username, role))
        .await
        .map_err(named)?;
    let json = MemberJson::new(&member, &user, presence.is_online(user.id));
    if !fresh {
        return ok(&json);
    }
    created(&format!("{}/chats/{chat}/members/{}", crate::BASE, user.username), &json)
}

/// The use case speaks of members: here the field is called otherwise.
fn named(error: ChatError) -> Problem {
    let mut problem = Problem::from(error);
    for error in &mut problem.errors {
        if error.field == "members" {
            "username".clone_into(&mut error.field);
        }
    }
    if problem.errors.is_empty() { problem } else { Problem::invalid(problem.errors) }
}
