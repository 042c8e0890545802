//! The invitations to a group.

use std::collections::HashMap;

use actix_web::{route, web};
use domain::{
    Caller, ChatId, Timestamp, UserId,
    chats::{ChatError, Invite, InviteCode, invites},
    ports::Reads,
    users::Person,
};
use web_common::State;

use crate::{
    answer::{Answer, ok},
    input::{ChatPath, PageQuery, Query},
    json::{InviteJson, ListJson},
    openapi::{Conflict, Forbidden},
    tokens::Bearer,
};

/// List the invitations to a group
///
/// The newest first, for its owners and admins; also those that no longer hold.
#[utoipa::path(
    get,
    tag = "Invites", params(ChatPath, PageQuery),
    responses(
        (status = 200, description = "A page of invitations.", body = ListJson<InviteJson>),
        (status = 403, response = Forbidden),
        (status = 409, response = Conflict),
    ),
)]
#[route("/chats/{id}/invites", method = "GET", method = "HEAD")]
pub(crate) async fn list_invites(
    state: web::Data<State>,
    caller: Bearer,
    path: web::Path<ChatPath>,
    query: Query<PageQuery>,
) -> Answer {
    let page = query.read()?.of::<(Timestamp, InviteCode)>(&format!("invites to {}", path.chat()))?;
    let (by, chat) = (caller.0, path.chat());
    let (mut found, people) = state.store.read(move |reads| look(reads, &by, chat)).await?;
    let place = |invite: &Invite| (invite.created_at, invite.code.clone());
    found.retain(|invite| page.after.as_ref().is_none_or(|after| place(invite) < *after));
    let item = |invite: Invite| InviteJson::new(&invite, people.get(&invite.created_by));
    ok(&ListJson::cut(found, &page, place, item))
}

/// There are never more than a few: all of them, and who made them.
fn look(
    reads: &mut dyn Reads,
    by: &Caller,
    chat: ChatId,
) -> Result<(Vec<Invite>, HashMap<UserId, Person>), ChatError> {
    let invites = invites::list(reads, by, chat)?;
    let mut makers: Vec<UserId> = invites.iter().map(|invite| invite.created_by).collect();
    makers.sort_unstable();
    makers.dedup();
    let people = reads.persons(&makers)?.into_iter().map(|person| (person.id, person)).collect();
    Ok((invites, people))
}
