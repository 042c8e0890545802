//! What one reacts to a message with.

use std::{fmt, str::FromStr};

use crate::{Invalid, text::line};

/// An emoji or a short word: 1 to 16 characters without blanks, of which one can be seen.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Reaction(String);

impl Reaction {
    /// How many different ones a message may have.
    pub const MAX_KINDS: usize = 20;

    /// The emoji or word.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A reaction that a store already checked when it took it in.
    pub fn stored(text: String) -> Self {
        Self(text)
    }
}

impl FromStr for Reaction {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let text = line(text, 1, 16)?;
        if text.contains(char::is_whitespace) {
            return Err(Invalid::new("invalid_character", "must be an emoji or one short word"));
        }
        Ok(Self(text))
    }
}

impl fmt::Display for Reaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_emoji_of_many_characters_or_a_word_does() {
        for good in ["👍", "👩‍👩‍👧‍👦", "ship-it", "好"] {
            assert!(good.parse::<Reaction>().is_ok(), "{good}");
        }
        for bad in [
            "",
            " ",
            "two words",
            "seventeen-letters",
            "a\nb",
            "\u{200b}",
            "\u{2800}",
            "a\u{202e}b",
            "a\u{2029}b",
        ] {
            assert!(bad.parse::<Reaction>().is_err(), "{bad}");
        }
    }
}
