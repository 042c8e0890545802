//! E-mail addresses.

use std::{fmt, str::FromStr};

use crate::{Invalid, text::line};

/// An e-mail address, of at most 254 characters (RFC 5321). Whether it exists only a mail to it can tell.
#[derive(Clone, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// The address as it was typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form by which it is looked up, without regard to case.
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }

    /// An address that a store already checked when it took it in.
    pub fn stored(text: String) -> Self {
        Self(text)
    }
}

impl FromStr for Email {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let text = line(text, 1, 254)?;
        let shaped = text.rsplit_once('@').is_some_and(|(local, host)| {
            !local.is_empty()
                && !local.contains('@')
                && !host.is_empty()
                && !host.starts_with('.')
                && !host.ends_with('.')
                && !text.contains(char::is_whitespace)
        });
        if !shaped {
            return Err(Invalid::new("invalid", "is not an e-mail address"));
        }
        Ok(Self(text))
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Personal: it stays out of logs.
impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_one_at_sign_between_two_parts() {
        for good in ["ana@example.org", "a+b@localhost", "ä@bücher.example"] {
            assert!(good.parse::<Email>().is_ok(), "{good}");
        }
        for bad in ["ana", "@example.org", "ana@", "a@b@c", "a b@c", "a@.c", "a@c.", "a@b\r\nBcc: x"] {
            assert!(bad.parse::<Email>().is_err(), "{bad}");
        }
    }
}
