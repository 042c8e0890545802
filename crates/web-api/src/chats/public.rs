//! Public chats, and joining them.

use actix_web::{post, route, web};
use domain::{
    chats::{PublicPage, members},
    ports::StoreError,
};
use web_common::State;

use crate::{
    answer::{Answer, ok},
    input::{ChatPath, FilterQuery, Query},
    json::{ChatJson, ListJson},
    presence::Presence,
    tokens::Bearer,
};

/// List public chats
///
/// The groups that everyone who is signed in may join. `query` is looked for in their names and descriptions.
#[utoipa::path(
    get,
    tag = "Chats", params(FilterQuery),
    responses((status = 200, description = "A page of public chats.", body = ListJson<ChatJson>)),
)]
#[route("/chats/public", method = "GET", method = "HEAD")]
pub(crate) async fn list_public_chats(
    state: web::Data<State>,
    caller: Bearer,
    presence: Presence,
    query: Query<FilterQuery>,
) -> Answer {
    let (query, page) = query.read()?.of("public chats")?;
    let wanted = PublicPage { query, after: page.after, limit: page.look_ahead() };
    let user = caller.user;
    let found = state.store.read::<_, StoreError, _>(move |reads| reads.public_chats(user, &wanted)).await?;
    let item = |view| ChatJson::new(&view, |user| presence.is_online(user));
    ok(&ListJson::cut(found, &page, |view| view.chat.id, item))
}

/// Join a public chat
///
/// Who is in it already stays as they are.
#[utoipa::path(
    tag = "Chats", params(ChatPath),
    responses((status = 200, description = "The chat, of which the caller is a member now.", body = ChatJson)),
)]
#[post("/chats/{id}/join")]
pub(crate) async fn join_chat(
    state: web::Data<State>,
    caller: Bearer,
    presence: Presence,
    path: web::Path<ChatPath>,
) -> Answer {
    let (by, chat) = (caller.0, path.chat());
    let joining = by.clone();
    state.store.write(Some(by.user), move |work| members::join(work, &joining, chat)).await?;
    let view = super::view(&state, &by, chat).await?;
    ok(&ChatJson::new(&view, |user| presence.is_online(user)))
}
