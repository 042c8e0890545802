//! Everyone on the platform.

use actix_web::{route, web};
use domain::{ports::StoreError, users::UserPage};
use serde::Deserialize;
use utoipa::IntoParams;
use web_common::State;

use crate::{
    answer::{Answer, ok},
    input::{Check, Input, Page, Query},
    json::{ListJson, UserJson},
    presence::Presence,
    tokens::Bearer,
};

/// Which users.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct UsersQuery {
    /// Only those whose username or name contains this, in any case.
    #[param(nullable = false, max_length = 80, example = "an")]
    query: Option<String>,
    /// How many items the page has at the most.
    #[param(minimum = 1, maximum = 200, default = 50, nullable = false)]
    limit: Option<i64>,
    /// The `next_cursor` of the page before.
    #[param(nullable = false, min_length = 1, pattern = "^[A-Za-z0-9_-]+$")]
    cursor: Option<String>,
}

impl Input for UsersQuery {
    type Parsed = (Option<String>, Page<String>);

    fn parse(self, check: &mut Check) -> Option<Self::Parsed> {
        let query = check.search("query", self.query);
        let page = Page::parse(check, self.limit, self.cursor.as_deref());
        Some((query?, page?))
    }
}

/// List users
///
/// Everyone on the platform whose account can be used, by username.
#[utoipa::path(
    get,
    tag = "Users", params(UsersQuery),
    responses((status = 200, description = "A page of users.", body = ListJson<UserJson>)),
)]
#[route("/users", method = "GET", method = "HEAD")]
pub(crate) async fn list_users(
    state: web::Data<State>,
    caller: Bearer,
    presence: Presence,
    query: Query<UsersQuery>,
) -> Answer {
    let (query, page) = query.read()?;
    let wanted = UserPage { query, after: page.after.clone(), limit: page.look_ahead() };
    let found = state.store.read::<_, StoreError, _>(move |reads| reads.users(&wanted)).await?;
    ok(&ListJson::cut(
        found,
        &page,
        |user| user.username.key(),
        |user| UserJson::seen_by(Some(&caller), &user, presence.is_online(user.id)),
    ))
}
