//! A message that was found.

use domain::{messages::Found, search::Piece};
use serde::Serialize;
use utoipa::ToSchema;

use super::MessageJson;

/// A message that was found: all of it, and where it says what was looked for.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = FoundMessage)]
pub(crate) struct FoundJson {
    #[serde(flatten)]
    message: MessageJson,
    /// At most 200 characters of `text` around what was looked for, as HTML: everything in it is escaped, and each hit
    /// stands in a `mark`.
    #[schema(example = "<mark>Lunch</mark> at *one*, @ben?")]
    excerpt: String,
}

impl From<&Found> for FoundJson {
    fn from(found: &Found) -> Self {
        Self { message: (&*found.message).into(), excerpt: found.excerpt.iter().map(marked).collect() }
    }
}

fn marked(piece: &Piece) -> String {
    let text = escaped(&piece.text);
    if piece.hit { format!("<mark>{text}</mark>") } else { text }
}

fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            c => html.push(c),
        }
    }
    html
}
