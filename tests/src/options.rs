//! How a server of a test is set up.

use crate::Database;
use std::collections::BTreeMap;

/// The settings to start a server with. By default: SQLite, and nothing throttled.
#[derive(Clone, Debug)]
pub struct Options {
    pub(crate) database: Database,
    settings: BTreeMap<String, String>,
}

impl Default for Options {
    fn default() -> Self {
        let options = Self { database: Database::Sqlite, settings: BTreeMap::new() };
        ["throttle.messages", "throttle.sign_in", "throttle.requests"]
            .into_iter()
            .fold(options, |options, rule| options.setting(rule, "unlimited"))
    }
}

impl Options {
    /// Where the data is kept.
    #[must_use]
    pub fn database(mut self, database: Database) -> Self {
        self.database = database;
        self
    }

    /// Sets one setting, such as `setting("throttle.messages", "10/second")`.
    #[must_use]
    pub fn setting(mut self, key: &str, value: &str) -> Self {
        self.settings.insert(variable(key), value.to_owned());
        self
    }

    /// Sets a variable of the environment that is no setting, such as `AWS_REGION`.
    #[must_use]
    pub fn environment_variable(mut self, name: &str, value: &str) -> Self {
        self.settings.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Leaves a setting to the built-in default, for what the harness sets otherwise.
    #[must_use]
    pub fn default_setting(mut self, key: &str) -> Self {
        self.settings.remove(&variable(key));
        self
    }

    pub(crate) fn environment(&self) -> impl Iterator<Item = (&str, &str)> {
        self.settings.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// `throttle.messages` is `NATTER_THROTTLE__MESSAGES` in the environment.
fn variable(key: &str) -> String {
    format!("NATTER_{}", key.to_uppercase().replace('.', "__"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_becomes_its_environment_variable() {
        assert_eq!(variable("throttle.sign_in"), "NATTER_THROTTLE__SIGN_IN");
        assert_eq!(variable("data_dir"), "NATTER_DATA_DIR");
    }

    #[test]
    fn nothing_is_throttled_unless_asked_for() {
        let options =
            Options::default().setting("throttle.messages", "3/minute").default_setting("throttle.requests");

        let environment: Vec<_> = options.environment().collect();

        assert_eq!(
            environment,
            [("NATTER_THROTTLE__MESSAGES", "3/minute"), ("NATTER_THROTTLE__SIGN_IN", "unlimited")]
        );
    }
}
