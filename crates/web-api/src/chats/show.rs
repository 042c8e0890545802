//! One chat: read, changed, deleted.

use actix_web::{HttpRequest, delete, patch, route, web};
use domain::chats::{ChatChange, groups};
use serde::Deserialize;
use utoipa::ToSchema;
use web_common::State;

use crate::{
    answer::{Answer, done, ok, tagged},
    input::{ChatPath, Check, Input, Json, given},
    json::{ChatJson, VisibilityJson},
    openapi::{Conflict, Forbidden},
    presence::Presence,
    tokens::Bearer,
};

/// A change of a group: what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UpdateChat {
    /// Its name.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, nullable = false, min_length = 1, max_length = 80, example = "Lunch")]
    name: Option<Option<String>>,
    /// What it is for; `null` clears it.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 500, example = "Where and when")]
    description: Option<Option<String>>,
    /// Who knows of it; only owners change that.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<VisibilityJson>, nullable = false)]
    visibility: Option<Option<VisibilityJson>>,
}

impl Input for UpdateChat {
    type Parsed = ChatChange;

    fn parse(self, check: &mut Check) -> Option<ChatChange> {
        let name = check.not_null("name", self.name);
        let name = check.optional("name", name.flatten().as_deref());
        let description = check.change("description", self.description);
        let visibility = check.not_null("visibility", self.visibility);
        Some(ChatChange { name: name?, description: description?, visibility: visibility?.map(Into::into) })
    }
}

/// Get a chat
///
/// Who is no member sees of a public chat its name, description and number of members.
#[utoipa::path(
    get,
    tag = "Chats", params(ChatPath),
    responses((status = 200, description = "The chat, as the caller sees it.", body = ChatJson, headers(
        ("ETag" = String, description = "Send it as `If-None-Match` to be answered 304 while nothing has changed."),
    ))),
)]
#[route("/chats/{id:[0-9]+}", method = "GET", method = "HEAD")]
pub(crate) async fn get_chat(
    state: web::Data<State>,
    caller: Bearer,
    presence: Presence,
    path: web::Path<ChatPath>,
    request: HttpRequest,
) -> Answer {
    let view = super::view(&state, &caller, path.chat()).await?;
    tagged(&request, &ChatJson::new(&view, |user| presence.is_online(user)))
}

/// Change a chat
///
/// A group's owners and admins change its name and description; its owners who knows of it.
#[utoipa::path(
    tag = "Chats", params(ChatPath),
    responses(
        (status = 200, description = "The chat, changed.", body = ChatJson),
        (status = 403, response = Forbidden),
        (status = 409, response = Conflict),
    ),
)]
#[patch("/chats/{id:[0-9]+}")]
pub(crate) async fn update_chat(
    state: web::Data<State>,
    caller: Bearer,
    presence: Presence,
    path: web::Path<ChatPath>,
    body: Json<UpdateChat>,
) -> Answer {
    let (by, chat, change) = (caller.0, path.chat(), body.read()?);
    let changing = by.clone();
    state.store.write(Some(by.user), move |work| groups::update(work, &changing, chat, &change)).await?;
    let view = super::view(&state, &by, chat).await?;
    ok(&ChatJson::new(&view, |user| presence.is_online(user)))
}

/// Delete a chat
///
/// A group's owners may. It is gone for everyone at once.
#[utoipa::path(
    tag = "Chats", params(ChatPath),
    responses(
        (status = 204, description = "The chat is gone."),
        (status = 403, response = Forbidden),
        (status = 409, response = Conflict),
    ),
)]
#[delete("/chats/{id:[0-9]+}")]
pub(crate) async fn delete_chat(
    state: web::Data<State>,
    caller: Bearer,
    path: web::Path<ChatPath>,
) -> Answer {
    let (by, chat) = (caller.0, path.chat());
    state.store.write(Some(by.user), move |work| groups::delete(work, &by, chat)).await?;
    done()
}
