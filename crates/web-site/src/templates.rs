//! The pages' templates, embedded and read once.

use std::sync::LazyLock;

use rust_embed::RustEmbed;
use serde::Serialize;
use tera::{Context, Kwargs, State, Tera, TeraResult};
use web_common::Problem;

use crate::{assets, words};

#[derive(RustEmbed)]
#[folder = "templates/"]
struct Templates;

/// A template that can't be read is found by the first test; a server then answers every page with 500.
static TERA: LazyLock<Result<Tera, String>> = LazyLock::new(|| build().map_err(|error| error.to_string()));

fn build() -> TeraResult<Tera> {
    let mut tera = Tera::new();
    tera.autoescape_on(vec![".html"]);
    tera.register_function("t", words::t);
    tera.register_function("asset", asset);
    let mut all = Vec::new();
    for name in Templates::iter() {
        if let Some(file) = Templates::get(&name) {
            all.push((name.into_owned(), String::from_utf8_lossy(&file.data).into_owned()));
        }
    }
    tera.add_raw_templates(all)?;
    Ok(tera)
}

/// `{{ asset(name="natter.css") }}`: where an asset is served, by its contents.
#[expect(clippy::needless_pass_by_value, reason = "the shape that Tera asks for")]
fn asset(kwargs: Kwargs, _: &State<'_>) -> TeraResult<String> {
    let name = kwargs.must_get::<&str>("name")?;
    assets::path(name).ok_or_else(|| tera::Error::message(format!("no asset {name}")))
}

/// Renders a template over what `values` holds.
pub fn render(name: &str, values: &impl Serialize) -> Result<String, Problem> {
    let tera = TERA.as_ref().map_err(|error| Problem::internal(error.clone()))?;
    Context::from_serialize(values)
        .and_then(|context| tera.render(name, &context))
        .map_err(|error| Problem::internal(format!("{name}: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::WORDS;

    #[test]
    fn every_template_can_be_read() {
        assert_eq!(TERA.as_ref().err(), None);
    }

    #[test]
    fn every_word_that_a_template_says_is_there() {
        for name in Templates::iter() {
            let file = Templates::get(&name).expect("embedded");
            let text = String::from_utf8_lossy(&file.data);
            for part in text.split("t(key=\"").skip(1) {
                let key = part.split('"').next().unwrap_or_default();
                // A key that ends in a point is completed by a value.
                if !key.ends_with('.') {
                    assert!(WORDS.knows(key), "{name} says {key}");
                }
            }
        }
    }
}
