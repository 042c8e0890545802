//! The name by which a user is called and signs in.

use std::{fmt, str::FromStr};

use crate::Invalid;

/// Names that would be taken for somebody or something else.
const RESERVED: &[&str] = &[
    "abuse",
    "admin",
    "administrator",
    "all",
    "anonymous",
    "api",
    "bot",
    "channel",
    "deleted",
    "deleted-user",
    "everyone",
    "help",
    "here",
    "hostmaster",
    "info",
    "mod",
    "moderator",
    "natter",
    "nobody",
    "null",
    "official",
    "operator",
    "owner",
    "postmaster",
    "root",
    "security",
    "staff",
    "support",
    "sysadmin",
    "system",
    "undefined",
    "user",
    "webmaster",
];

/// A username: 3 to 32 of ASCII letters, digits, `_`, `.` and `-`, beginning and ending with a letter or digit.
///
/// It keeps the case in which it was chosen; two that differ in case only are the same user.
#[derive(Clone, Debug)]
pub struct Username(String);

impl Username {
    /// The shortest there may be.
    pub const MIN: usize = 3;
    /// The longest there may be.
    pub const MAX: usize = 32;

    /// The name in the case in which it was chosen.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name by which it is looked up, without regard to case.
    pub fn key(&self) -> String {
        self.0.to_ascii_lowercase()
    }

    /// A name that a store already checked when it took it in.
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    /// Whether nobody may sign up with it.
    pub fn is_reserved(&self) -> bool {
        RESERVED.contains(&self.key().as_str())
    }
}

impl FromStr for Username {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        match text.chars().count() {
            0 => return Err(Invalid::new("required", "must not be empty")),
            n if n < Self::MIN => return Err(Invalid::new("too_short", "must have at least 3 characters")),
            n if n > Self::MAX => return Err(Invalid::new("too_long", "must have at most 32 characters")),
            _ => {}
        }
        if !text.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c)) {
            return Err(Invalid::new(
                "invalid_character",
                "may have letters from a to z, digits, and the characters _ . -",
            ));
        }
        let ends_well = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        if !ends_well(text.chars().next()) || !ends_well(text.chars().next_back()) {
            return Err(Invalid::new("invalid_character", "must begin and end with a letter or a digit"));
        }
        Ok(Self(text.to_owned()))
    }
}

impl PartialEq for Username {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl Eq for Username {}

impl fmt::Display for Username {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> &'static str {
        text.parse::<Username>().expect_err(text).code
    }

    #[test]
    fn letters_digits_and_inner_marks_are_taken() {
        for name in ["ana", "Ana.B-c_9", "a23", "0x0", &"a".repeat(32)] {
            assert_eq!(name.parse::<Username>().unwrap().as_str(), name);
        }
    }

    #[test]
    fn what_is_no_username_is_refused_with_its_reason() {
        assert_eq!(refusal(""), "required");
        assert_eq!(refusal("ab"), "too_short");
        assert_eq!(refusal(&"a".repeat(33)), "too_long");
        for name in ["ana b", "añа", ".ana", "ana.", "-ana", "a\0a", "ana/b", "аnа"] {
            assert_eq!(refusal(name), "invalid_character", "{name}");
        }
    }

    #[test]
    fn case_makes_no_difference_but_is_kept() {
        let (ana, shout): (Username, Username) = ("Ana".parse().unwrap(), "ANA".parse().unwrap());

        assert_eq!(ana, shout);
        assert_eq!(ana.key(), shout.key());
        assert_eq!(ana.as_str(), "Ana");
    }

    #[test]
    fn names_that_stand_for_something_else_are_reserved_in_any_case() {
        assert!("Admin".parse::<Username>().unwrap().is_reserved());
        assert!(!"adam".parse::<Username>().unwrap().is_reserved());
    }
}
