//! Everyone on the platform.

use actix_web::{route, web};
use domain::{ports::StoreError, users::UserPage};
use web_common::State;

use crate::{
    answer::{Answer, ok},
    input::{FilterQuery, Query},
    json::{ListJson, UserJson},
    presence::Presence,
    tokens::Bearer,
};

/// List users
///
/// Everyone on the platform whose account can be used, by username. `query` is looked for in usernames and names.
#[utoipa::path(
    get,
    tag = "Users", params(FilterQuery),
    responses((status = 200, description = "A page of users.", body = ListJson<UserJson>)),
)]
#[route("/users", method = "GET", method = "HEAD")]
pub(crate) async fn list_users(
    state: web::Data<State>,
    caller: Bearer,
    presence: Presence,
    query: Query<FilterQuery>,
) -> Answer {
    let (query, page) = query.read()?.of("users")?;
    let wanted = UserPage { query, after: page.after.clone(), limit: page.look_ahead() };
    let found = state.store.read::<_, StoreError, _>(move |reads| reads.users(&wanted)).await?;
    ok(&ListJson::cut(
        found,
        &page,
        |user| user.username.key(),
        |user| UserJson::seen_by(Some(&caller), &user, presence.is_online(user.id)),
    ))
}
