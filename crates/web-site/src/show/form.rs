//! A form that comes back: what was typed, and what is wrong with it beside each field.

use std::collections::BTreeMap;

use domain::Invalid;
use serde::Serialize;
use web_common::Problem;

use crate::words::WORDS;

/// A form as a page shows it. Passwords never come back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Form {
    /// What was typed into each field.
    pub values: BTreeMap<&'static str, String>,
    /// What is wrong with a field.
    pub errors: BTreeMap<String, String>,
    /// What is wrong with all of it.
    pub error: Option<String>,
}

impl Form {
    /// A form that holds these values.
    pub fn of<const N: usize>(values: [(&'static str, &str); N]) -> Self {
        let values = values.map(|(name, value)| (name, value.to_owned()));
        Self { values: values.into(), ..Self::default() }
    }

    /// Whether nothing is wrong so far.
    pub fn is_fine(&self) -> bool {
        self.errors.is_empty() && self.error.is_none()
    }

    /// Reads a field; what is wrong with it is kept for the page.
    pub fn parse<T: std::str::FromStr<Err = Invalid>>(&mut self, name: &str, text: &str) -> Option<T> {
        self.take(name, text.parse())
    }

    /// Reads a field that may be empty.
    #[expect(clippy::option_option, reason = "refused, empty and given are three things")]
    pub fn optional<T: std::str::FromStr<Err = Invalid>>(
        &mut self,
        name: &str,
        text: &str,
    ) -> Option<Option<T>> {
        if text.trim().is_empty() { Some(None) } else { self.parse(name, text).map(Some) }
    }

    /// The value of a field that was read already; what is wrong with it is kept for the page.
    pub fn take<T>(&mut self, name: &str, read: Result<T, Invalid>) -> Option<T> {
        read.map_err(|invalid| self.refuse(name, &invalid)).ok()
    }

    /// Keeps what is wrong with a field.
    pub fn refuse(&mut self, name: &str, invalid: &Invalid) {
        let key = format!("invalid.{}", invalid.code);
        let words = WORDS.say(&key, &[]);
        let text = if words == key { sentence(&invalid.message) } else { words };
        self.errors.insert(name.to_owned(), text);
    }

    /// Keeps a refusal that this form can show: of its fields, or of all of it. Others are given back, for a
    /// page of their own.
    pub fn refused(&mut self, problem: Problem) -> Result<(), Problem> {
        match problem.status.as_u16() {
            422 => {
                for error in &problem.errors {
                    let shown = self.values.contains_key(error.field.as_str());
                    let text = sentence(&error.message);
                    if shown || error.field.contains("password") {
                        self.errors.insert(error.field.clone(), text);
                    } else {
                        self.error = Some(text);
                    }
                }
                if self.is_fine() {
                    self.error = Some(problem.detail);
                }
                Ok(())
            }
            409 => {
                self.error = Some(problem.detail);
                Ok(())
            }
            _ => Err(problem),
        }
    }
}

/// `is taken` becomes `Is taken.`
fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first: String = chars.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
    format!("{first}{}.", chars.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::users::Username;

    #[test]
    fn a_field_keeps_what_was_typed_and_says_what_is_wrong() {
        let mut form = Form::of([("username", "a b")]);

        assert_eq!(form.parse::<Username>("username", "a b"), None);

        assert_eq!(form.values["username"], "a b");
        assert!(!form.is_fine() && form.errors["username"].ends_with('.'));
    }

    #[test]
    fn what_a_form_cannot_show_is_given_back() {
        let mut form = Form::of([("text", "")]);

        assert!(form.refused(Problem::not_found()).is_err());
        assert!(form.is_fine());
    }
}
