//! Reading a chat: its newest messages, what came before or after, what changed.

use actix_web::{route, web};
use domain::{
    Caller, ChatId, Invalid, Rev, Seq,
    messages::{MessageError, Span, history},
    ports::Reads,
};
use serde::Deserialize;
use utoipa::IntoParams;
use web_common::State;

use crate::{
    answer::{Answer, ok},
    input::{ChatPath, Check, DEFAULT_LIMIT, Input, MAX_LIMIT, Query, parse_limit},
    json::{MessageJson, MessagesJson},
    openapi::Forbidden,
    tokens::Bearer,
};

/// Which messages. At most one of `before`, `after` and `changed_after`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct HistoryQuery {
    /// The newest of those before this `seq`.
    #[param(nullable = false, minimum = 0, maximum = 9007199254740991_i64)]
    before: Option<i64>,
    /// The oldest of those after this `seq`.
    #[param(nullable = false, minimum = 0, maximum = 9007199254740991_i64)]
    after: Option<i64>,
    /// Everything new, edited, deleted or reacted to since this `rev`, each once, as it now stands, by `rev`. Where
    /// `has_after` is true, ask again with the `rev` of the last item.
    #[param(nullable = false, minimum = 0, maximum = 9007199254740991_i64)]
    changed_after: Option<i64>,
    /// How many at the most. Unless said: without a bound what the server is set to (50), with `before` or `after`
    /// 50, with `changed_after` 200.
    #[param(nullable = false, minimum = 1, maximum = 200)]
    limit: Option<i64>,
}

/// What of a chat is wanted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Wanted {
    /// The newest, as many as the server is set to.
    Newest,
    /// A stretch.
    Span(Span),
    /// What changed, and how much of that at the most.
    Changes(Rev, i64),
}

impl Input for HistoryQuery {
    type Parsed = Wanted;

    fn parse(self, check: &mut Check) -> Option<Wanted> {
        let before = bound(check, "before", self.before);
        let after = bound(check, "after", self.after);
        let changed_after = bound(check, "changed_after", self.changed_after);
        let default = if self.changed_after.is_some() { MAX_LIMIT } else { DEFAULT_LIMIT };
        let limit = parse_limit(check, self.limit, default)?;
        match (before?, after?, changed_after?) {
            (None, None, None) if self.limit.is_none() => Some(Wanted::Newest),
            (None, None, None) => Some(Wanted::Span(Span::Newest { limit })),
            (Some(seq), None, None) => Some(Wanted::Span(Span::Before { seq: Seq::new(seq), limit })),
            (None, Some(seq), None) => Some(Wanted::Span(Span::After { seq: Seq::new(seq), limit })),
            (None, None, Some(rev)) => Some(Wanted::Changes(Rev::new(rev), limit)),
            (before, ..) => {
                let field = if before.is_some() { "before" } else { "after" };
                check.refuse(field, Invalid::new("conflicting", "can't be combined with another bound"));
                None
            }
        }
    }
}

/// A bound that may be missing.
fn bound(check: &mut Check, field: &str, value: Option<i64>) -> Option<Option<i64>> {
    match value {
        Some(value) => check.counter(field, value).map(Some),
        None => Some(None),
    }
}

/// What is wanted of a chat of the caller's; `newest` is how many the server is set to.
pub(crate) fn read(
    reads: &mut dyn Reads,
    by: &Caller,
    chat: ChatId,
    wanted: Wanted,
    newest: i64,
) -> Result<MessagesJson, MessageError> {
    match wanted {
        Wanted::Newest => history::read(reads, by, chat, Span::Newest { limit: newest }).map(Into::into),
        Wanted::Span(span) => history::read(reads, by, chat, span).map(Into::into),
        Wanted::Changes(rev, limit) => {
            let mut found = history::changed_after(reads, by, chat, rev, limit + 1)?;
            let limit = usize::try_from(limit).unwrap_or(usize::MAX);
            let has_after = found.len() > limit;
            found.truncate(limit);
            let items = found.iter().map(|message| MessageJson::from(&**message)).collect();
            Ok(MessagesJson { items, has_before: false, has_after })
        }
    }
}

/// List messages
///
/// Oldest first. Without a bound, the newest. With `changed_after`, what a client that was away has missed.
#[utoipa::path(
    get,
    tag = "Messages", params(ChatPath, HistoryQuery),
    responses(
        (status = 200, description = "A stretch of the chat.", body = MessagesJson),
        (status = 403, response = Forbidden),
    ),
)]
#[route("/chats/{id}/messages", method = "GET", method = "HEAD")]
pub(crate) async fn list_messages(
    state: web::Data<State>,
    caller: Bearer,
    path: web::Path<ChatPath>,
    query: Query<HistoryQuery>,
) -> Answer {
    let (wanted, newest) = (query.read()?, state.site.messages_to_load);
    let (by, chat) = (caller.0, path.chat());
    ok(&state.store.read(move |reads| read(reads, &by, chat, wanted, newest)).await?)
}
