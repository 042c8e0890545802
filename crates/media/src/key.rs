//! The key of a stored file: a relative path that cannot lead out of the store.

use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

/// Names a file in the [`Storage`](crate::Storage), such as `avatars/3b5d/512.jpg`.
///
/// One to eight parts between slashes, 200 bytes in all; each part of ASCII letters, digits, `_`, `-` and
/// `.`, not beginning with a dot. So no key is absolute, hidden, or climbs with `..`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key(String);

/// A text that is not a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a valid key of a stored file")]
pub struct InvalidKey;

impl Key {
    /// The key as a path with slashes.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A key put together by this crate from parts that are proven already.
    pub(crate) fn made_here(text: String) -> Self {
        debug_assert!(is_valid(&text));
        Self(text)
    }
}

impl FromStr for Key {
    type Err = InvalidKey;

    fn from_str(text: &str) -> Result<Self, InvalidKey> {
        if is_valid(text) { Ok(Self(text.to_owned())) } else { Err(InvalidKey) }
    }
}

impl Display for Key {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_valid(text: &str) -> bool {
    text.len() <= 200 && text.split('/').count() <= 8 && text.split('/').all(is_part)
}

fn is_part(part: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    !part.is_empty() && !part.starts_with('.') && part.bytes().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relative_path_of_plain_parts_is_a_key() {
        for text in ["a", "avatars/3b5d/512.jpg", "attachments/17/a_b-c.tar.gz"] {
            assert_eq!(text.parse::<Key>().map(|key| key.to_string()), Ok(text.to_owned()));
        }
    }

    #[test]
    fn nothing_that_could_leave_the_store_is_a_key() {
        let long = "a".repeat(201);
        let deep = ["a"; 9].join("/");
        let bad = [
            "",
            "/",
            "/etc/passwd",
            "..",
            "../a",
            "a/../b",
            "a/..",
            "a//b",
            "a/",
            ".hidden",
            "a/.b",
            "a\\b",
            "C:a",
            "a\0b",
            "a b",
            "a\nb",
            "%2e%2e/a",
            "é",
            &long,
            &deep,
        ];
        for text in bad {
            assert_eq!(text.parse::<Key>(), Err(InvalidKey), "{text:?}");
        }
    }
}
