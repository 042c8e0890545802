//! Sending.

use actix_web::{HttpRequest, post, web};
use domain::{
    AttachmentId, Invalid, MessageId,
    messages::{ClientId, Draft, Sending, Sent},
};
use serde::Deserialize;
use utoipa::ToSchema;
use web_common::State;

use crate::{
    answer::{Answer, created, ok},
    input::{ChatPath, Check, Input, Json},
    json::{Id, MessageJson},
    openapi::{Conflict, Forbidden},
    tokens::Bearer,
};

/// A message that is to be sent.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SendMessage {
    /// What it says, in Markdown; may be empty beside an attachment.
    #[schema(max_length = 10000, example = "Lunch at *one*, @ben?")]
    text: String,
    /// The sender's own id for it. The same one again is answered with the first message and makes no second.
    #[schema(min_length = 1, max_length = 64, example = "c-17")]
    client_id: Option<String>,
    /// The message of the same chat that it answers.
    #[schema(minimum = 1, maximum = 9007199254740991_i64, example = json!(null))]
    reply_to: Option<i64>,
    /// Uploaded files that it carries.
    #[schema(max_items = 10, value_type = Option<Vec<Id>>, example = json!([]))]
    attachments: Option<Vec<i64>>,
}

impl Input for SendMessage {
    type Parsed = Draft;

    fn parse(self, check: &mut Check) -> Option<Draft> {
        let client_id: Option<Option<ClientId>> = check.optional("client_id", self.client_id.as_deref());
        let reply_to = self.reply_to.map(|id| check.id("reply_to", id, MessageId::new));
        let files = self.attachments.unwrap_or_default();
        if files.len() > Draft::MAX_ATTACHMENTS {
            check.refuse("attachments", Invalid::new("too_many", "a message carries at most 10 attachments"));
        }
        let files = check.ids("attachments", &files, AttachmentId::new);
        let draft = Draft::new(&self.text, files.unwrap_or_default());
        let draft = draft.map_err(|(field, invalid)| check.refuse(field, invalid)).ok()?;
        Some(draft.known_as(client_id?).in_reply_to(reply_to.flatten()))
    }
}

/// 201 with the message, or 200 with the first one under its `client_id`.
pub(crate) fn answer(sent: &Sent) -> Answer {
    let json = MessageJson::from(&*sent.message);
    if !sent.fresh {
        return ok(&json);
    }
    let location = format!("{}/chats/{}/messages/{}", crate::BASE, json.chat_id, json.id);
    created(&location, &json)
}

/// Send a message
///
/// To a chat that the caller may write to. With a `client_id` it is safe to send again what was not answered.
#[utoipa::path(
    tag = "Messages", params(ChatPath),
    responses(
        (status = 201, description = "The message.", body = MessageJson,
            headers(("Location" = String, description = "Where the message is."))),
        (status = 200, description = "The `client_id` was used before: the first message, as it now stands.",
            body = MessageJson),
        (status = 403, response = Forbidden),
        (status = 409, response = Conflict),
    ),
)]
#[post("/chats/{id}/messages")]
pub(crate) async fn send_message(
    state: web::Data<State>,
    caller: Bearer,
    path: web::Path<ChatPath>,
    request: HttpRequest,
    body: Json<SendMessage>,
) -> Answer {
    state.throttles.messages.charge(&request, caller.user, 1)?;
    let draft = body.read()?;
    answer(&state.store.send(Sending { by: caller.0, chat: path.chat(), draft }).await?)
}
