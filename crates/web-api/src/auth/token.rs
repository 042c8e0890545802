//! Signing in.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{CACHE_CONTROL, USER_AGENT},
    post, web,
};
use domain::{Via, users::SessionKind};
use serde::Deserialize;
use utoipa::ToSchema;
use web_common::{State, auth::Visit, request};

use crate::{
    answer::Answer,
    input::{Check, Input, Json},
    json::TokensJson,
    openapi::Unauthenticated,
    tokens::{AccessTokens, RefreshToken},
};

/// What somebody signs in with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignIn {
    /// The username, or a confirmed e-mail address; in any case.
    #[schema(example = "ana")]
    username: String,
    /// The password.
    #[schema(format = Password, example = "correct horse battery staple")]
    password: String,
}

/// As it comes: what is wrong with a login or a password is told by nothing but 401.
impl Input for SignIn {
    type Parsed = Self;

    fn parse(self, _: &mut Check) -> Option<Self> {
        Some(self)
    }
}

/// Sign in
///
/// Begins a session. A wrong password, an unknown name and an account that can't be used are answered alike.
#[utoipa::path(
    tag = "Accounts",
    security(()),
    responses(
        (status = 200, description = "A pair of tokens.", body = TokensJson),
        (status = 401, response = Unauthenticated),
    ),
)]
#[post("/auth/token")]
pub(crate) async fn sign_in(
    state: web::Data<State>,
    tokens: web::Data<AccessTokens>,
    request: HttpRequest,
    body: Json<SignIn>,
) -> Answer {
    let SignIn { username, password } = body.read()?;
    let origin = request::origin(&request, Via::Api);
    let proof = state.throttles.sign_in(&request, &username)?;
    let refresh = RefreshToken::first()?;
    let visit = Visit {
        kind: SessionKind::Api,
        secret: refresh.family(),
        refresh: Some(refresh.turn()),
        user_agent: user_agent(&request),
    };
    let outcome = state.accounts.sign_in(origin, username, &password, visit).await;
    proof.end(&request, outcome.is_ok());
    let pair = super::pair(&tokens, &outcome?, &refresh)?;
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(pair))
}

fn user_agent(request: &HttpRequest) -> Option<String> {
    let value = request.headers().get(USER_AGENT)?;
    Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
}
