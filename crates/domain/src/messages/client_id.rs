//! The sender's own name for a message, by which a repeated send is known.

use std::str::FromStr;

use crate::{
    Invalid,
    text::{fits, no_controls, required},
};

/// Parts what the sender chose from what tells the parts of one forward apart. No sender can choose it.
const PART: char = '\u{1f}';

/// The sender's own name for a message: 1 to 64 characters, unique per author. It is kept to the letter, blanks
/// around it too, since programs tell their messages apart by it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClientId(String);

impl ClientId {
    /// As stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As its sender chose it.
    pub fn shown(&self) -> &str {
        self.0.split(PART).next().unwrap_or_default()
    }

    /// One of several messages that were asked for at once under this id.
    #[must_use]
    pub fn part(&self, name: &str) -> Self {
        Self(format!("{}{PART}{name}", self.0))
    }

    /// An id that a store already checked when it took it in.
    pub fn stored(text: String) -> Self {
        Self(text)
    }
}

impl FromStr for ClientId {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        if text.trim().is_empty() {
            return Err(required());
        }
        fits(text, 1, 64)?;
        no_controls(text)?;
        Ok(Self(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_shown_as_its_sender_chose_it_and_can_not_be_chosen() {
        let id: ClientId = "c-1".parse().unwrap();

        assert_eq!(id.part("2").shown(), "c-1");
        assert!(id.part("2").as_str().parse::<ClientId>().is_err());
    }

    #[test]
    fn an_id_is_kept_to_the_letter() {
        let longest = format!(" {} ", "é".repeat(62));
        for id in ["7", "7 ", " 7", "7\u{a0}", &longest] {
            assert_eq!(id.parse::<ClientId>().expect(id).as_str(), id);
        }
        for (id, code) in [
            ("", "required"),
            ("  ", "required"),
            ("7\n", "invalid_character"),
            ("a\0b", "invalid_character"),
            (&format!("{longest} "), "too_long"),
        ] {
            assert_eq!(id.parse::<ClientId>().expect_err(id).code, code, "{id:?}");
        }
    }
}
