//! What stands in the paths of invitations.

use domain::{ChatId, chats::InviteCode};
use serde::Deserialize;
use utoipa::IntoParams;
use web_common::Problem;

use crate::input::parse;

/// An invitation, for anybody who knows its code.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct CodePath {
    /// The code that the link ends with.
    #[param(
        min_length = 22,
        max_length = 64,
        pattern = "^[A-Za-z0-9_-]+$",
        example = "4Yx0rQ1bD7mKc2ZtU8wJ5gVhN3sPaEfLi6OuXyT9R_k"
    )]
    code: String,
}

impl CodePath {
    /// The code.
    pub(crate) fn code(&self) -> Result<InviteCode, Problem> {
        parse(&self.code)
    }
}

/// One of a chat's invitations.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct InvitePath {
    /// The chat's id.
    #[param(minimum = 1, maximum = 9007199254740991_i64, example = 7)]
    id: i64,
    /// The code that the link ends with.
    #[param(
        min_length = 22,
        max_length = 64,
        pattern = "^[A-Za-z0-9_-]+$",
        example = "4Yx0rQ1bD7mKc2ZtU8wJ5gVhN3sPaEfLi6OuXyT9R_k"
    )]
    code: String,
}

impl InvitePath {
    /// The chat.
    pub(crate) fn chat(&self) -> ChatId {
        ChatId::new(self.id)
    }

    /// The code.
    pub(crate) fn code(&self) -> Result<InviteCode, Problem> {
        parse(&self.code)
    }
}
