//! Tokens: a short-lived JWT for every call, and a rotating secret that fetches the next one.

mod access;
mod bearer;
mod refresh;

pub(crate) use access::{ACCESS_SECONDS, AccessTokens};
pub(crate) use bearer::{Bearer, admit, presented};
pub(crate) use refresh::RefreshToken;
