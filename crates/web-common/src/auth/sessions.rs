//! Which sessions are live: the store is the truth, behind a bounded cache that a revocation clears at once.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use domain::{
    SessionId, Timestamp, UserId,
    ports::StoreError,
    users::{SecretHash, SessionKind, SignedIn, SiteRole, Username, sessions::Lasts},
};
use moka::sync::Cache;

use crate::store::Store;

/// How many sessions are remembered.
const REMEMBERED: u64 = 100_000;
/// How long at the most, so that even a revocation that nobody told of counts soon.
const FOR: Duration = Duration::from_secs(60);
/// A session's last use is written at most this often.
const USE_WRITTEN_EVERY: Duration = Duration::from_secs(300);

/// How long a refresh token may wait for its use: 30 days.
const REFRESH: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// How long sessions last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetimes {
    /// Without being used.
    pub idle: Duration,
    /// At the most.
    pub absolute: Duration,
}

impl Lifetimes {
    /// How long a program's session lasts: as long as its refresh tokens are used in time.
    pub fn refreshed(self) -> Lasts {
        Lasts { unused: REFRESH.min(self.absolute), at_most: self.absolute }
    }

    /// How long a new session lasts, unless it is gone on with.
    pub fn first(self, kind: SessionKind) -> Duration {
        match kind {
            SessionKind::Site => self.absolute,
            SessionKind::Api => self.refreshed().unused,
        }
    }
}

/// A live session: who calls, as far as every request needs to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The session.
    pub session: SessionId,
    /// On which way in.
    pub kind: SessionKind,
    /// Whose it is.
    pub user: UserId,
    /// What they are called by.
    pub username: Username,
    /// What they are on this server.
    pub role: SiteRole,
    expires_at: Timestamp,
    last_used_at: Timestamp,
}

/// Looks sessions up.
#[derive(Clone)]
pub struct Sessions {
    store: Store,
    lifetimes: Lifetimes,
    by_id: Cache<SessionId, Arc<Standing>>,
    ids: Cache<SecretHash, SessionId>,
    /// Counts what was forgotten: a look that began before may have seen what is no longer so.
    forgotten: Arc<AtomicU64>,
}

impl Sessions {
    /// Over the sessions in `store`.
    pub fn new(store: Store, lifetimes: Lifetimes) -> Self {
        Self {
            store,
            lifetimes,
            by_id: Cache::builder().max_capacity(REMEMBERED).time_to_live(FOR).build(),
            ids: Cache::builder().max_capacity(REMEMBERED).build(),
            forgotten: Arc::default(),
        }
    }

    /// How long sessions last.
    pub fn lifetimes(&self) -> Lifetimes {
        self.lifetimes
    }

    /// The live session with that secret.
    pub async fn with_secret(&self, secret: &SecretHash) -> Result<Option<Arc<Standing>>, StoreError> {
        if let Some(id) = self.ids.get(secret) {
            return self.find(id).await;
        }
        let wanted = secret.clone();
        let found = self.store.read(move |reads| reads.session_with(&wanted)).await?;
        let Some(SignedIn { session, .. }) = found else { return Ok(None) };
        // A session's secret never changes: only that it is still live has to be asked each time.
        self.ids.insert(secret.clone(), session.id);
        self.find(session.id).await
    }

    /// The live session of that id. Using it is noted.
    pub async fn find(&self, id: SessionId) -> Result<Option<Arc<Standing>>, StoreError> {
        let now = Timestamp::from_system_clock();
        let standing = match self.by_id.get(&id) {
            Some(standing) => standing,
            None => match self.load(id).await? {
                Some(standing) => standing,
                None => return Ok(None),
            },
        };
        let idle = now.since(standing.last_used_at);
        if now >= standing.expires_at || idle > self.lifetimes.idle {
            return Ok(None);
        }
        if idle > USE_WRITTEN_EVERY {
            return self.note_use(standing, now).await.map(Some);
        }
        Ok(Some(standing))
    }

    /// Forgets sessions that are over. Called before the revocation is answered.
    pub fn forget(&self, sessions: &[SessionId]) {
        self.forgotten.fetch_add(1, Ordering::SeqCst);
        for session in sessions {
            self.by_id.invalidate(session);
        }
    }

    async fn load(&self, id: SessionId) -> Result<Option<Arc<Standing>>, StoreError> {
        let before = self.forgotten.load(Ordering::SeqCst);
        let found = self.store.read(move |reads| reads.signed_in(id)).await?;
        let Some(SignedIn { session, user }) = found else { return Ok(None) };
        let now = Timestamp::from_system_clock();
        if !user.is_active() || !session.is_live(now, self.lifetimes.idle) {
            return Ok(None);
        }
        let standing = Arc::new(Standing {
            session: session.id,
            kind: session.kind,
            user: user.id,
            username: user.username,
            role: user.role,
            expires_at: session.expires_at,
            last_used_at: session.last_used_at,
        });
        self.by_id.insert(id, standing.clone());
        // Inserted first, compared then: whoever forgets after the comparison removes what was inserted.
        if self.forgotten.load(Ordering::SeqCst) != before {
            self.by_id.invalidate(&id);
        }
        Ok(Some(standing))
    }

    async fn note_use(&self, standing: Arc<Standing>, now: Timestamp) -> Result<Arc<Standing>, StoreError> {
        let id = standing.session;
        let used = Arc::new(Standing { last_used_at: now, ..(*standing).clone() });
        // First, so that of many requests at once one writes. Only where it still stands: it may be over by now.
        self.by_id.entry(id).and_compute_with(|entry| match entry {
            Some(_) => moka::ops::compute::Op::Put(used.clone()),
            None => moka::ops::compute::Op::Nop,
        });
        self.store.write(Some(used.user), move |work| work.set_last_used(id, now)).await?;
        Ok(used)
    }
}
