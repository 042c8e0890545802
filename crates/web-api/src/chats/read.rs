//! How far one has read a chat.

use actix_web::{put, web};
use domain::{Seq, messages::Reading};
use serde::Deserialize;
use utoipa::ToSchema;
use web_common::State;

use crate::{
    answer::{Answer, done},
    input::{ChatPath, Check, Input, Json},
    openapi::Forbidden,
    tokens::Bearer,
};

/// How far one has read.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MarkRead {
    /// Up to and with the message at this place; with `unread`, from this one on it counts as unread.
    #[schema(minimum = 0, maximum = 9007199254740991_i64, example = 88)]
    seq: i64,
    /// Whether the mark is to move back, if it stands further; it then never moves forward.
    #[schema(default = false)]
    unread: Option<bool>,
}

impl Input for MarkRead {
    type Parsed = (Seq, bool);

    fn parse(self, check: &mut Check) -> Option<Self::Parsed> {
        Some((Seq::new(check.counter("seq", self.seq)?), self.unread.unwrap_or_default()))
    }
}

/// Mark as read
///
/// The mark never moves back, but with `unread: true`, and then never forward.
#[utoipa::path(
    tag = "Chats", params(ChatPath),
    responses((status = 204, description = "It is noted."), (status = 403, response = Forbidden)),
)]
#[put("/chats/{id}/read")]
pub(crate) async fn mark_read(
    state: web::Data<State>,
    caller: Bearer,
    path: web::Path<ChatPath>,
    body: Json<MarkRead>,
) -> Answer {
    let (seq, unread) = body.read()?;
    state.store.mark_read(Reading { by: caller.0, chat: path.chat(), seq, unread }).await?;
    done()
}
