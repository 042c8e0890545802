//! Passwords, and what is kept of them.

use std::{fmt, str::FromStr};

use crate::Invalid;

/// A password as it was typed: 8 to 128 characters, any but U+0000; never shown, logged or stored.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// The shortest there may be.
    pub const MIN: usize = 8;
    /// The longest there may be: hashing takes time that grows with it.
    pub const MAX: usize = 128;

    /// The secret itself, for the one that hashes it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// A password that somebody claims to be theirs: what could never have been chosen is refused before it
    /// costs a hash, but what was chosen under other rules can still be tried.
    pub fn claimed(text: &str) -> Option<Self> {
        (text.chars().count() <= Self::MAX).then(|| Self(text.to_owned()))
    }
}

impl FromStr for Password {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        match text.chars().count() {
            0 => return Err(Invalid::new("required", "must not be empty")),
            n if n < Self::MIN => return Err(Invalid::new("too_short", "must have at least 8 characters")),
            n if n > Self::MAX => return Err(Invalid::new("too_long", "must have at most 128 characters")),
            _ => {}
        }
        if text.contains('\0') {
            return Err(Invalid::new("invalid_character", "must not contain the character U+0000"));
        }
        if is_common(&text.to_lowercase()) {
            return Err(Invalid::new("common", "is one of the first that anybody would try"));
        }
        Ok(Self(text.to_owned()))
    }
}

/// Common, or one character over and over.
fn is_common(lower: &str) -> bool {
    let mut chars = lower.chars();
    let first = chars.next();
    chars.all(|c| Some(c) == first) || COMMON.lines().any(|common| common == lower)
}

/// The most used passwords of at least eight characters, from what leaks have in common.
const COMMON: &str = include_str!("common_passwords.txt");

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// What is kept of a password: an Argon2id hash in the PHC string format.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// A hash in the PHC string format.
    pub fn new(phc: String) -> Self {
        Self(phc)
    }

    /// What no password ever matches: for an account that can't be signed in to any more.
    pub fn none() -> Self {
        Self(String::new())
    }

    /// The PHC string, for the store and for the one that verifies.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> &'static str {
        text.parse::<Password>().expect_err(text).code
    }

    #[test]
    fn any_eight_characters_that_are_not_common_do() {
        for good in ["tr0ub4dor&3", "пароль-пароль", "  spaced  ", &"xy".repeat(64)] {
            assert_eq!(good.parse::<Password>().unwrap().expose(), good);
        }
    }

    #[test]
    fn short_long_and_common_ones_are_refused() {
        assert_eq!(refusal(""), "required");
        assert_eq!(refusal("1234567"), "too_short");
        assert_eq!(refusal(&"xy".repeat(65)), "too_long");
        assert_eq!(refusal("nul\0nul\0"), "invalid_character");
        for common in ["password", "Password1", "12345678", "qwertyuiop", "ZZZZZZZZZ"] {
            assert_eq!(refusal(common), "common", "{common}");
        }
    }

    #[test]
    fn secrets_do_not_show_in_debug_output() {
        let shown =
            format!("{:?} {:?}", "tr0ub4dor&3".parse::<Password>(), PasswordHash::new("$argon2".into()));

        assert!(!shown.contains("tr0ub4dor") && !shown.contains("argon2"));
    }

    #[test]
    fn a_claim_of_over_128_characters_is_not_worth_a_hash() {
        assert!(Password::claimed("short").is_some());
        assert!(Password::claimed(&"x".repeat(129)).is_none());
    }
}
