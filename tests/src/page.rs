//! A page of the site, and what stands in it.

use reqwest::header::HeaderMap;
use scraper::{ElementRef, Html, Selector};

/// What the site answered.
#[derive(Clone, Debug)]
pub struct Page {
    /// The path that was asked for.
    pub path: String,
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub html: String,
}

/// A form with what it holds before anyone types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Form {
    pub action: String,
    pub method: String,
    pub fields: Vec<(String, String)>,
}

impl Page {
    /// The page, when the status is the expected one; else the test fails and shows it.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{} answered {}", self.path, self.html);
        self
    }

    /// Where a redirect leads, as a path.
    #[track_caller]
    pub fn location(&self) -> String {
        let location = self.headers.get("location").and_then(|location| location.to_str().ok());
        let location = location.unwrap_or_else(|| panic!("{} ({}) leads nowhere", self.path, self.status));
        let after_host = location.split_once("://").and_then(|(_, rest)| Some(&rest[rest.find('/')?..]));
        after_host.unwrap_or(location).to_owned()
    }

    /// The texts of all elements that the CSS selector finds, blanks collapsed.
    #[track_caller]
    pub fn texts(&self, css: &str) -> Vec<String> {
        let document = Html::parse_document(&self.html);
        document.select(&selector(css)).map(shown).collect()
    }

    /// The text of the first that the selector finds; the test fails when there is none.
    #[track_caller]
    pub fn text(&self, css: &str) -> String {
        self.texts(css)
            .into_iter()
            .next()
            .unwrap_or_else(|| panic!("no {css} in {}: {}", self.path, self.html))
    }

    /// Whether the selector finds anything.
    #[track_caller]
    pub fn has(&self, css: &str) -> bool {
        !self.texts(css).is_empty()
    }

    /// Whether this text stands anywhere on the page, blanks collapsed.
    pub fn shows(&self, text: &str) -> bool {
        self.texts("body").iter().any(|body| body.contains(text))
    }

    /// An attribute of every element that the selector finds.
    #[track_caller]
    pub fn attributes(&self, css: &str, name: &str) -> Vec<String> {
        let document = Html::parse_document(&self.html);
        document.select(&selector(css)).filter_map(|element| element.attr(name)).map(str::to_owned).collect()
    }

    /// The form whose button says this.
    #[track_caller]
    pub(crate) fn form(&self, button: &str) -> Form {
        let document = Html::parse_document(&self.html);
        let forms = selector("form");
        let found = document.select(&forms).find(|form| button_of(*form, button).is_some());
        let Some(form) = found else {
            panic!("no form with the button {button:?} in {}: {}", self.path, self.html)
        };
        let mut fields = fields(form);
        fields.extend(button_of(form, button).and_then(field));
        Form {
            action: form.attr("action").filter(|action| !action.is_empty()).unwrap_or(&self.path).to_owned(),
            method: form.attr("method").unwrap_or("get").to_lowercase(),
            fields,
        }
    }
}

#[track_caller]
fn selector(css: &str) -> Selector {
    Selector::parse(css).unwrap_or_else(|error| panic!("{css}: {error}"))
}

fn shown(element: ElementRef<'_>) -> String {
    element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn button_of<'a>(form: ElementRef<'a>, says: &str) -> Option<ElementRef<'a>> {
    form.select(&selector("button:not([type=button]), input[type=submit]")).find(|button| {
        let (value, label) = (button.attr("value"), button.attr("aria-label"));
        shown(*button) == says || value == Some(says) || label == Some(says)
    })
}

/// What a browser would send of a form in which nobody typed.
fn fields(form: ElementRef<'_>) -> Vec<(String, String)> {
    let inputs = selector("input:not([type=submit]):not([type=file]), textarea, select");
    form.select(&inputs).filter(|input| is_sent(*input)).filter_map(field).collect()
}

fn is_sent(input: ElementRef<'_>) -> bool {
    let ticked = !matches!(input.attr("type"), Some("checkbox" | "radio")) || input.attr("checked").is_some();
    ticked && input.attr("disabled").is_none()
}

fn field(input: ElementRef<'_>) -> Option<(String, String)> {
    let name = input.attr("name")?.to_owned();
    let value = match input.value().name() {
        "textarea" => input.text().collect(),
        "select" => chosen(input)?,
        _ if matches!(input.attr("type"), Some("checkbox" | "radio")) => {
            input.attr("value").unwrap_or("on").to_owned()
        }
        _ => input.attr("value").unwrap_or_default().to_owned(),
    };
    Some((name, value))
}

fn chosen(select: ElementRef<'_>) -> Option<String> {
    let (selected, any) = (selector("option[selected]"), selector("option"));
    let option = select.select(&selected).next().or_else(|| select.select(&any).next())?;
    Some(option.attr("value").map_or_else(|| shown(option), str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(html: &str) -> Page {
        Page { path: "/here".to_owned(), status: 200, headers: HeaderMap::new(), html: html.to_owned() }
    }

    #[test]
    fn a_form_is_found_by_its_button_and_holds_what_stands_in_it() {
        let page = page(
            r#"<form action=/other><button>Other</button></form>
            <form method=POST action=/go>
              <input name=a value=1><input name=b><textarea name=t>hi</textarea>
              <input type=checkbox name=no><input type=checkbox name=yes checked>
              <select name=s><option value=x>X<option value=y selected>Y</select>
              <button name=do value=it> Go <b>on</b></button>
            </form>"#,
        );

        let form = page.form("Go on");

        assert_eq!((form.action.as_str(), form.method.as_str()), ("/go", "post"));
        let fields = [("a", "1"), ("b", ""), ("t", "hi"), ("yes", "on"), ("s", "y"), ("do", "it")];
        assert_eq!(form.fields, fields.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }

    #[test]
    fn texts_are_found_with_blanks_collapsed() {
        let page = page("<main><p class=a> one\n <b>two</b></p><p>three</p></main>");

        assert_eq!(page.texts("p"), ["one two", "three"]);
        assert_eq!(page.text(".a"), "one two");
        assert!(page.shows("two three") || page.shows("two") && page.has("p.a"));
    }

    #[test]
    fn a_redirect_leads_to_a_path() {
        let mut page = page("");
        page.headers.insert("location", "http://localhost:9000/chats/1".parse().unwrap());
        assert_eq!(page.location(), "/chats/1");

        page.headers.insert("location", "/login".parse().unwrap());
        assert_eq!(page.location(), "/login");
    }
}
