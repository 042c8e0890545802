//! One user.

use actix_web::{HttpRequest, route, web};
use web_common::State;

use super::UserPath;
use crate::{
    answer::{Answer, tagged},
    input::parse,
    json::UserJson,
    presence::Presence,
    tokens::Bearer,
};

/// Get a user
///
/// Somebody whose account was deactivated too, but nobody whose account was deleted.
#[utoipa::path(
    get,
    tag = "Users", params(UserPath),
    responses((status = 200, description = "The user.", body = UserJson, headers(
        ("ETag" = String, description = "Send it as `If-None-Match` to be answered 304 while nothing has changed."),
    ))),
)]
#[route("/users/{username}", method = "GET", method = "HEAD")]
pub(crate) async fn get_user(
    state: web::Data<State>,
    caller: Bearer,
    presence: Presence,
    path: web::Path<UserPath>,
    request: HttpRequest,
) -> Answer {
    let username = parse(&path.username)?;
    let user = state.store.read(move |reads| super::find(reads, &username)).await?;
    tagged(&request, &UserJson::seen_by(Some(&caller), &user, presence.is_online(user.id)))
}
