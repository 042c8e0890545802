//! Signing out.

use actix_web::{post, web};
use domain::users::{SessionError, sessions};
use web_common::State;

use crate::{
    answer::{Answer, done},
    tokens::Bearer,
};

/// Sign out
///
/// Ends this session: its access and refresh tokens and its sockets are over at once.
#[utoipa::path(tag = "Accounts", responses((status = 204, description = "The session is over.")))]
#[post("/auth/logout")]
pub(crate) async fn sign_out(state: web::Data<State>, caller: Bearer) -> Answer {
    let Some(session) = caller.session else { return Err(SessionError::NoSuchSession.into()) };
    let by = caller.0;
    state.store.write(Some(by.user), move |work| sessions::end(work, &by, session)).await?;
    done()
}
