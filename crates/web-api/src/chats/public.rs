//! Public chats, and joining them.

use actix_web::{post, route, web};
use domain::{
    ChatId,
    chats::{PublicPage, members},
    ports::StoreError,
};
use serde::Deserialize;
use utoipa::IntoParams;
use web_common::State;

use crate::{
    answer::{Answer, ok},
    input::{ChatPath, Check, Input, Page, Query},
    json::{ChatJson, ListJson},
    presence::Presence,
    tokens::Bearer,
};

/// Which public chats.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PublicQuery {
    /// Only those whose name or description contains this, in any case.
    #[param(nullable = false, max_length = 80, example = "lunch")]
    query: Option<String>,
    /// How many items the page has at the most.
    #[param(minimum = 1, maximum = 200, default = 50, nullable = false)]
    limit: Option<i64>,
    /// The `next_cursor` of the page before.
    #[param(nullable = false, min_length = 1, pattern = "^[A-Za-z0-9_-]+$")]
    cursor: Option<String>,
}

impl Input for PublicQuery {
    type Parsed = (Option<String>, Page<ChatId>);

    fn parse(self, check: &mut Check) -> Option<Self::Parsed> {
        let query = check.search("query", self.query);
        let page = Page::parse(check, self.limit, self.cursor.as_deref());
        Some((query?, page?))
    }
}

/// List public chats
///
/// The groups that everyone who is signed in may join.
#[utoipa::path(
    get,
    tag = "Chats", params(PublicQuery),
    responses((status = 200, description = "A page of public chats.", body = ListJson<ChatJson>)),
)]
#[route("/chats/public", method = "GET", method = "HEAD")]
pub(crate) async fn list_public_chats(
    state: web::Data<State>,
    caller: Bearer,
    presence: Presence,
    query: Query<PublicQuery>,
) -> Answer {
    let (query, page) = query.read()?;
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
