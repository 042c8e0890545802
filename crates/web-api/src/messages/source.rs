//! Where a forwarded message comes from.

use actix_web::{route, web};
use domain::messages::forwarding;
use web_common::State;

use crate::{
    answer::{Answer, ok},
    input::MessagePath,
    json::SourceJson,
    openapi::Forbidden,
    tokens::Bearer,
};

/// Find the source of a forwarded message
///
/// Where the first message is, for who may see it; else 404.
#[utoipa::path(
    get,
    tag = "Messages", params(MessagePath),
    responses(
        (status = 200, description = "Where the first message is.", body = SourceJson),
        (status = 403, response = Forbidden),
    ),
)]
#[route("/chats/{id}/messages/{message_id}/source", method = "GET", method = "HEAD")]
pub(crate) async fn get_message_source(
    state: web::Data<State>,
    caller: Bearer,
    path: web::Path<MessagePath>,
) -> Answer {
    let (by, chat, message) = (caller.0, path.chat(), path.message());
    let first = state.store.read(move |reads| forwarding::source(reads, &by, chat, message)).await?;
    ok(&SourceJson { chat_id: first.chat.get(), message_id: first.id.get() })
}
