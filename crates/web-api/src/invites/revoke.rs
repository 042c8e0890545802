//! Taking an invitation back.

use actix_web::{delete, web};
use domain::chats::invites;
use web_common::State;

use super::path::InvitePath;
use crate::{
    answer::{Answer, done},
    openapi::{Conflict, Forbidden},
    tokens::Bearer,
};

/// Take an invitation back
///
/// As the owners and admins of the group may. Who has joined by it stays.
#[utoipa::path(
    tag = "Invites", params(InvitePath),
    responses(
        (status = 204, description = "Nobody joins by it any more."),
        (status = 403, response = Forbidden),
        (status = 409, response = Conflict),
    ),
)]
#[delete("/chats/{id}/invites/{code}")]
pub(crate) async fn revoke_invite(
    state: web::Data<State>,
    caller: Bearer,
    path: web::Path<InvitePath>,
) -> Answer {
    let (by, chat, code) = (caller.0, path.chat(), path.code()?);
    state.store.write(Some(by.user), move |work| invites::revoke(work, &by, chat, &code)).await?;
    done()
}
