//! One's own chats.

use actix_web::{route, web};
use domain::{
    ChatId, Timestamp,
    chats::{ChatPage, ChatView},
    ports::StoreError,
};
use web_common::State;

use crate::{
    answer::{Answer, ok},
    input::{PageQuery, Query},
    json::{ChatJson, ListJson},
    presence::Presence,
    tokens::Bearer,
};

/// List my chats
///
/// The one with the newest message first.
#[utoipa::path(
    get,
    tag = "Chats", params(PageQuery),
    responses((status = 200, description = "A page of chats.", body = ListJson<ChatJson>)),
)]
#[route("/chats", method = "GET", method = "HEAD")]
pub(crate) async fn list_chats(
    state: web::Data<State>,
    caller: Bearer,
    presence: Presence,
    query: Query<PageQuery>,
) -> Answer {
    let page = query.read()?.of::<(Timestamp, ChatId)>("chats")?;
    let wanted = ChatPage { after: page.after, limit: page.look_ahead() };
    let user = caller.user;
    let found = state.store.read::<_, StoreError, _>(move |reads| reads.chat_views(user, wanted)).await?;
    let place = |view: &ChatView| (view.chat.last_message_at, view.chat.id);
    ok(&ListJson::cut(found, &page, place, |view| ChatJson::new(&view, |user| presence.is_online(user))))
}
