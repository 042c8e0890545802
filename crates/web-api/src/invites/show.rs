//! What an invitation leads to.

use actix_web::{route, web};
use domain::chats::invites;
use web_common::State;

use super::path::CodePath;
use crate::{
    answer::{Answer, ok},
    json::InvitationJson,
};

/// See what an invitation leads to
///
/// For anybody who knows its code, also signed out. One that does not hold any more is not there.
#[utoipa::path(
    get,
    tag = "Invites", params(CodePath),
    security(()),
    responses((status = 200, description = "What it leads to.", body = InvitationJson)),
)]
#[route("/invites/{code}", method = "GET", method = "HEAD")]
pub(crate) async fn get_invitation(state: web::Data<State>, path: web::Path<CodePath>) -> Answer {
    let code = path.code()?;
    let invitation = state.store.read(move |reads| invites::look(reads, &code)).await?;
    ok(&InvitationJson::from(&invitation))
}
