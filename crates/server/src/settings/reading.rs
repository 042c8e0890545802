//! Reading settings one by one, noting what each is, where it came from and what is wrong with it.

use std::{collections::BTreeMap, path::PathBuf};

use super::{
    Origin, WrongSettings,
    secret::masked,
    sources::{Given, Sources, Text, variable},
    values,
    wrong::Complaint,
};

/// A setting in effect, as it may be shown: without credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effective {
    /// The dotted key.
    pub key: &'static str,
    /// The value as written, masked.
    pub value: String,
    /// Who set it.
    pub origin: Origin,
}

impl Effective {
    /// The environment variable that sets it.
    #[must_use]
    pub fn variable(&self) -> String {
        variable(self.key)
    }
}

/// The settings that may be nothing but a secret when they are written wrongly.
const SECRET: [&str; 3] = ["database_url", "redis_url", "smtp_url"];

/// How a setting that may be left unset is shown then.
const NONE: &str = "none";

/// Takes the settings out of what was given; what is left in the end is unknown.
///
/// A setting that is empty counts as not set. One that is wrong is noted and read as its default, so that the others
/// are read too.
pub(super) struct Reading {
    given: BTreeMap<String, Given>,
    effective: Vec<Effective>,
    complaints: Vec<Complaint>,
}

impl Reading {
    pub(super) fn of(sources: Sources) -> Self {
        Self { given: sources.given, effective: Vec::new(), complaints: sources.complaints }
    }

    /// A setting that always has a value.
    pub(super) fn one<T>(
        &mut self,
        key: &'static str,
        default: &str,
        allowed: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> T {
        self.maybe_else(key, default, allowed, &parse)
            .unwrap_or_else(|| parse(default).expect("a default is allowed"))
    }

    /// A setting that may be left unset.
    pub(super) fn maybe<T>(
        &mut self,
        key: &'static str,
        allowed: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        self.maybe_else(key, NONE, &format!("{allowed}, or nothing"), parse)
    }

    /// A setting that may be left unset, shown as `unset` then.
    pub(super) fn maybe_else<T>(
        &mut self,
        key: &'static str,
        unset: &str,
        allowed: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let given = self.take(key, unset)?;
        let parsed = match &given.value {
            Text::One(text) => parse(text.trim()),
            Text::List(_) => None,
        };
        if parsed.is_none() {
            self.refuse(key, allowed);
        }
        parsed
    }

    /// A folder, with one inside another as default.
    pub(super) fn folder(&mut self, key: &'static str, default: PathBuf) -> PathBuf {
        self.maybe_else(key, &default.to_string_lossy(), "a folder", values::folder).unwrap_or(default)
    }

    /// A setting with any number of values: a list in a file, separated by commas in the environment.
    pub(super) fn list<T>(
        &mut self,
        key: &'static str,
        allowed: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Vec<T> {
        let Some(given) = self.take(key, NONE) else { return Vec::new() };
        let items = match given.value {
            Text::One(text) => text.split(',').map(|item| item.trim().to_owned()).collect(),
            Text::List(items) => items,
        };
        items.iter().map(|item| parse(item)).collect::<Option<_>>().unwrap_or_else(|| {
            self.refuse(key, &format!("a list of: {allowed}"));
            Vec::new()
        })
    }

    /// Notes that a setting read before has a value that it can't have; the first reason is enough.
    pub(super) fn refuse(&mut self, key: &'static str, allowed: &str) {
        if self
            .complaints
            .iter()
            .any(|it| matches!(it, Complaint::Value { key: refused, .. } if *refused == key))
        {
            return;
        }
        if let Some(Effective { value, origin, .. }) = self.effective.iter().find(|it| it.key == key).cloned()
        {
            self.complaints.push(Complaint::Value { key, value, origin, allowed: allowed.to_owned() });
        }
    }

    /// Everything that was read, unless something was wrong or is left over.
    pub(super) fn finish(mut self) -> Result<Vec<Effective>, WrongSettings> {
        for (key, Given { origin, .. }) in std::mem::take(&mut self.given) {
            let meant = self.nearest(&key);
            self.complaints.push(Complaint::Unknown { key, origin, meant });
        }
        if self.complaints.is_empty() { Ok(self.effective) } else { Err(WrongSettings(self.complaints)) }
    }

    /// What was given for the key, if anything; notes what is in effect.
    fn take(&mut self, key: &'static str, unset: &str) -> Option<Given> {
        let given = self.given.remove(key).filter(|given| !given.value.is_empty());
        let (value, origin) = match &given {
            Some(given) => (given.value.shown(key), given.origin.clone()),
            None => (unset.to_owned(), Origin::Default),
        };
        self.effective.push(Effective { key, value, origin });
        given
    }

    /// The known key most like this one, if it is not more than three letters off.
    fn nearest(&self, key: &str) -> Option<&'static str> {
        let known = self.effective.iter().map(|it| it.key);
        let near = known.map(|known| (strsim::levenshtein(key, known), known)).min()?;
        (near.0 <= 3).then_some(near.1)
    }
}

impl Text {
    fn is_empty(&self) -> bool {
        match self {
            Self::One(text) => text.trim().is_empty(),
            Self::List(items) => items.is_empty(),
        }
    }

    fn shown(&self, key: &str) -> String {
        let shown = |text: &str| {
            if SECRET.contains(&key) || text.contains("://") { masked(text) } else { text.into() }
        };
        match self {
            Self::One(text) => shown(text),
            Self::List(items) => items.iter().map(|item| shown(item)).collect::<Vec<_>>().join(", "),
        }
    }
}
