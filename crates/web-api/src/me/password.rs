//! One's own password.

use actix_web::{HttpRequest, put, web};
use domain::{
    Caller,
    ports::StoreError,
    users::{Password, User},
};
use serde::Deserialize;
use utoipa::ToSchema;
use web_common::{Problem, State, throttle::Proof};

use crate::{
    answer::{Answer, done},
    input::{Check, Input, Json},
    tokens::Bearer,
};

/// The old password and the new one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangePassword {
    /// The password as it is.
    #[schema(format = Password, example = "correct horse battery staple")]
    current_password: String,
    /// Any characters, but none of the commonest passwords.
    #[schema(min_length = 8, max_length = 128, format = Password, example = "seventeen green bottles")]
    new_password: String,
}

impl Input for ChangePassword {
    type Parsed = (String, Password);

    fn parse(self, check: &mut Check) -> Option<Self::Parsed> {
        Some((self.current_password, check.text("new_password", &self.new_password)?))
    }
}

/// Change my password
///
/// Ends every other session.
#[utoipa::path(tag = "Me", responses((status = 204, description = "The password is changed.")))]
#[put("/me/password")]
pub(crate) async fn change_password(
    state: web::Data<State>,
    caller: Bearer,
    request: HttpRequest,
    body: Json<ChangePassword>,
) -> Answer {
    let (current, new) = body.read()?;
    let proof = prove(&state, &request, &caller).await?;
    let outcome = state.accounts.change_password(caller.0, &current, new).await;
    proof.end(&request, outcome.is_ok());
    outcome?;
    done()
}

/// A password that is asked for again can be guessed at too: it counts as an attempt to sign in.
pub(super) async fn prove(state: &State, request: &HttpRequest, caller: &Caller) -> Result<Proof, Problem> {
    let id = caller.user;
    let user: Option<User> = state.store.read::<_, StoreError, _>(move |reads| reads.user(id)).await?;
    let user = user.ok_or_else(Problem::unauthenticated)?;
    Ok(state.throttles.confirm(request, user.username.as_str())?)
}
