//! Deleting one's own account.

use actix_web::{HttpRequest, delete, web};
use serde::Deserialize;
use utoipa::ToSchema;
use web_common::{Problem, State, auth::SignInError};

use crate::{
    answer::{Answer, done},
    input::{Check, Input, Json},
    openapi::Conflict,
    tokens::Bearer,
};

/// Proof that it is the user who wants it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeleteMe {
    /// The password of the account.
    #[schema(format = Password, example = "correct horse battery staple")]
    password: String,
}

impl Input for DeleteMe {
    type Parsed = Self;

    fn parse(self, _: &mut Check) -> Option<Self> {
        Some(self)
    }
}

/// Delete my account
///
/// For good: signed out everywhere, out of every group, nothing left of the profile. The messages stay, under
/// "Deleted user".
#[utoipa::path(
    tag = "Me",
    responses((status = 204, description = "The account is gone."), (status = 409, response = Conflict)),
)]
#[delete("/me")]
pub(crate) async fn delete_me(
    state: web::Data<State>,
    caller: Bearer,
    request: HttpRequest,
    body: Json<DeleteMe>,
) -> Answer {
    let DeleteMe { password } = body.read()?;
    let proof = super::password::prove(&state, &request, &caller).await?;
    let outcome = state.accounts.delete(caller.0, &password).await;
    proof.end(&request, outcome.is_ok());
    outcome.map_err(named)?;
    done()
}

/// The use case speaks of the current password: here its field has another name.
fn named(error: SignInError) -> Problem {
    let mut problem = Problem::from(error);
    for error in &mut problem.errors {
        if error.field == "current_password" {
            "password".clone_into(&mut error.field);
        }
    }
    if problem.errors.is_empty() { problem } else { Problem::invalid(problem.errors) }
}
