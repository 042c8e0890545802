//! Forwarding.

use actix_web::{HttpRequest, post, web};
use domain::{
    ChatId, Invalid,
    messages::{ClientId, Forwarding, MessageText, Targets, forwarding},
};
use serde::Deserialize;
use utoipa::ToSchema;
use web_common::State;

use crate::{
    answer::Answer,
    input::{Check, Input, Json, MessagePath},
    json::{ForwardsJson, Id, MessageJson},
    openapi::{Conflict, Forbidden},
    tokens::Bearer,
};

/// Where a message is to go: at least one chat or person, at most 20 together.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ForwardMessage {
    /// Chats that the caller may write to.
    #[schema(max_items = 20, value_type = Option<Vec<Id>>, example = json!([9]))]
    chat_ids: Option<Vec<i64>>,
    /// People, in the direct chat with each.
    #[schema(max_items = 20, example = json!(["cleo"]))]
    usernames: Option<Vec<String>>,
    /// Words of one's own, sent as a message before it.
    #[schema(min_length = 1, max_length = 10000, example = "See what Ana says")]
    comment: Option<String>,
    /// The sender's own id for all of this, as for a message.
    #[schema(min_length = 1, max_length = 64, example = "f-3")]
    client_id: Option<String>,
}

/// What is to be forwarded to where, but not yet by whom.
pub(crate) struct Order {
    targets: Targets,
    comment: Option<MessageText>,
    client_id: Option<ClientId>,
}

impl Input for ForwardMessage {
    type Parsed = Order;

    fn parse(self, check: &mut Check) -> Option<Order> {
        let (chats, usernames) = (self.chat_ids.unwrap_or_default(), self.usernames.unwrap_or_default());
        for (field, count) in [("chat_ids", chats.len()), ("usernames", usernames.len())] {
            if count > Targets::MAX {
                check.refuse(field, Invalid::new("too_many", format!("must be at most {}", Targets::MAX)));
            }
        }
        let chats = check.ids("chat_ids", &chats, ChatId::new);
        let usernames = check.texts("usernames", &usernames);
        let comment = check.optional("comment", self.comment.as_deref());
        let client_id = check.optional("client_id", self.client_id.as_deref());
        Some(Order {
            targets: Targets { chats: chats?, usernames: usernames? },
            comment: comment?,
            client_id: client_id?,
        })
    }
}

impl Order {
    /// How many messages it makes at the most: each target's, and its comment.
    fn messages(&self) -> u32 {
        let each = if self.comment.is_some() { 2 } else { 1 };
        let targets = self.targets.count().clamp(1, Targets::MAX);
        u32::try_from(targets * each).unwrap_or(u32::MAX)
    }
}

/// Forward a message
///
/// To chats that the caller may write to, and to people: all or none. Readers who cannot see the source learn
/// of it its first author's name and its time only.
#[utoipa::path(
    tag = "Messages", params(MessagePath),
    responses(
        (status = 201, description = "The forwards, in the order asked for.", body = ForwardsJson),
        (status = 403, response = Forbidden),
        (status = 409, response = Conflict),
    ),
)]
#[post("/chats/{id}/messages/{message_id}/forward")]
pub(crate) async fn forward_message(
    state: web::Data<State>,
    caller: Bearer,
    path: web::Path<MessagePath>,
    request: HttpRequest,
    body: Json<ForwardMessage>,
) -> Answer {
    let order = body.read()?;
    state.throttles.messages.charge(&request, caller.user, order.messages())?;
    let Order { targets, comment, client_id } = order;
    let (chat, message) = (path.chat(), path.message());
    let forwarding = Forwarding { by: caller.0, chat, message, targets, comment, client_id };
    let account = Some(forwarding.by.user);
    let forwards = state.store.write(account, move |work| forwarding::forward(work, &forwarding)).await?;
    let items = forwards.iter().map(|message| MessageJson::from(&**message)).collect();
    Ok(actix_web::HttpResponse::Created().json(ForwardsJson { items }))
}
