//! What goes on beside the work: checkpoints of SQLite's WAL, and news of sessions that other processes ended.

use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
    sync::Arc,
    sync::{Condvar, Mutex, PoisonError},
    time::{Duration, Instant},
};

use domain::{Audience, Event, Notice, SessionId, Timestamp, UserId};
use slog::{Logger, warn};

use crate::{
    connection::{DatabaseUrl, Loads, Purpose},
    error::Outcome,
    ledger::Clock,
    tables::sessions,
    writer::Publish,
};

/// How often it is looked at whether the WAL has grown.
const BEAT: Duration = Duration::from_millis(100);

/// How often sessions are looked for that another process ended.
const WATCH: Duration = Duration::from_millis(400);

/// A commit may come so long after the moment that it is about, and clocks may be so far apart.
const OVERLAP: Duration = Duration::from_secs(60);

/// A WAL of so many bytes is worth a checkpoint.
const WAL: u64 = 4 << 20;

/// A WAL of so many pages is made to begin anew: a writer that never rests would only ever add to it.
const PAGES: i64 = 16_384;

/// Rings once, when it is time to go.
#[derive(Default)]
pub(crate) struct Bell {
    rung: Mutex<bool>,
    heard: Condvar,
}

impl Bell {
    pub(crate) fn ring(&self) {
        *self.rung.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.heard.notify_all();
    }

    /// Waits for it; answers whether it rang.
    fn listen(&self, patience: Duration) -> bool {
        let rung = self.rung.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.heard.wait_timeout_while(rung, patience, |rung| !*rung);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }
}

/// What the thread owns.
pub(crate) struct Upkeep {
    pub(crate) url: DatabaseUrl,
    pub(crate) clock: Clock,
    pub(crate) publish: Publish,
    pub(crate) bell: Arc<Bell>,
    pub(crate) log: Logger,
}

impl Upkeep {
    /// Works until the bell rings.
    pub(crate) fn run(self) {
        let mut watch = Watch { since: (self.clock)(), known: HashSet::new() };
        let wal = self.wal();
        let mut sweeper: Option<Loads> = None;
        let mut connection: Option<Loads> = None;
        let mut watched = Instant::now();
        while !self.bell.listen(BEAT) {
            if let Some(wal) = &wal
                && std::fs::metadata(wal).is_ok_and(|file| file.len() > WAL)
            {
                sweeper = self.checkpoint(sweeper, false);
            }
            if watched.elapsed() >= WATCH {
                watched = Instant::now();
                connection = self.watch(connection, &mut watch);
            }
        }
        drop(connection);
        if wal.is_some() {
            self.checkpoint(sweeper, true);
        }
    }

    fn wal(&self) -> Option<PathBuf> {
        match &self.url {
            DatabaseUrl::Sqlite(path) => Some(beside(path, "-wal")),
            DatabaseUrl::Postgres(_) => None,
        }
    }

    /// Off the writer, so that no sender waits for it; answers the connection, where it can be used again.
    fn checkpoint(&self, sweeper: Option<Loads>, thoroughly: bool) -> Option<Loads> {
        let swept = sweeper
            .map_or_else(|| Loads::open(&self.url, Purpose::Checkpoint), Ok)
            .map_err(|error| error.to_string())
            .and_then(|mut loads| {
                sweep(&mut loads, thoroughly).map(|()| loads).map_err(|error| error.to_string())
            });
        swept.inspect_err(|why| warn!(self.log, "no checkpoint could be made"; "error" => why.as_str())).ok()
    }

    /// Tells of sessions that were ended; answers the connection, where it can be used again.
    fn watch(&self, connection: Option<Loads>, watch: &mut Watch) -> Option<Loads> {
        let mut loads = connection.or_else(|| Loads::open(&self.url, Purpose::Look).ok())?;
        let ended = watch.ended(&mut loads, (self.clock)()).ok()?;
        if !ended.is_empty() {
            (self.publish)(ended);
        }
        Some(loads)
    }
}

fn sweep(loads: &mut Loads, thoroughly: bool) -> diesel::QueryResult<()> {
    // The long part is done beside the writer; what little is left after it holds the writer up for a moment.
    let pages = loads.checkpoint(false)?;
    if thoroughly || pages > PAGES {
        loads.checkpoint(true)?;
    }
    Ok(())
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Which ended sessions are known. Those that this process ended are told twice, which does no harm.
struct Watch {
    since: Timestamp,
    known: HashSet<i64>,
}

impl Watch {
    fn ended(&mut self, loads: &mut Loads, now: Timestamp) -> Outcome<Vec<Notice>> {
        let overlap = i64::try_from(OVERLAP.as_micros()).unwrap_or(i64::MAX);
        let from = Timestamp::from_micros(self.since.micros().saturating_sub(overlap));
        let ended = sessions::ended_after(loads, from)?;
        let mut news: HashMap<i64, Vec<SessionId>> = HashMap::new();
        for (session, user) in &ended {
            if !self.known.contains(session) {
                news.entry(*user).or_default().push(SessionId::new(*session));
            }
        }
        self.known = ended.into_iter().map(|(session, _)| session).collect();
        self.since = now;
        Ok(news
            .into_iter()
            .map(|(user, sessions)| {
                let user = UserId::new(user);
                Notice::new(Audience::User(user), Event::SessionsEnded { user, sessions })
            })
            .collect())
    }
}
