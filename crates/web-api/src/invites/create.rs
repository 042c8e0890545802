//! Making an invitation.

use actix_web::{post, web};
use domain::{
    chats::{ChatError, InviteSpan, InviteUses, NewInvite, invites},
    ports::UnitOfWork,
};
use serde::Deserialize;
use utoipa::ToSchema;
use web_common::{Problem, State, auth::Secret};

use crate::{
    answer::{Answer, created},
    input::{ChatPath, Check, Input, Json},
    json::InviteJson,
    openapi::{Conflict, Forbidden},
    tokens::Bearer,
};

/// How long an invitation is to hold, and for how many.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateInvite {
    /// In seconds from now, a year at the most; for ever when it is absent or `null`.
    #[schema(minimum = 1, maximum = 31536000, example = 604800)]
    expires_in: Option<i64>,
    /// How many may join by it; any number when it is absent or `null`.
    #[schema(minimum = 1, maximum = 10000, example = 10)]
    max_uses: Option<i64>,
}

impl Input for CreateInvite {
    type Parsed = (Option<InviteSpan>, Option<InviteUses>);

    fn parse(self, check: &mut Check) -> Option<Self::Parsed> {
        let lasts = check.take("expires_in", self.expires_in.map(InviteSpan::from_seconds).transpose());
        let max_uses = check.take("max_uses", self.max_uses.map(InviteUses::new).transpose());
        Some((lasts?, max_uses?))
    }
}

/// Create an invitation
///
/// To a group, as its owners and admins may. Whoever knows its code may join, as long as it holds: until its end, its
/// last use, or until who made it may no longer invite. A group has 100 at the most.
#[utoipa::path(
    tag = "Invites", params(ChatPath),
    responses(
        (status = 201, description = "The invitation.", body = InviteJson),
        (status = 403, response = Forbidden),
        (status = 409, response = Conflict),
    ),
)]
#[post("/chats/{id}/invites")]
pub(crate) async fn create_invite(
    state: web::Data<State>,
    caller: Bearer,
    path: web::Path<ChatPath>,
    body: Json<CreateInvite>,
) -> Answer {
    let (by, chat, (lasts, max_uses)) = (caller.0, path.chat(), body.read()?);
    let secret = Secret::random().map_err(|error| Problem::internal(error.to_string()))?;
    let code = secret.expose().parse().map_err(|_| Problem::internal("a secret is no code"))?;
    let new = NewInvite { code, lasts, max_uses };
    let account = Some(by.user);
    let make = move |work: &mut dyn UnitOfWork| -> Result<InviteJson, ChatError> {
        let invite = invites::create(work, &by, chat, &new)?;
        let person = work.persons(&[by.user])?.pop();
        Ok(InviteJson::new(&invite, person.as_ref()))
    };
    let invite = state.store.write(account, make).await?;
    created(invite.url(), &invite)
}
