//! Hashing and checking passwords: Argon2id, few at a time.

use std::sync::Arc;

use argon2::{
    Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version,
    password_hash::phc::PasswordHash as Phc,
};
use domain::users::{Password, PasswordHash};
use tokio::sync::{Semaphore, TryAcquireError};

/// How many hashings may wait for their turn before the next is told to come back.
const WAITING: usize = 256;

/// Why a password was not hashed or checked.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too many are signing in at once.
    #[error("too many are signing in at once")]
    Busy,
    /// A fault of Natter's own.
    #[error("hashing failed: {0}")]
    Broken(String),
}

/// Hashes and checks passwords off the request threads, behind a bounded gate.
///
/// Argon2id with 19 MiB, two passes, one lane: the first choice of OWASP's Password Storage Cheat Sheet. One
/// costs some 13 ms of CPU.
#[derive(Clone)]
pub struct Passwords {
    argon2: Argon2<'static>,
    running: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    /// What an unknown user's password is checked against, so that it takes as long as a known one's.
    decoy: Arc<PasswordHash>,
}

impl Passwords {
    /// With room for `at_once` hashings side by side.
    pub fn new(at_once: usize) -> Result<Self, PasswordError> {
        let params = Params::new(19 * 1024, 2, 1, None).map_err(|error| broken(&error))?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let decoy = hash_with(&argon2, "a password that nobody has")?;
        Ok(Self {
            argon2,
            running: Arc::new(Semaphore::new(at_once.max(1))),
            waiting: Arc::new(Semaphore::new(WAITING)),
            decoy: Arc::new(decoy),
        })
    }

    /// Hashes a new password.
    pub async fn hash(&self, password: Password) -> Result<PasswordHash, PasswordError> {
        let argon2 = self.argon2.clone();
        self.run(move || hash_with(&argon2, password.expose())).await?
    }

    /// As [`hash`](Self::hash), on this thread, for the command line.
    pub fn hash_now(&self, password: &Password) -> Result<PasswordHash, PasswordError> {
        hash_with(&self.argon2, password.expose())
    }

    /// Whether `password` is the one that `hash` was made of. Without a hash it is `false` after the same time.
    pub async fn verify(
        &self,
        password: Password,
        hash: Option<PasswordHash>,
    ) -> Result<bool, PasswordError> {
        let argon2 = self.argon2.clone();
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| (*self.decoy).clone());
        let matches = self
            .run(move || {
                Phc::new(hash.expose())
                    .is_ok_and(|hash| argon2.verify_password(password.expose().as_bytes(), &hash).is_ok())
            })
            .await?;
        Ok(matches && known)
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PasswordError> {
        let _place = self.waiting.clone().try_acquire_owned().map_err(|error| match error {
            TryAcquireError::NoPermits => PasswordError::Busy,
            TryAcquireError::Closed => broken(&error),
        })?;
        let turn = self.running.clone().acquire_owned().await.map_err(|error| broken(&error))?;
        let done = tokio::task::spawn_blocking(move || {
            let result = work();
            drop(turn);
            result
        });
        done.await.map_err(|error| broken(&error))
    }
}

fn hash_with(argon2: &Argon2<'_>, password: &str) -> Result<PasswordHash, PasswordError> {
    let hash: Phc = argon2.hash_password(password.as_bytes()).map_err(|error| broken(&error))?;
    Ok(PasswordHash::new(hash.to_string()))
}

fn broken(error: &impl ToString) -> PasswordError {
    PasswordError::Broken(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_matches_its_own_hash_only() {
        let passwords = Passwords::new(2).unwrap();
        let right: Password = "tr0ub4dor&3".parse().unwrap();
        let hash = passwords.hash(right.clone()).await.unwrap();

        assert!(hash.expose().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert_eq!(passwords.verify(right.clone(), Some(hash.clone())).await, Ok(true));
        assert_eq!(passwords.verify("tr0ub4dor&4".parse().unwrap(), Some(hash)).await, Ok(false));
        assert_eq!(passwords.verify(right.clone(), None).await, Ok(false));
        assert_eq!(passwords.verify(right, Some(PasswordHash::none())).await, Ok(false));
    }

    #[tokio::test]
    async fn not_even_the_decoys_password_signs_anybody_in() {
        let passwords = Passwords::new(1).unwrap();

        let claimed = Password::claimed("a password that nobody has").unwrap();
        assert_eq!(passwords.verify(claimed, None).await, Ok(false));
    }
}
