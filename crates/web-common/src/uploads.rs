//! How many uploads may be under way: each holds a file in memory until it is kept.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use actix_web::http::StatusCode;
use domain::UserId;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use crate::Problem;

/// How many on the whole server: with files of 25 MiB each, 400 MiB.
const AT_ONCE: usize = 16;
/// How many of one user.
const EACH: usize = 3;
/// How long a turn is waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// The uploads that are under way on this server; a clone counts with the others.
#[derive(Clone, Debug)]
pub struct Uploads {
    turns: Arc<Semaphore>,
    of_users: Arc<Mutex<HashMap<UserId, usize>>>,
}

/// One upload under way; dropping it lets the next one begin.
#[derive(Debug)]
pub struct Turn {
    _place: Place,
    _permit: OwnedSemaphorePermit,
}

/// One of those that a user may have.
#[derive(Debug)]
struct Place {
    user: UserId,
    uploads: Uploads,
}

impl Default for Uploads {
    fn default() -> Self {
        Self { turns: Arc::new(Semaphore::new(AT_ONCE)), of_users: Arc::default() }
    }
}

impl Uploads {
    /// To be called before the body is read, and kept until the file is.
    ///
    /// Refused with 429 to a user who has 3 under way, and with 503 when there are 16 in all for more than 5 seconds.
    pub async fn begin(&self, user: UserId) -> Result<Turn, Problem> {
        let place = self.admit(user).ok_or_else(|| Problem::throttled(1))?;
        match timeout(PATIENCE, self.turns.clone().acquire_owned()).await {
            Ok(Ok(permit)) => Ok(Turn { _place: place, _permit: permit }),
            Ok(Err(_)) | Err(_) => Err(full()),
        }
    }

    fn admit(&self, user: UserId) -> Option<Place> {
        let mut users = self.of_users();
        let count = users.entry(user).or_default();
        if *count == EACH {
            return None;
        }
        *count += 1;
        Some(Place { user, uploads: self.clone() })
    }

    fn of_users(&self) -> MutexGuard<'_, HashMap<UserId, usize>> {
        self.of_users.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut users = self.uploads.of_users();
        match users.get_mut(&self.user) {
            Some(count) if *count > 1 => *count -= 1,
            _ => {
                users.remove(&self.user);
            }
        }
    }
}

fn full() -> Problem {
    let detail = "Too many files are being uploaded: try again in a moment.";
    let problem = Problem::new(StatusCode::SERVICE_UNAVAILABLE, "busy", detail);
    Problem { retry_after: Some(1), ..problem }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADA: UserId = UserId::new(1);

    async fn begun(uploads: &Uploads, user: i64) -> Turn {
        uploads.begin(UserId::new(user)).await.expect("a turn")
    }

    #[tokio::test]
    async fn one_user_has_three_under_way_and_the_next_when_one_is_done() {
        let uploads = Uploads::default();
        let mut turns = Vec::new();
        for _ in 0..EACH {
            turns.push(begun(&uploads, 1).await);
        }

        let refused = uploads.begin(ADA).await.expect_err("a fourth");
        assert_eq!((refused.status, refused.retry_after), (StatusCode::TOO_MANY_REQUESTS, Some(1)));
        begun(&uploads, 2).await;
        turns.pop();
        begun(&uploads, 1).await;
        turns.clear();
        assert!(uploads.of_users().is_empty(), "nobody is remembered for ever");
    }

    #[tokio::test(start_paused = true)]
    async fn a_full_server_lets_wait_and_then_refuses() {
        let uploads = Uploads::default();
        let mut turns = Vec::new();
        for user in 0..AT_ONCE {
            turns.push(begun(&uploads, i64::try_from(user).expect("few") + 10).await);
        }

        let refused = uploads.begin(ADA).await.expect_err("a seventeenth");
        assert_eq!((refused.status, refused.retry_after), (StatusCode::SERVICE_UNAVAILABLE, Some(1)));
        assert!(!uploads.of_users().contains_key(&ADA), "a refused one counts no more");

        let waiting = tokio::spawn({
            let uploads = uploads.clone();
            async move { uploads.begin(ADA).await.is_ok() }
        });
        tokio::task::yield_now().await;
        turns.pop();
        assert!(waiting.await.expect("no panic"), "a turn came free");
    }
}
