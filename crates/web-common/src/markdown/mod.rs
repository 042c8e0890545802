//! What a message says, as harmless HTML.
//!
//! CommonMark with strike-through; addresses become links; a line break is one; HTML is text; pictures are links;
//! headings are bold paragraphs. What the parser finds is written by `flatten` with no more nesting than can be read,
//! and the result goes through ammonia, which knows nothing of all this and lets only the few tags below pass.

mod autolink;
mod flatten;
mod mention;

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use ammonia::Builder;
use pulldown_cmark::{Options, Parser, TextMergeStream, html};

/// What may be in a message, whatever else goes wrong.
static SIEVE: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let tags =
        ["p", "br", "hr", "strong", "em", "del", "code", "pre", "blockquote", "ul", "ol", "li", "a", "span"];
    let attributes = [
        ("a", HashSet::from(["href"])),
        ("code", HashSet::from(["class"])),
        ("ol", HashSet::from(["start"])),
        ("span", HashSet::from(["class", "data-username"])),
    ];
    let mut sieve = Builder::empty();
    sieve
        .tags(HashSet::from(tags))
        .tag_attributes(HashMap::from(attributes))
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .link_rel(Some("noopener noreferrer nofollow"))
        .set_tag_attribute_value("a", "target", "_blank");
    sieve
});

/// Renders the Markdown of a message, which may be anything, as HTML that is safe to put into a page. It takes time in
/// proportion to the length of `text`.
///
/// `mentions` are the usernames that are highlighted where the text names them, in any case.
pub fn render(text: &str, mentions: &[&str]) -> String {
    let parser = TextMergeStream::new(Parser::new_ext(text, Options::ENABLE_STRIKETHROUGH));
    let mut raw = String::with_capacity(text.len() * 2);
    html::push_html(&mut raw, flatten::flatten(parser, mentions).into_iter());
    SIEVE.clean(&raw).to_string()
}

#[cfg(test)]
mod tests;
