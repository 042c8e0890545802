//! What comes in: bodies, queries and paths, read once, with everything that is wrong with them told at once.

mod cursor;
mod filter;
mod json;
mod page;
mod path;
mod query;
pub(crate) mod upload;

pub(crate) use cursor::Cursor;
pub(crate) use filter::FilterQuery;
pub(crate) use json::Json;
pub(crate) use page::{DEFAULT_LIMIT, MAX_LIMIT, Page, PageQuery, parse_limit};
pub(crate) use path::{ChatPath, MessagePath, parse};
pub(crate) use query::Query;
pub(crate) use web_common::{
    input::{Check, given},
    lasting::{still_signed_in, while_signed_in},
};

/// A body or query as it comes, on its way to what the domain takes.
pub(crate) trait Input: serde::de::DeserializeOwned {
    /// What it becomes.
    type Parsed;

    /// Reads every field; what is wrong is noted in `check`, and then there is no result.
    fn parse(self, check: &mut Check) -> Option<Self::Parsed>;
}
