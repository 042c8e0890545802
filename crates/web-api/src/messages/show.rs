//! One message: read, edited, deleted.

use actix_web::{delete, patch, route, web};
use domain::messages::{MessageText, editing, history};
use serde::Deserialize;
use utoipa::ToSchema;
use web_common::State;

use crate::{
    answer::{Answer, done, ok},
    input::{Check, Input, Json, MessagePath},
    json::MessageJson,
    openapi::{Conflict, Forbidden},
    tokens::Bearer,
};

/// What a message is to say.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EditMessage {
    /// In Markdown; empty only where the message carries attachments.
    #[schema(max_length = 10000, example = "Lunch at *two*, @ben?")]
    text: String,
}

impl Input for EditMessage {
    type Parsed = MessageText;

    fn parse(self, check: &mut Check) -> Option<MessageText> {
        check.take("text", MessageText::edited(&self.text))
    }
}

/// Get a message
///
/// As it now stands; of a deleted one its place.
#[utoipa::path(
    get,
    tag = "Messages", params(MessagePath),
    responses(
        (status = 200, description = "The message.", body = MessageJson),
        (status = 403, response = Forbidden),
    ),
)]
#[route("/chats/{id}/messages/{message_id}", method = "GET", method = "HEAD")]
pub(crate) async fn get_message(
    state: web::Data<State>,
    caller: Bearer,
    path: web::Path<MessagePath>,
) -> Answer {
    let (by, chat, message) = (caller.0, path.chat(), path.message());
    let view = state.store.read(move |reads| history::find(reads, &by, chat, message)).await?;
    ok(&MessageJson::from(&*view))
}

/// Edit a message
///
/// Its author may. A forwarded message stays as it was written.
#[utoipa::path(
    tag = "Messages", params(MessagePath),
    responses(
        (status = 200, description = "The message, edited.", body = MessageJson),
        (status = 403, response = Forbidden),
        (status = 409, response = Conflict),
    ),
)]
#[patch("/chats/{id}/messages/{message_id}")]
pub(crate) async fn edit_message(
    state: web::Data<State>,
    caller: Bearer,
    path: web::Path<MessagePath>,
    body: Json<EditMessage>,
) -> Answer {
    let (by, chat, message, text) = (caller.0, path.chat(), path.message(), body.read()?);
    let view =
        state.store.write(Some(by.user), move |work| editing::edit(work, &by, chat, message, text)).await?;
    ok(&MessageJson::from(&*view))
}

/// Delete a message
///
/// Its author may, and in a group its owners and admins. It keeps its place, without its text.
#[utoipa::path(
    tag = "Messages", params(MessagePath),
    responses((status = 204, description = "It is deleted."), (status = 403, response = Forbidden)),
)]
#[delete("/chats/{id}/messages/{message_id}")]
pub(crate) async fn delete_message(
    state: web::Data<State>,
    caller: Bearer,
    path: web::Path<MessagePath>,
) -> Answer {
    let (by, chat, message) = (caller.0, path.chat(), path.message());
    state.store.write(Some(by.user), move |work| editing::delete(work, &by, chat, message)).await?;
    done()
}
