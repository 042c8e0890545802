//! One way to make a bounded text type: parsed once, proof from there on.

use crate::Invalid;

/// Cuts the blanks around `text` and counts what is left, in Unicode scalar values. Nothing that can be seen is no text.
pub(crate) fn bounded(text: &str, min: usize, max: usize) -> Result<String, Invalid> {
    let text = text.trim();
    fits(text, min, max)?;
    if is_blank(text) {
        return Err(required());
    }
    if text.contains('\0') {
        return Err(Invalid::new("invalid_character", "must not contain the character U+0000"));
    }
    Ok(text.to_owned())
}

/// As [`bounded`], on one line, and without what lets one name pass for another.
pub(crate) fn line(text: &str, min: usize, max: usize) -> Result<String, Invalid> {
    let text = bounded(text, min, max)?;
    no_controls(&text)?;
    if text.contains(turns) {
        let message = "must not contain line breaks or characters that turn the direction of writing";
        return Err(Invalid::new("invalid_character", message));
    }
    Ok(text)
}

/// Counts a text as it stands.
pub(crate) fn fits(text: &str, min: usize, max: usize) -> Result<(), Invalid> {
    match text.chars().count() {
        0 if min > 0 => Err(required()),
        count if count < min => {
            Err(Invalid::new("too_short", format!("must have at least {min} characters")))
        }
        count if count > max => {
            let message = format!("must have at most {max} characters, this has {count}");
            Err(Invalid::new("too_long", message))
        }
        _ => Ok(()),
    }
}

/// A text that is to be there.
pub(crate) fn required() -> Invalid {
    Invalid::new("required", "must not be empty")
}

/// Refuses control characters.
pub(crate) fn no_controls(text: &str) -> Result<(), Invalid> {
    if text.chars().any(char::is_control) {
        return Err(Invalid::new("invalid_character", "must not contain line breaks or control characters"));
    }
    Ok(())
}

/// The controls of direction of Unicode Standard Annex 9 (the property `Bidi_Control`), and the separators of lines and
/// paragraphs.
pub(crate) fn turns(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether nothing of a text can be seen. What can't be seen may well stand within one: scripts and emoji need it.
pub(crate) fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || is_unseen(c))
}

/// Characters without anything to see: the property `Default_Ignorable_Code_Point` (`DerivedCoreProperties.txt` of
/// Unicode 14), which has the fillers of Hangul too, and the Braille pattern without dots.
fn is_unseen(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
    )
}

macro_rules! text_type {
    ($(#[$doc:meta])* $name:ident = $parse:path, $min:literal ..= $max:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(String);

        impl $name {
            /// The longest there may be, in Unicode scalar values.
            pub const MAX: usize = $max;

            /// The text itself, without blanks around it.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// A text that a store already checked when it took it in.
            pub fn stored(text: String) -> Self {
                Self(text)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::Invalid;

            fn from_str(text: &str) -> Result<Self, $crate::Invalid> {
                $parse(text, $min, $max).map(Self)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}
pub(crate) use text_type;

#[cfg(test)]
mod tests {
    use super::*;

    fn code(read: Result<String, Invalid>) -> &'static str {
        read.expect_err("refused").code
    }

    #[test]
    fn what_can_not_be_seen_is_no_text() {
        for c in "\u{ad}\u{34f}\u{61c}\u{115f}\u{1160}\u{17b4}\u{180e}\u{200b}\u{200d}\u{200f}\u{202e}\u{2060}\u{206f}\
            \u{2800}\u{3164}\u{fe0f}\u{feff}\u{ffa0}\u{fff0}\u{1bca0}\u{1d173}\u{e0001}\u{e0fff}"
            .chars()
        {
            for text in [format!("{c}"), format!(" {c} {c}\n")] {
                assert_eq!(code(line(&text, 1, 80)), "required", "{c:?}");
                assert_eq!(code(bounded(&text, 1, 80)), "required", "{c:?}");
                assert!(is_blank(&text), "{c:?}");
            }
            assert!(!is_blank(&format!("{c}.")), "{c:?}");
        }
        assert_eq!(code(bounded("\0", 1, 80)), "invalid_character");
    }

    #[test]
    fn what_turns_or_breaks_a_line_is_in_no_line_but_in_a_text() {
        let turning = "\u{61c}\u{200e}\u{200f}\u{2028}\u{2029}\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}";
        for c in turning.chars() {
            let text = format!("a{c}b");
            assert_eq!(code(line(&text, 1, 80)), "invalid_character", "{c:?}");
            assert_eq!(bounded(&text, 1, 80).expect("a text"), text);
        }
    }

    #[test]
    fn what_scripts_and_emoji_are_made_of_is_taken() {
        for text in [
            "👩‍👩‍👧‍👦",
            "❤\u{fe0f}",
            "می\u{200c}خواهم",
            "क्\u{200d}ष",
            "e\u{301}",
            "葛\u{e0100}",
            "a\u{200b}b",
            "אב",
        ] {
            assert_eq!(line(text, 1, 80).expect(text), text);
        }
    }
}
