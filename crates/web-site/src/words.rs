//! Every word of the site, from one file of messages.

use std::{collections::HashMap, sync::LazyLock};

use tera::{Kwargs, State, TeraResult, Value};

const ENGLISH: &str = include_str!("../messages/en.toml");

/// The words of English. Their file is part of the binary and read by a test.
pub static WORDS: LazyLock<Words> = LazyLock::new(|| Words::read(ENGLISH).unwrap_or_default());

/// Words by their keys.
#[derive(Debug, Default)]
pub struct Words(HashMap<String, String>);

impl Words {
    fn read(file: &str) -> Result<Self, toml::de::Error> {
        let table: toml::Table = file.parse()?;
        let mut words = HashMap::new();
        flatten("", &table, &mut words);
        Ok(Self(words))
    }

    /// The words of a key, with `{name}`s filled in. With a count `n`, `key.one` is for one and `key.other` for
    /// the rest. A key that is missing shows itself.
    pub fn say(&self, key: &str, values: &[(&str, &str)]) -> String {
        let count = values.iter().find(|(name, _)| *name == "n").map(|(_, n)| *n);
        let plural = count.map(|n| format!("{key}.{}", if n == "1" { "one" } else { "other" }));
        let found = plural.and_then(|key| self.0.get(&key)).or_else(|| self.0.get(key));
        let Some(text) = found else { return key.to_owned() };
        fill(text, values)
    }

    /// The words under a prefix, without it, in the order of their keys: what scripts need.
    pub fn under(&self, prefix: &str) -> Vec<(&str, &str)> {
        let mut found: Vec<_> = self
            .0
            .iter()
            .filter_map(|(key, text)| Some((key.strip_prefix(prefix)?, text.as_str())))
            .collect();
        found.sort_unstable();
        found
    }

    /// Whether there are words for this key.
    #[cfg(test)]
    pub fn knows(&self, key: &str) -> bool {
        self.0.contains_key(key) || self.0.contains_key(&format!("{key}.other"))
    }
}

/// In one pass, so that what is filled in is not filled again.
fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        out.push_str(&rest[..open]);
        rest = &rest[open..];
        let value = rest.find('}').and_then(|close| {
            let (_, value) = values.iter().find(|(name, _)| *name == &rest[1..close])?;
            Some((close, value))
        });
        match value {
            Some((close, value)) => {
                out.push_str(value);
                rest = &rest[close + 1..];
            }
            None => {
                out.push('{');
                rest = &rest[1..];
            }
        }
    }
    out + rest
}

fn flatten(prefix: &str, table: &toml::Table, words: &mut HashMap<String, String>) {
    for (key, value) in table {
        let key = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
        match value {
            toml::Value::Table(table) => flatten(&key, table, words),
            toml::Value::String(text) => {
                words.insert(key, text.clone());
            }
            _ => {}
        }
    }
}

/// `{{ t(key="people.title") }}` in a template: the words of a key, not yet escaped.
#[expect(clippy::needless_pass_by_value, reason = "the shape that Tera asks for")]
pub fn t(kwargs: Kwargs, _: &State<'_>) -> TeraResult<String> {
    let key = kwargs.must_get::<&str>("key")?;
    let mut values = Vec::new();
    for name in ["n", "name", "time", "what", "max"] {
        if let Some(value) = kwargs.get::<Value>(name)? {
            values.push((name, value.to_string()));
        }
    }
    let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    Ok(WORDS.say(key, &values))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_of_messages_can_be_read() {
        assert!(Words::read(ENGLISH).expect("TOML").knows("app.name"));
    }

    #[test]
    fn words_count_and_name() {
        let words =
            Words::read("[m]\none = '{n} member'\nother = '{n} members'\n[x]\nhi = 'Hi {name}!'").unwrap();

        assert_eq!(words.say("m", &[("n", "1")]), "1 member");
        assert_eq!(words.say("m", &[("n", "0")]), "0 members");
        assert_eq!(words.say("x.hi", &[("name", "{name} {n}"), ("n", "2")]), "Hi {name} {n}!");
        assert_eq!(words.say("x.ho", &[]), "x.ho");
    }
}
