//! Reacting to messages.

use actix_web::{delete, put, web};
use domain::{
    ChatId, MessageId,
    messages::{Reaction, reactions},
};
use serde::Deserialize;
use utoipa::IntoParams;
use web_common::{FieldError, Problem, State};

use crate::{
    answer::{Answer, done},
    openapi::{Conflict, Forbidden},
    tokens::Bearer,
};

/// One reaction to a message.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct ReactionPath {
    /// The chat's id.
    #[param(minimum = 1, maximum = 9007199254740991_i64, example = 7)]
    id: i64,
    /// The message's id.
    #[param(minimum = 1, maximum = 9007199254740991_i64, example = 1042)]
    message_id: i64,
    /// An emoji, or a word of at most 16 characters; percent-encoded.
    #[param(
        min_length = 1,
        max_length = 16,
        pattern = "^[^\\s\\x00-\\x1f\\x7f-\\x9f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069]*[^\\s\\x00-\\x1f\\x7f-\\x9f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069\\u00ad\\u034f\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200d\\u2060-\\u206f\\u2800\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff0-\\ufff8][^\\s\\x00-\\x1f\\x7f-\\x9f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069]*$",
        example = "👍"
    )]
    reaction: String,
}

impl ReactionPath {
    fn read(&self) -> Result<(ChatId, MessageId, Reaction), Problem> {
        let invalid = |invalid| Problem::invalid(vec![FieldError::new("reaction", invalid)]);
        let reaction = self.reaction.parse().map_err(invalid)?;
        Ok((ChatId::new(self.id), MessageId::new(self.message_id), reaction))
    }
}

/// React to a message
///
/// With an emoji or a short word. A message has at most 20 different reactions.
#[utoipa::path(
    tag = "Messages", params(ReactionPath),
    responses(
        (status = 204, description = "The reaction is there."),
        (status = 403, response = Forbidden),
        (status = 409, response = Conflict),
    ),
)]
#[put("/chats/{id}/messages/{message_id}/reactions/{reaction}")]
pub(crate) async fn add_reaction(
    state: web::Data<State>,
    caller: Bearer,
    path: web::Path<ReactionPath>,
) -> Answer {
    let (by, (chat, message, reaction)) = (caller.0, path.read()?);
    state.store.write(Some(by.user), move |work| reactions::add(work, &by, chat, message, &reaction)).await?;
    done()
}

/// Take a reaction back
///
/// One's own. Where there is none, nothing happens.
#[utoipa::path(
    tag = "Messages", params(ReactionPath),
    responses(
        (status = 204, description = "The reaction is not there."),
        (status = 403, response = Forbidden),
        (status = 409, response = Conflict),
    ),
)]
#[delete("/chats/{id}/messages/{message_id}/reactions/{reaction}")]
pub(crate) async fn remove_reaction(
    state: web::Data<State>,
    caller: Bearer,
    path: web::Path<ReactionPath>,
) -> Answer {
    let (by, (chat, message, reaction)) = (caller.0, path.read()?);
    state
        .store
        .write(Some(by.user), move |work| reactions::remove(work, &by, chat, message, &reaction))
        .await?;
    done()
}
