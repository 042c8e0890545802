//! Which operation of the document a request is.

use super::Contract;
use reqwest::Method;
use serde_json::Value;

/// A request, as far as the document knows it.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// How.
    pub method: Method,
    /// Where, below `/api/v1`.
    pub path: String,
}

/// What of the document a request is about.
pub(super) enum Found<'a> {
    /// A path that is not there.
    Nowhere,
    /// A path that knows these other methods only.
    OtherMethod(Vec<String>),
    /// An operation: its name, such as `GET /chats/{id}`, and what it says of itself.
    Operation(String, &'a Value),
}

impl Contract {
    /// What a request is about.
    pub(super) fn find(&self, asked: &Asked) -> Found<'_> {
        let fitting = |(path, _): &(&String, &Value)| is_of(&asked.path, path);
        let paths = self.document["paths"].as_object().expect("paths");
        // Of two that fit, what stands there literally goes before a parameter.
        let best = paths.iter().filter(fitting).min_by_key(|(path, _)| path.matches('{').count());
        let Some((path, item)) = best else { return Found::Nowhere };
        let method = if asked.method == Method::HEAD { &Method::GET } else { &asked.method };
        match item.get(method.as_str().to_lowercase()) {
            Some(operation) => Found::Operation(format!("{method} {path}"), operation),
            None => {
                let methods = item.as_object().into_iter().flatten();
                Found::OtherMethod(methods.map(|(method, _)| method.to_uppercase()).collect())
            }
        }
    }
}

/// Whether a path is one of those that a path with `{parameters}` stands for.
fn is_of(path: &str, pattern: &str) -> bool {
    let (mut parts, mut patterns) = (path.split('/'), pattern.split('/'));
    loop {
        match (parts.next(), patterns.next()) {
            (None, None) => return true,
            (Some(part), Some(pattern)) if part == pattern => {}
            (Some(part), Some(pattern)) if pattern.starts_with('{') && !part.is_empty() => {}
            _ => return false,
        }
    }
}
