//! One's own profile.

use actix_web::{HttpRequest, patch, route, web};
use domain::users::{AccountError, UserChange, profile};
use serde::Deserialize;
use utoipa::ToSchema;
use web_common::State;

use crate::{
    answer::{Answer, ok, tagged},
    input::{Check, Input, Json, given},
    json::UserJson,
    presence::Presence,
    tokens::Bearer,
};

/// A change of one's own profile: what is absent stays, `null` clears.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UpdateMe {
    /// First name.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 80, example = "Ana")]
    first_name: Option<Option<String>>,
    /// Last name.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 80, example = "Silva")]
    last_name: Option<Option<String>>,
    /// E-mail address. A new one is unconfirmed.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 254, format = "idn-email", example = "ana@example.org")]
    email: Option<Option<String>>,
    /// About oneself.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 500, example = "Plants and trains.")]
    bio: Option<Option<String>>,
}

impl Input for UpdateMe {
    type Parsed = UserChange;

    fn parse(self, check: &mut Check) -> Option<UserChange> {
        let first_name = check.change("first_name", self.first_name);
        let last_name = check.change("last_name", self.last_name);
        let email = check.change("email", self.email);
        let bio = check.change("bio", self.bio);
        Some(UserChange {
            first_name: first_name?,
            last_name: last_name?,
            email: email?,
            bio: bio?,
            ..UserChange::default()
        })
    }
}

/// Get my profile
///
/// As only the caller sees it, with the e-mail address.
#[utoipa::path(
    get,
    tag = "Me",
    responses((status = 200, description = "The caller.", body = UserJson, headers(
        ("ETag" = String, description = "Send it as `If-None-Match` to be answered 304 while nothing has changed."),
    ))),
)]
#[route("/me", method = "GET", method = "HEAD")]
pub(crate) async fn get_me(
    state: web::Data<State>,
    caller: Bearer,
    presence: Presence,
    request: HttpRequest,
) -> Answer {
    let id = caller.user;
    let user = state.store.read(move |reads| reads.user(id)?.ok_or(AccountError::NoSuchUser)).await?;
    tagged(&request, &UserJson::own(&user, presence.is_online(id)))
}

/// Change my profile
///
/// What is absent stays, `null` clears. Everyone sees the names and what the caller says about themselves.
#[utoipa::path(
    tag = "Me",
    responses((status = 200, description = "The caller, changed.", body = UserJson)),
)]
#[patch("/me")]
pub(crate) async fn update_me(
    state: web::Data<State>,
    caller: Bearer,
    presence: Presence,
    body: Json<UpdateMe>,
) -> Answer {
    let change = body.read()?;
    let by = caller.0;
    let user = state.store.write(Some(by.user), move |work| profile::update(work, &by, change)).await?;
    ok(&UserJson::own(&user, presence.is_online(user.id)))
}
