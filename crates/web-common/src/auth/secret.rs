//! Secrets that only their holder knows: what is kept of them is a digest.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::users::SecretHash;
use sha2::{Digest, Sha256};

/// 32 random bytes, written in URL-safe Base64: what a cookie or a token carries.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// A new one, from the system's randomness. The error is the system's, which should never be short of it.
    pub fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)?;
        Ok(Self(URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// What somebody presents as theirs. Nothing when it can't be one.
    pub fn presented(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        (bytes.len() == 32).then(|| Self(text.to_owned()))
    }

    /// The secret itself, for its holder.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What is kept of it. With 256 bits of randomness behind it a plain digest can't be guessed at.
    pub fn hash(&self) -> SecretHash {
        SecretHash::new(Sha256::digest(self.0.as_bytes()).to_vec())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_recognised_by_its_digest_and_never_shown() {
        let secret = Secret::random().unwrap();
        let again = Secret::presented(secret.expose()).unwrap();

        assert_eq!(secret.hash(), again.hash());
        assert!(!format!("{secret:?}").contains(secret.expose()));
        assert_ne!(secret, Secret::random().unwrap());
    }

    #[test]
    fn what_cannot_be_a_secret_is_not_looked_up() {
        assert!(Secret::presented("").is_none());
        assert!(Secret::presented("short").is_none());
        assert!(Secret::presented(&"ü".repeat(22)).is_none());
    }
}
