//! Writing to one person.

use actix_web::{HttpRequest, post, web};
use domain::{
    chats::direct,
    messages::{MessageError, Sending, sending},
    users::Username,
};
use web_common::State;

use crate::{
    answer::Answer,
    input::{Json, parse},
    json::MessageJson,
    messages::{self, SendMessage},
    openapi::Conflict,
    tokens::Bearer,
    users::UserPath,
};

/// Write to a person
///
/// Sends a message to the direct chat with one person, which is made on its first use.
#[utoipa::path(
    tag = "Conversations", params(UserPath),
    responses(
        (status = 201, description = "The message.", body = MessageJson,
            headers(("Location" = String, description = "Where the message is."))),
        (status = 200, description = "The `client_id` was used before: the first message, as it now stands.",
            body = MessageJson),
        (status = 409, response = Conflict),
    ),
)]
#[post("/conversations/{username}")]
pub(crate) async fn send_to_person(
    state: web::Data<State>,
    caller: Bearer,
    path: web::Path<UserPath>,
    request: HttpRequest,
    body: Json<SendMessage>,
) -> Answer {
    let username: Username = parse(&path.username)?;
    state.throttles.messages.charge(&request, caller.user, 1)?;
    let draft = body.read()?;
    let by = caller.0;
    let sent = state
        .store
        .write::<_, MessageError, _>(Some(by.user), move |work| {
            let chat = direct::open(work, &by, &username)?;
            sending::send(work, Sending { by, chat, draft })
        })
        .await?;
    messages::answer(&sent)
}
