//! `/auth`: tokens.

mod logout;
mod refresh;
#[cfg(test)]
mod tests;
mod token;

use domain::users::SignedIn;
use web_common::Problem;

use crate::{
    json::{TokenType, TokensJson},
    routes::Registry,
    tokens::{ACCESS_SECONDS, AccessTokens, RefreshToken},
};

/// The routes of this noun.
pub(crate) fn routes(registry: &mut impl Registry) {
    registry.add(token::sign_in);
    registry.add(refresh::refresh_tokens);
    registry.add(logout::sign_out);
}

/// The pair of tokens of a session that was just begun or gone on with.
fn pair(tokens: &AccessTokens, signed_in: &SignedIn, refresh: &RefreshToken) -> Result<TokensJson, Problem> {
    let SignedIn { session, user } = signed_in;
    let now = session.last_used_at.micros() / 1_000_000;
    Ok(TokensJson {
        access_token: tokens.issue(user.id, session.id, now)?,
        token_type: TokenType::Bearer,
        expires_in: ACCESS_SECONDS,
        refresh_token: refresh.expose(),
    })
}
