//! Refresh tokens: `<family>.<turn>`. The family names the session and stays; the turn changes with each use.

use domain::users::SecretHash;
use web_common::{Problem, auth::Secret};

/// A refresh token.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RefreshToken {
    family: Secret,
    turn: Secret,
}

impl RefreshToken {
    /// The first of a new session.
    pub(crate) fn first() -> Result<Self, Problem> {
        Ok(Self { family: random()?, turn: random()? })
    }

    /// The next of the same session.
    pub(crate) fn next(&self) -> Result<Self, Problem> {
        Ok(Self { family: self.family.clone(), turn: random()? })
    }

    /// What somebody presents as theirs; nothing when it can't be one.
    pub(crate) fn presented(text: &str) -> Option<Self> {
        let (family, turn) = text.split_once('.')?;
        Some(Self { family: Secret::presented(family)?, turn: Secret::presented(turn)? })
    }

    /// By what the session is found.
    pub(crate) fn family(&self) -> SecretHash {
        self.family.hash()
    }

    /// By what its use is known.
    pub(crate) fn turn(&self) -> SecretHash {
        self.turn.hash()
    }

    /// As its holder keeps it.
    pub(crate) fn expose(&self) -> String {
        format!("{}.{}", self.family.expose(), self.turn.expose())
    }
}

fn random() -> Result<Secret, Problem> {
    Secret::random().map_err(|error| Problem::internal(format!("no randomness: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_token_is_of_the_same_family() {
        let first = RefreshToken::first().unwrap();
        let next = RefreshToken::presented(&first.next().unwrap().expose()).unwrap();

        assert_eq!(first.family(), next.family());
        assert_ne!(first.turn(), next.turn());
    }

    #[test]
    fn what_cannot_be_one_is_not_looked_up() {
        for text in ["", ".", "a.b", "eyJhbGciOiJIUzI1NiJ9.e30.c2ln"] {
            assert_eq!(RefreshToken::presented(text), None);
        }
    }
}
