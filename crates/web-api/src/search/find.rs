//! Finding messages in one's own chats.

use actix_web::{route, web};
use domain::{ChatId, Invalid, MessageId, messages::searching, search as terms};
use serde::Deserialize;
use utoipa::{
    IntoParams,
    openapi::{
        KnownFormat, ObjectBuilder, SchemaFormat, Type,
        schema::{AnyOfBuilder, Schema},
    },
};
use web_common::State;

use crate::{
    answer::{Answer, ok},
    input::{Check, Input, Page, Query},
    json::{FoundJson, ListJson},
    tokens::Bearer,
};

/// What to look for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct SearchQuery {
    /// Words, `"phrases"`, `beginnings*`, `from:ana`, `in:lunch` (a chat's id or a part of its name), `before:` and
    /// `after:` (a day in UTC, which itself neither of them takes in, or a time in RFC 3339, which `after:` takes in).
    /// All have to hold, also of one kind, and beside the other parameters: two authors find nothing, of two times the
    /// tighter counts. Any text is a query.
    #[param(nullable = false, example = "\"lunch at one\" from:ana after:2026-11-01")]
    q: Option<String>,
    /// Only in this chat; alone, everything in it.
    #[param(minimum = 1, maximum = 9007199254740991_i64, nullable = false)]
    chat_id: Option<i64>,
    /// Only what this person wrote.
    #[param(nullable = false, max_length = 80, example = "ana")]
    author: Option<String>,
    /// Only what was sent before this day or time (RFC 3339).
    #[param(required = false, schema_with = day_or_time, example = "2026-12-24")]
    before: Option<String>,
    /// Only what was sent after this day, or from this time on (RFC 3339).
    #[param(required = false, schema_with = day_or_time, example = "2026-11-01T12:00:00Z")]
    after: Option<String>,
    /// How many items the page has at the most.
    #[param(minimum = 1, maximum = 200, default = 50, nullable = false)]
    limit: Option<i64>,
    /// The `next_cursor` of the page before.
    #[param(nullable = false, min_length = 1, pattern = "^[A-Za-z0-9_-]+$")]
    cursor: Option<String>,
}

/// A day, or a time in RFC 3339.
fn day_or_time() -> Schema {
    let text = |format| {
        ObjectBuilder::new().schema_type(Type::String).format(Some(SchemaFormat::KnownFormat(format)))
    };
    AnyOfBuilder::new().item(text(KnownFormat::Date)).item(text(KnownFormat::DateTime)).build().into()
}

impl Input for SearchQuery {
    type Parsed = (terms::Query, Page<MessageId>);

    fn parse(self, check: &mut Check) -> Option<Self::Parsed> {
        let mut query = terms::Query::parse(&self.q.unwrap_or_default());
        let refusal = || Err(Invalid::new("invalid", "is neither a day nor a time in RFC 3339"));
        if self.before.is_some_and(|text| !query.bound_before(&text)) {
            check.take("before", refusal())?;
        }
        if self.after.is_some_and(|text| !query.bound_after(&text)) {
            check.take("after", refusal())?;
        }
        if let Some(author) = check.search("author", self.author)? {
            query.bound_from(&author);
        }
        if let Some(id) = self.chat_id {
            query.chat = check.id("chat_id", id, ChatId::new);
        }
        let page = Page::parse(check, "search", self.limit, self.cursor.as_deref());
        Some((query, page?))
    }
}

/// Search messages
///
/// In one's own chats, the newest message first. An empty query finds nothing.
#[utoipa::path(
    get,
    tag = "Search", params(SearchQuery),
    responses((status = 200, description = "A page of messages.", body = ListJson<FoundJson>)),
)]
#[route("/search", method = "GET", method = "HEAD")]
pub(crate) async fn search_messages(
    state: web::Data<State>,
    caller: Bearer,
    query: Query<SearchQuery>,
) -> Answer {
    let (query, page) = query.read()?;
    let (by, below, limit) = (caller.0, page.after, page.look_ahead());
    let look =
        move |reads: &mut dyn domain::ports::Reads| searching::search(reads, &by, &query, below, limit);
    let found = state.store.search(look).await?;
    ok(&ListJson::cut(found, &page, |found| found.message.id, |found| FoundJson::from(&found)))
}
