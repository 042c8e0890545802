//! Where settings come from: files, then the environment over them.

use std::{
    collections::BTreeMap,
    fmt, fs, io,
    ops::Range,
    path::{Path, PathBuf},
};

use figment::{
    Figment, Metadata, Profile, Provider, Source,
    value::{Dict, Map, Value},
};

use super::wrong::Complaint;

/// Who set a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Nobody: it is as built in.
    Default,
    /// A settings file.
    File(PathBuf),
    /// The environment variable of this name.
    Environment(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Environment(name) => f.write_str(name),
        }
    }
}

/// What a setting was set to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Given {
    pub(super) value: Text,
    pub(super) origin: Origin,
}

/// A value as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Text {
    One(String),
    List(Vec<String>),
}

/// What is set, by dotted key, and what could not be read.
#[derive(Debug, Default)]
pub(super) struct Sources {
    pub(super) given: BTreeMap<String, Given>,
    pub(super) complaints: Vec<Complaint>,
}

/// Lays the files over each other, in their order, and the environment over them.
pub(super) fn read(files: &[PathBuf], variables: impl IntoIterator<Item = (String, String)>) -> Sources {
    let mut complaints = Vec::new();
    let mut layers = Figment::new();
    for path in files {
        match Layer::file(path) {
            Ok(layer) => layers = layers.merge(layer),
            Err(reason) => complaints.push(Complaint::File { path: path.clone(), reason }),
        }
    }
    layers = layers.merge(Layer::environment(variables));

    let merged = layers.find_value("").ok().and_then(Value::into_dict).unwrap_or_default();
    let given = merged.into_iter().map(|(key, value)| {
        let origin = origin(&key, layers.get_metadata(value.tag()));
        (key, Given { value: text(value), origin })
    });
    Sources { given: given.collect(), complaints }
}

fn origin(key: &str, layer: Option<&Metadata>) -> Origin {
    match layer.and_then(|layer| layer.source.as_ref()) {
        Some(Source::File(path)) => Origin::File(path.clone()),
        _ => Origin::Environment(variable(key)),
    }
}

fn text(value: Value) -> Text {
    match value {
        Value::Array(_, items) => Text::List(items.into_iter().filter_map(Value::into_string).collect()),
        value => Text::One(value.into_string().unwrap_or_default()),
    }
}

/// The environment variable of a key: `log.dir` is `NATTER_LOG__DIR`.
pub(super) fn variable(key: &str) -> String {
    format!("{PREFIX}{}", key.to_uppercase().replace('.', "__"))
}

const PREFIX: &str = "NATTER_";

/// Variables of the tests, which set nothing here.
const TEST_PREFIX: &str = "TEST_";

/// Settings from one place, by dotted key.
struct Layer {
    metadata: Metadata,
    settings: Dict,
}

impl Layer {
    fn file(path: &Path) -> Result<Self, String> {
        let text = fs::read_to_string(path).map_err(|error| unreadable(&error))?;
        let table: toml::Table = text.parse().map_err(|error| malformed(&text, &error))?;
        let mut settings = Dict::new();
        flatten("", table, &mut settings);
        Ok(Self { metadata: Metadata::from("file", Source::File(path.to_owned())), settings })
    }

    fn environment(variables: impl IntoIterator<Item = (String, String)>) -> Self {
        let settings = variables.into_iter().filter_map(|(name, value)| {
            let key = name.strip_prefix(PREFIX).filter(|key| !key.starts_with(TEST_PREFIX))?;
            Some((key.to_lowercase().replace("__", "."), value.into()))
        });
        Self { metadata: Metadata::named("environment"), settings: settings.collect() }
    }
}

impl Provider for Layer {
    fn metadata(&self) -> Metadata {
        self.metadata.clone()
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        Ok(Profile::Default.collect(self.settings.clone()))
    }
}

fn unreadable(error: &io::Error) -> String {
    format!("cannot be read: {error}")
}

/// Where the mistake is and what it is, without the line itself: that may hold a password.
fn malformed(text: &str, error: &toml::de::Error) -> String {
    let Range { start, .. } = error.span().unwrap_or_default();
    let line = text.bytes().take(start).filter(|byte| *byte == b'\n').count() + 1;
    format!("is not TOML: line {line}: {}", error.message())
}

fn flatten(prefix: &str, table: toml::Table, into: &mut Dict) {
    for (name, value) in table {
        let key = format!("{prefix}{name}");
        match value {
            toml::Value::Table(inner) => flatten(&format!("{key}."), inner, into),
            toml::Value::Array(items) => {
                let items: Vec<_> = items.into_iter().map(written).collect();
                into.insert(key, items.into());
            }
            value => {
                into.insert(key, written(value).into());
            }
        }
    }
}

fn written(value: toml::Value) -> String {
    match value {
        toml::Value::String(text) => text,
        other => other.to_string(),
    }
}
