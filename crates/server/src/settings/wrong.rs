//! What is wrong with the settings: everything at once, so that nobody has to start ten times.

use std::{fmt, path::PathBuf};

use super::Origin;

/// Settings that the server won't start with.
#[derive(Debug, PartialEq, Eq)]
pub struct WrongSettings(pub(super) Vec<Complaint>);

impl std::error::Error for WrongSettings {}

impl fmt::Display for WrongSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the settings are wrong:")?;
        self.0.iter().try_for_each(|complaint| write!(f, "\n  {complaint}"))
    }
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Complaint {
    /// A setting has a value that it can't have; the value is masked.
    Value { key: &'static str, value: String, origin: Origin, allowed: String },
    /// There is no such setting. What it was set to is not shown: it may be the password of another.
    Unknown { key: String, origin: Origin, meant: Option<&'static str> },
    /// A settings file can't be read.
    File { path: PathBuf, reason: String },
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value { key, value, origin, allowed } => {
                write!(f, "{key} = {value} ({origin}): allowed is {allowed}")
            }
            Self::Unknown { key, origin, meant } => {
                write!(f, "{key} ({origin}): there is no such setting")?;
                meant.map_or(Ok(()), |meant| write!(f, "; did you mean {meant}?"))
            }
            Self::File { path, reason } => write!(f, "{}: {reason}", path.display()),
        }
    }
}
