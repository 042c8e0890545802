//! Lists in pages: `limit` and `cursor`.

use domain::Invalid;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{Check, Cursor, Input};

/// How many items a page has at the most.
pub(crate) const MAX_LIMIT: i64 = 200;
/// How many items a page has unless the caller says otherwise.
pub(crate) const DEFAULT_LIMIT: i64 = 50;

/// Which page of a list.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Page<C> {
    /// Of which: its cursors are good for no other.
    pub(crate) list: String,
    /// It begins after this.
    pub(crate) after: Option<C>,
    /// It has at most so many items.
    pub(crate) limit: i64,
}

impl<C> Page<C> {
    /// How many to look up: one more than are shown, to know whether there is another page.
    pub(crate) fn look_ahead(&self) -> i64 {
        self.limit + 1
    }
}

impl<C: Cursor> Page<C> {
    /// The parameters `limit` and `cursor` of a list, which is named without a colon.
    pub(crate) fn parse(
        check: &mut Check,
        list: &str,
        limit: Option<i64>,
        cursor: Option<&str>,
    ) -> Option<Self> {
        let limit = parse_limit(check, limit, DEFAULT_LIMIT);
        let refusal = || Invalid::new("invalid", "is not a cursor that came with a page of this list");
        let after = cursor.map(|text| C::unseal(list, text).ok_or_else(refusal)).transpose();
        let after = check.take("cursor", after);
        Some(Self { list: list.to_owned(), after: after?, limit: limit? })
    }
}

/// A number of items, from 1 to [`MAX_LIMIT`].
pub(crate) fn parse_limit(check: &mut Check, limit: Option<i64>, default: i64) -> Option<i64> {
    let limit = limit.unwrap_or(default);
    let within = (1..=MAX_LIMIT).contains(&limit);
    let refusal = || Invalid::new("out_of_range", format!("must be from 1 to {MAX_LIMIT}"));
    check.take("limit", within.then_some(limit).ok_or_else(refusal))
}

/// Which page of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageQuery {
    /// How many items the page has at the most.
    #[param(minimum = 1, maximum = 200, default = 50, nullable = false)]
    limit: Option<i64>,
    /// The `next_cursor` of the page before.
    #[param(nullable = false, min_length = 1, pattern = "^[A-Za-z0-9_-]+$")]
    cursor: Option<String>,
}

/// The page, whatever its cursor is.
impl Input for PageQuery {
    type Parsed = Self;

    fn parse(self, _: &mut Check) -> Option<Self> {
        Some(self)
    }
}

impl PageQuery {
    /// The page of that list, whose places are `C`.
    pub(crate) fn of<C: Cursor>(&self, list: &str) -> Result<Page<C>, web_common::Problem> {
        let mut check = Check::default();
        let page = Page::parse(&mut check, list, self.limit, self.cursor.as_deref());
        check.finish(page)
    }
}
