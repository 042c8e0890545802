//! Collects what is wrong with the fields of one request.

use std::str::FromStr;

use domain::Invalid;

use crate::{FieldError, Problem};

/// What is wrong so far, of each field the first thing only.
#[derive(Debug, Default)]
pub struct Check {
    errors: Vec<FieldError>,
}

impl Check {
    /// Notes what is wrong with a field.
    pub fn refuse(&mut self, field: &str, invalid: Invalid) {
        if self.errors.iter().all(|error| error.field != field) {
            self.errors.push(FieldError::new(field, invalid));
        }
    }

    /// The value, or nothing and its refusal noted.
    pub fn take<T>(&mut self, field: &str, value: Result<T, Invalid>) -> Option<T> {
        value.map_err(|invalid| self.refuse(field, invalid)).ok()
    }

    /// A text that must be given.
    pub fn text<T: FromStr<Err = Invalid>>(&mut self, field: &str, text: &str) -> Option<T> {
        self.take(field, text.parse())
    }

    /// A text that may be missing or `null`.
    pub fn optional<T: FromStr<Err = Invalid>>(
        &mut self,
        field: &str,
        text: Option<&str>,
    ) -> Option<Option<T>> {
        self.take(field, text.map(str::parse).transpose())
    }

    /// A field of a change: absent, `null` or a text.
    pub fn change<T: FromStr<Err = Invalid>>(
        &mut self,
        field: &str,
        text: Option<Option<String>>,
    ) -> Option<Option<Option<T>>> {
        let parsed = text.map(|text| text.map(|text| text.parse()).transpose()).transpose();
        self.take(field, parsed)
    }

    /// A field of a change that can't be cleared.
    pub fn not_null<T>(&mut self, field: &str, value: Option<Option<T>>) -> Option<Option<T>> {
        let refusal = || Invalid::new("required", "can't be null");
        self.take(field, value.map(|value| value.ok_or_else(refusal)).transpose())
    }

    /// Texts, all of which must be good.
    pub fn texts<T: FromStr<Err = Invalid>>(&mut self, field: &str, texts: &[String]) -> Option<Vec<T>> {
        let parsed: Result<Vec<T>, Invalid> = texts.iter().map(|text| text.parse()).collect();
        self.take(field, parsed)
    }

    /// What to look for in a list; nothing where only blanks are given.
    pub fn search(&mut self, field: &str, text: Option<String>) -> Option<Option<String>> {
        let text = text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let refusal = match &text {
            Some(text) if text.contains('\0') => {
                Some(Invalid::new("invalid_character", "must not contain the character U+0000"))
            }
            Some(text) if text.chars().count() > 80 => {
                Some(Invalid::new("too_long", "must have at most 80 characters"))
            }
            _ => None,
        };
        self.take(field, refusal.map_or(Ok(text), Err))
    }

    /// The result, where nothing was wrong.
    pub fn finish<T>(self, value: Option<T>) -> Result<T, Problem> {
        match value {
            Some(value) if self.errors.is_empty() => Ok(value),
            _ if !self.errors.is_empty() => Err(Problem::invalid(self.errors)),
            _ => Err(Problem::internal("a field was refused without a reason")),
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::users::Username;

    use super::*;

    #[test]
    fn all_that_is_wrong_is_told_each_field_once() {
        let mut check = Check::default();

        let name: Option<Username> = check.text("username", "");
        check.refuse("username", Invalid::new("taken", "is taken"));
        let other: Option<Option<Username>> = check.optional("other", Some("x"));
        let problem = check.finish(name.zip(other)).expect_err("two fields");

        let told: Vec<_> =
            problem.errors.iter().map(|error| (error.field.as_str(), error.code.as_ref())).collect();
        assert_eq!(told, [("username", "required"), ("other", "too_short")]);
    }
}
