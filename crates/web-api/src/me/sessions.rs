//! Where one is signed in.

use actix_web::{delete, route, web};
use domain::{SessionId, ports::StoreError, users::sessions};
use serde::Deserialize;
use utoipa::IntoParams;
use web_common::State;

use crate::{
    answer::{Answer, done, ok},
    json::SessionsJson,
    tokens::Bearer,
};

/// One session.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct SessionPath {
    /// The session's id.
    #[param(minimum = 1, maximum = 9007199254740991_i64, example = 4711)]
    id: i64,
}

/// List my sessions
///
/// Where the caller is signed in, on the site and through the API; the last used first.
#[utoipa::path(
    get,
    tag = "Me",
    responses((status = 200, description = "The sessions that are not over.", body = SessionsJson)),
)]
#[route("/me/sessions", method = "GET", method = "HEAD")]
pub(crate) async fn list_sessions(state: web::Data<State>, caller: Bearer) -> Answer {
    let user = caller.user;
    let found = state.store.read::<_, StoreError, _>(move |reads| reads.sessions_of(user)).await?;
    ok(&SessionsJson::of(&caller, &found))
}

/// End a session
///
/// Its tokens and sockets are over at once.
#[utoipa::path(tag = "Me", params(SessionPath), responses((status = 204, description = "The session is over.")))]
#[delete("/me/sessions/{id}")]
pub(crate) async fn end_session(
    state: web::Data<State>,
    caller: Bearer,
    path: web::Path<SessionPath>,
) -> Answer {
    let session = SessionId::new(path.id);
    let by = caller.0;
    state.store.write(Some(by.user), move |work| sessions::end(work, &by, session)).await?;
    done()
}
