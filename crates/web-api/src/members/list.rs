//! The members of a chat.

use actix_web::{route, web};
use domain::{
    Timestamp, UserId,
    chats::{Member, MemberPage, members},
    users::User,
};
use web_common::State;

use crate::{
    answer::{Answer, ok},
    input::{ChatPath, PageQuery, Query},
    json::{ListJson, MemberJson},
    openapi::Forbidden,
    presence::Presence,
    tokens::Bearer,
};

/// List members
///
/// By when they joined.
#[utoipa::path(
    get,
    tag = "Members", params(ChatPath, PageQuery),
    responses(
        (status = 200, description = "A page of members.", body = ListJson<MemberJson>),
        (status = 403, response = Forbidden),
    ),
)]
#[route("/chats/{id}/members", method = "GET", method = "HEAD")]
pub(crate) async fn list_members(
    state: web::Data<State>,
    caller: Bearer,
    presence: Presence,
    path: web::Path<ChatPath>,
    query: Query<PageQuery>,
) -> Answer {
    let page = query.read()?.of::<(Timestamp, UserId)>(&format!("members of {}", path.chat()))?;
    let wanted = MemberPage { after: page.after, limit: page.look_ahead() };
    let (by, chat) = (caller.0, path.chat());
    let found = state.store.read(move |reads| members::list(reads, &by, chat, wanted)).await?;
    let place = |(member, _): &(Member, User)| (member.joined_at, member.user);
    let item = |(member, user)| of(&presence, &member, &user);
    ok(&ListJson::cut(found, &page, place, item))
}

fn of(presence: &Presence, member: &Member, user: &User) -> MemberJson {
    MemberJson::new(member, user, presence.is_online(user.id))
}
