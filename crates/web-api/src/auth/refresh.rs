//! Going on with a session.

use actix_web::{HttpRequest, HttpResponse, http::header::CACHE_CONTROL, post, web};
use domain::{
    Via,
    users::{SessionError, sessions},
};
use serde::Deserialize;
use utoipa::ToSchema;
use web_common::{Problem, State, request};

use crate::{
    answer::Answer,
    input::{Check, Input, Json},
    json::TokensJson,
    openapi::Unauthenticated,
    tokens::{AccessTokens, RefreshToken},
};

/// A refresh token that was not used yet.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Refresh {
    /// As it came with the last pair.
    #[schema(example = "bW9uZGF5dHVlc2RheQ.dGh1cnNkYXlmcmlkYXk")]
    refresh_token: String,
}

impl Input for Refresh {
    type Parsed = Option<RefreshToken>;

    fn parse(self, _: &mut Check) -> Option<Option<RefreshToken>> {
        Some(RefreshToken::presented(&self.refresh_token))
    }
}

/// Refresh
///
/// Changes a refresh token for a new pair. A token that was used before ends the whole session: either its
/// holder or a thief has the newer one.
#[utoipa::path(
    tag = "Accounts",
    security(()),
    responses(
        (status = 200, description = "A new pair of tokens.", body = TokensJson),
        (status = 401, response = Unauthenticated),
    ),
)]
#[post("/auth/refresh")]
pub(crate) async fn refresh_tokens(
    state: web::Data<State>,
    tokens: web::Data<AccessTokens>,
    request: HttpRequest,
    body: Json<Refresh>,
) -> Answer {
    let spent = || Problem::from(SessionError::InvalidToken);
    let presented = body.read()?.ok_or_else(spent)?;
    let next = presented.next()?;
    let origin = request::origin(&request, Via::Api);
    let (secret, turn, new) = (presented.family(), presented.turn(), next.turn());
    let lasts = state.sessions.lifetimes().refreshed();
    let rotated = state
        .store
        .write(None, move |work| sessions::rotate(work, &origin, &secret, &turn, &new, lasts))
        .await?
        .ok_or_else(spent)?;
    // What is remembered of it says when it would have been over.
    state.sessions.forget(&[rotated.session.id]);
    let pair = super::pair(&tokens, &rotated, &next)?;
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(pair))
}
