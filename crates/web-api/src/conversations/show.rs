//! Reading the direct chat with one person.

use actix_web::{route, web};
use domain::{
    chats::{direct, groups},
    messages::MessageError,
    users::Username,
};
use serde::Serialize;
use utoipa::ToSchema;
use web_common::State;

use crate::{
    answer::{Answer, ok},
    input::{Query, parse},
    json::{ChatJson, MessageJson, MessagesJson},
    messages::{self, HistoryQuery},
    presence::Presence,
    tokens::Bearer,
    users::UserPath,
};

/// The direct chat with one person.
#[derive(Serialize, ToSchema)]
#[schema(as = Conversation)]
pub(crate) struct ConversationJson {
    /// The chat; `null` while it is unused.
    #[schema(required)]
    chat: Option<ChatJson>,
    /// Oldest first; with `changed_after`, by `rev`.
    items: Vec<MessageJson>,
    /// Whether there are older ones.
    has_before: bool,
    /// Whether there are newer ones; with `changed_after`, whether there are more changes.
    has_after: bool,
}

/// Read a conversation
///
/// The direct chat with one person: the chat and its messages, read as those of any chat.
#[utoipa::path(
    get,
    tag = "Conversations", params(UserPath, HistoryQuery),
    responses((status = 200, description = "The chat and a stretch of it.", body = ConversationJson)),
)]
#[route("/conversations/{username}", method = "GET", method = "HEAD")]
pub(crate) async fn get_conversation(
    state: web::Data<State>,
    caller: Bearer,
    presence: Presence,
    path: web::Path<UserPath>,
    query: Query<HistoryQuery>,
) -> Answer {
    let username: Username = parse(&path.username)?;
    let (wanted, newest) = (query.read()?, state.site.messages_to_load);
    let by = caller.0;
    let found = state
        .store
        .read(move |reads| {
            let Some(chat) = direct::find(reads, &by, &username)? else { return Ok(None) };
            let view = groups::view(reads, by.user, chat)?;
            Ok::<_, MessageError>(Some((view, messages::read(reads, &by, chat, wanted, newest)?)))
        })
        .await?;
    let (chat, messages) = match found {
        Some((view, messages)) => (Some(ChatJson::new(&view, |user| presence.is_online(user))), messages),
        None => (None, MessagesJson { items: Vec::new(), has_before: false, has_after: false }),
    };
    let MessagesJson { items, has_before, has_after } = messages;
    ok(&ConversationJson { chat, items, has_before, has_after })
}
