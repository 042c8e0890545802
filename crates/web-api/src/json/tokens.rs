//! A pair of tokens.

use serde::Serialize;
use utoipa::ToSchema;

/// An access token, and the refresh token that fetches the next pair.
#[derive(Serialize, ToSchema)]
#[schema(as = Tokens)]
pub(crate) struct TokensJson {
    /// Send it as `Authorization: Bearer …`. A JWT; treat it as opaque.
    #[schema(example = "eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiIxMiJ9.c2lnbmF0dXJl")]
    pub(crate) access_token: String,
    /// How to send it.
    pub(crate) token_type: TokenType,
    /// In how many seconds the access token is over.
    #[schema(example = 900)]
    pub(crate) expires_in: i64,
    /// Good for one use within 30 days. To use it a second time ends the session.
    #[schema(example = "bW9uZGF5dHVlc2RheQ.dGh1cnNkYXlmcmlkYXk")]
    pub(crate) refresh_token: String,
}

/// How to send an access token.
#[derive(Serialize, ToSchema)]
pub(crate) enum TokenType {
    /// `Authorization: Bearer …`.
    Bearer,
}
