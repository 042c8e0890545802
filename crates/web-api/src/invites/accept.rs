//! Joining by an invitation.

use actix_web::{post, web};
use domain::chats::{groups, invites};
use web_common::State;

use super::path::CodePath;
use crate::{
    answer::{Answer, ok},
    json::ChatJson,
    presence::Presence,
    tokens::Bearer,
};

/// Join by an invitation
///
/// Who is in the group already stays as they are, and is not counted.
#[utoipa::path(
    tag = "Invites", params(CodePath),
    responses((status = 200, description = "The chat, of which the caller is a member now.", body = ChatJson)),
)]
#[post("/invites/{code}/accept")]
pub(crate) async fn accept_invitation(
    state: web::Data<State>,
    caller: Bearer,
    presence: Presence,
    path: web::Path<CodePath>,
) -> Answer {
    let (by, code) = (caller.0, path.code()?);
    let reader = by.user;
    let chat = state.store.write(Some(reader), move |work| invites::accept(work, &by, &code)).await?;
    let view = state.store.read(move |reads| groups::view(reads, reader, chat)).await?;
    ok(&ChatJson::new(&view, |user| presence.is_online(user)))
}
