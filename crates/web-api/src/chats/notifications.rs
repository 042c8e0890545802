//! Of what in a chat one is told.

use actix_web::{put, web};
use domain::{
    Invalid, Timestamp,
    chats::{Bell, members},
};
use serde::Deserialize;
use utoipa::ToSchema;
use web_common::State;

use crate::{
    answer::{Answer, done},
    input::{ChatPath, Check, Input, Json},
    json::LevelJson,
    openapi::Forbidden,
    tokens::Bearer,
};

/// Of what in a chat one wants to be told.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetNotifications {
    /// Of what.
    level: LevelJson,
    /// Until when of nothing, in RFC 3339; not at all when it is absent or `null`.
    #[schema(format = DateTime, example = "2026-11-18T18:00:00Z")]
    muted_until: Option<String>,
}

impl Input for SetNotifications {
    type Parsed = (Bell, Option<Timestamp>);

    fn parse(self, check: &mut Check) -> Option<Self::Parsed> {
        let refusal = || Invalid::new("invalid", "is not a time in RFC 3339");
        let until = self.muted_until.map(|text| Timestamp::from_rfc3339(&text).ok_or_else(refusal));
        Some((self.level.into(), check.take("muted_until", until.transpose())?))
    }
}

/// Set my notifications of a chat
///
/// Nobody else sees them.
#[utoipa::path(
    tag = "Chats", params(ChatPath),
    responses((status = 204, description = "They are set."), (status = 403, response = Forbidden)),
)]
#[put("/chats/{id}/notifications")]
pub(crate) async fn set_notifications(
    state: web::Data<State>,
    caller: Bearer,
    path: web::Path<ChatPath>,
    body: Json<SetNotifications>,
) -> Answer {
    let (by, chat, (bell, until)) = (caller.0, path.chat(), body.read()?);
    state.store.write(Some(by.user), move |work| members::set_bell(work, &by, chat, bell, until)).await?;
    done()
}
