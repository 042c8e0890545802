//! What stands in paths.

use std::str::FromStr;

use domain::{ChatId, MessageId};
use serde::Deserialize;
use utoipa::IntoParams;
use web_common::Problem;

/// A part of a path: one that can't be what it stands for names nothing, which is 404 like all that is not there.
pub(crate) fn parse<T: FromStr>(text: &str) -> Result<T, Problem> {
    text.parse().map_err(|_| Problem::not_found())
}

/// One chat.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct ChatPath {
    /// The chat's id.
    #[param(minimum = 1, maximum = 9007199254740991_i64, example = 7)]
    id: i64,
}

impl ChatPath {
    /// The chat.
    pub(crate) fn chat(&self) -> ChatId {
        ChatId::new(self.id)
    }
}

/// One message of a chat.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct MessagePath {
    /// The chat's id.
    #[param(minimum = 1, maximum = 9007199254740991_i64, example = 7)]
    id: i64,
    /// The message's id.
    #[param(minimum = 1, maximum = 9007199254740991_i64, example = 1042)]
    message_id: i64,
}

impl MessagePath {
    /// The chat.
    pub(crate) fn chat(&self) -> ChatId {
        ChatId::new(self.id)
    }

    /// The message.
    pub(crate) fn message(&self) -> MessageId {
        MessageId::new(self.message_id)
    }
}
