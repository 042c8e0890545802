//! Lists in pages that can be narrowed down: `query`, `limit` and `cursor`.

use serde::Deserialize;
use utoipa::IntoParams;
use web_common::Problem;

use super::{Check, Cursor, Input, Page};

/// Which items of a list, and which page of them.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct FilterQuery {
    /// Only those in whose words this stands, in any case.
    #[param(nullable = false, max_length = 80, example = "an")]
    query: Option<String>,
    /// How many items the page has at the most.
    #[param(minimum = 1, maximum = 200, default = 50, nullable = false)]
    limit: Option<i64>,
    /// The `next_cursor` of the page before.
    #[param(nullable = false, min_length = 1, pattern = "^[A-Za-z0-9_-]+$")]
    cursor: Option<String>,
}

/// What is asked for, whatever the cursor is.
impl Input for FilterQuery {
    type Parsed = Self;

    fn parse(self, _: &mut Check) -> Option<Self> {
        Some(self)
    }
}

impl FilterQuery {
    /// What to look for, and the page of that list, whose places are `C`.
    pub(crate) fn of<C: Cursor>(self, list: &str) -> Result<(Option<String>, Page<C>), Problem> {
        let mut check = Check::default();
        let query = check.search("query", self.query);
        let page = Page::parse(&mut check, list, self.limit, self.cursor.as_deref());
        check.finish(query.zip(page))
    }
}
