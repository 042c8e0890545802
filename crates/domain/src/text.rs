//! One way to make a bounded text type: parsed once, proof from there on.

use crate::Invalid;

/// Cuts the blanks around `text` and counts what is left, in Unicode scalar values.
pub(crate) fn bounded(text: &str, min: usize, max: usize) -> Result<String, Invalid> {
    let text = text.trim();
    fits(text, min, max)?;
    if text.contains('\0') {
        return Err(Invalid::new("invalid_character", "must not contain the character U+0000"));
    }
    Ok(text.to_owned())
}

/// As [`bounded`], on one line.
pub(crate) fn line(text: &str, min: usize, max: usize) -> Result<String, Invalid> {
    let text = bounded(text, min, max)?;
    one_line(&text)?;
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

/// Refuses what ends a line or is no character to be shown.
pub(crate) fn one_line(text: &str) -> Result<(), Invalid> {
    if text.chars().any(char::is_control) {
        return Err(Invalid::new("invalid_character", "must not contain line breaks or control characters"));
    }
    Ok(())
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
