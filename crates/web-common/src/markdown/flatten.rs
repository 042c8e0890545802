//! From what the parser finds to what is shown.

use pulldown_cmark::{CodeBlockKind, CowStr, Event, Tag, TagEnd};
use pulldown_cmark_escape::{escape_href, escape_html, escape_html_body_text};

use super::{autolink, mention};

/// How deep quotes, lists and emphasis may lie in each other; what lies deeper is shown without.
const DEEPEST: usize = 12;

/// The longest code that is said to be of a language, in characters.
const CODE_CHARS: usize = 4_000;

/// The longest name of a language.
const LANGUAGE_BYTES: usize = 32;

/// The events that are shown.
pub(super) fn flatten<'a>(events: impl Iterator<Item = Event<'a>>, mentions: &[&str]) -> Vec<Event<'a>> {
    let mut page = Page { shown: Vec::new(), open: Vec::new(), depth: 0, link: None, code: None, mentions };
    for event in events {
        page.take(event);
    }
    page.shown
}

/// A tag that was opened.
struct Open {
    /// What closes it; nothing when it is not shown.
    end: Option<TagEnd>,
    /// Whether it was a heading, which is bold.
    is_heading: bool,
    /// Whether it counts as nesting.
    is_deep: bool,
}

struct Page<'a, 'm> {
    shown: Vec<Event<'a>>,
    open: Vec<Open>,
    depth: usize,
    /// How many tags were open when the link was.
    link: Option<usize>,
    /// The language and text of code, while it is read.
    code: Option<(String, String)>,
    mentions: &'m [&'m str],
}

impl<'a> Page<'a, '_> {
    fn take(&mut self, event: Event<'a>) {
        match event {
            Event::Start(Tag::CodeBlock(kind)) => self.code = Some((language(&kind), String::new())),
            Event::End(TagEnd::CodeBlock) => self.end_code(),
            Event::Text(text) | Event::Html(text) if self.code.is_some() => {
                if let Some((_, code)) = &mut self.code {
                    code.push_str(&text);
                }
            }
            Event::Start(tag) => self.start(tag),
            Event::End(_) => self.end(),
            Event::Text(text) => self.text(&text),
            Event::Html(html) => self.lines(&html),
            Event::InlineHtml(html) => self.shown.push(Event::Text(html)),
            Event::SoftBreak | Event::HardBreak => self.shown.push(Event::HardBreak),
            Event::Code(_) | Event::Rule => self.shown.push(event),
            // Not asked of the parser.
            Event::InlineMath(text) | Event::DisplayMath(text) => self.shown.push(Event::Text(text)),
            Event::FootnoteReference(_) | Event::TaskListMarker(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'a>) {
        let is_heading = matches!(tag, Tag::Heading { .. });
        let is_deep = !matches!(tag, Tag::Paragraph | Tag::Item | Tag::HtmlBlock) && !is_heading;
        let shown = match tag {
            Tag::Heading { .. } | Tag::HtmlBlock => Some(Tag::Paragraph),
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                self.start_link(&dest_url);
                None
            }
            Tag::Item if !self.is_in_shown_list() => None,
            Tag::Paragraph
            | Tag::Item
            | Tag::BlockQuote(_)
            | Tag::List(_)
            | Tag::Emphasis
            | Tag::Strong
            | Tag::Strikethrough => Some(tag),
            _ => None,
        };
        let shown = shown.filter(|_| !is_deep || self.depth < DEEPEST);
        self.depth += usize::from(is_deep);
        let end = shown.as_ref().map(Tag::to_end);
        self.open.push(Open { end, is_heading, is_deep });
        self.shown.extend(shown.map(Event::Start));
        if is_heading {
            self.shown.push(Event::Start(Tag::Strong));
        }
    }

    fn end(&mut self) {
        let Some(Open { end, is_heading, is_deep }) = self.open.pop() else { return };
        self.depth -= usize::from(is_deep);
        if self.link == Some(self.open.len()) {
            self.link = None;
            self.shown.push(Event::InlineHtml(CowStr::Borrowed("</a>")));
        }
        if is_heading {
            self.shown.push(Event::End(TagEnd::Strong));
        }
        self.shown.extend(end.map(Event::End));
    }

    fn is_in_shown_list(&self) -> bool {
        self.open.last().is_some_and(|list| list.end.is_some())
    }

    /// Where a link may lead; what lies in a link can't be one.
    fn start_link(&mut self, url: &str) {
        let scheme = url.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
        let is_address = !url.contains(':') && url.contains('@');
        let may = is_address || matches!(scheme.as_deref(), Some("http" | "https" | "mailto"));
        if self.link.is_none() && may {
            self.link = Some(self.open.len());
            let scheme = if is_address { "mailto:" } else { "" };
            self.shown.push(Event::InlineHtml(anchor(scheme, url).into()));
        }
    }

    fn text(&mut self, text: &str) {
        if self.link.is_some() {
            self.shown.push(Event::Text(text.to_owned().into()));
            return;
        }
        let mut html = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, url, after)) = autolink::next(rest) {
            self.words(before, &mut html);
            html.push_str(&anchor("", url));
            escape(url, &mut html);
            html.push_str("</a>");
            rest = after;
        }
        self.words(rest, &mut html);
        self.shown.push(Event::InlineHtml(html.into()));
    }

    fn words(&self, text: &str, html: &mut String) {
        let mut rest = text;
        while let Some((before, typed, username, after)) = mention::next(rest, self.mentions) {
            escape(before, html);
            html.push_str("<span class=\"mention\" data-username=\"");
            escape_into_attribute(username, html);
            html.push_str("\">");
            escape(typed, html);
            html.push_str("</span>");
            rest = after;
        }
        escape(rest, html);
    }

    /// HTML, as the text that it is here.
    fn lines(&mut self, html: &str) {
        let line = html.strip_suffix('\n').unwrap_or(html);
        if !matches!(self.shown.last(), Some(Event::Start(_))) {
            self.shown.push(Event::HardBreak);
        }
        self.shown.push(Event::Text(line.to_owned().into()));
    }

    fn end_code(&mut self) {
        let Some((language, code)) = self.code.take() else { return };
        let is_short = code.chars().nth(CODE_CHARS).is_none();
        let mut html = String::with_capacity(code.len() + 64);
        html.push_str("<pre><code");
        if is_short && !language.is_empty() {
            html.push_str(" class=\"language-");
            escape_into_attribute(&language, &mut html);
            html.push('"');
        }
        html.push('>');
        escape(&code, &mut html);
        html.push_str("</code></pre>\n");
        self.shown.push(Event::InlineHtml(html.into()));
    }
}

/// The first word behind the fence, where it can be the name of a language.
fn language(kind: &CodeBlockKind<'_>) -> String {
    let CodeBlockKind::Fenced(info) = kind else { return String::new() };
    let name = info.split([' ', ',', '{']).next().unwrap_or_default();
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_+#.-".contains(&byte);
    let is_name = name.len() <= LANGUAGE_BYTES && name.bytes().all(is_plain);
    if is_name { name.to_ascii_lowercase() } else { String::new() }
}

fn anchor(scheme: &str, url: &str) -> String {
    let mut html = format!("<a href=\"{scheme}");
    // Writing to a `String` does not fail.
    let _ = escape_href(&mut html, url);
    html.push_str("\">");
    html
}

fn escape(text: &str, html: &mut String) {
    let _ = escape_html_body_text(html, text);
}

fn escape_into_attribute(text: &str, html: &mut String) {
    let _ = escape_html(html, text);
}
