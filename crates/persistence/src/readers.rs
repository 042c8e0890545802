//! Looking: a few threads with a connection each.

use std::{
    collections::VecDeque,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use domain::ports::{Look, Reads, StoreError};
use slog::{Logger, error, warn};

use crate::{
    connection::{DatabaseUrl, Loads, Purpose},
    ledger::Clock,
    metrics,
    unit::Unit,
};

/// How long a reader that found no database refuses looks before it tries again.
const PAUSE: Duration = Duration::from_millis(500);

/// How long a search waits for the index at the most.
const LATEST: Duration = Duration::from_millis(200);

/// Looks that wait for a reader.
pub(crate) struct Looks {
    waiting: Mutex<Waiting>,
    arrived: Condvar,
    capacity: usize,
}

struct Waiting {
    looks: VecDeque<Look>,
    /// Searches that wait for the index, and until when they do: the first is the first.
    held: VecDeque<(Instant, Look)>,
    /// Whether something has landed that is not in the index yet.
    behind: bool,
    open: bool,
}

impl Waiting {
    /// Lets those searches go on that have waited long enough, or all.
    fn let_go(&mut self, all: bool) {
        let now = Instant::now();
        while let Some((_, look)) = self.held.pop_front_if(|(until, _)| all || *until <= now) {
            self.looks.push_back(look);
        }
    }
}

impl Looks {
    pub(crate) fn new(capacity: usize) -> Self {
        let waiting = Waiting { looks: VecDeque::new(), held: VecDeque::new(), behind: false, open: true };
        Self { waiting: Mutex::new(waiting), arrived: Condvar::new(), capacity }
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many looks wait.
    pub(crate) fn len(&self) -> usize {
        let waiting = self.lock();
        waiting.looks.len() + waiting.held.len()
    }

    pub(crate) fn push(&self, look: Look) -> Result<(), StoreError> {
        self.put(look, false)
    }

    /// Adds a search, which waits for the index without holding a reader.
    pub(crate) fn push_search(&self, look: Look) -> Result<(), StoreError> {
        self.put(look, true)
    }

    fn put(&self, look: Look, search: bool) -> Result<(), StoreError> {
        let mut waiting = self.lock();
        if !waiting.open {
            return Err(StoreError::Away("the server is going down".to_owned()));
        }
        if waiting.looks.len() + waiting.held.len() >= self.capacity {
            return Err(StoreError::Busy);
        }
        if search && waiting.behind {
            waiting.held.push_back((Instant::now() + LATEST, look));
        } else {
            waiting.looks.push_back(look);
        }
        drop(waiting);
        self.arrived.notify_one();
        Ok(())
    }

    /// Something has landed: searches wait from now on.
    pub(crate) fn hold(&self) {
        self.lock().behind = true;
    }

    /// All that landed is in the index.
    pub(crate) fn release(&self) {
        let mut waiting = self.lock();
        waiting.behind = false;
        let held = !waiting.held.is_empty();
        waiting.let_go(true);
        drop(waiting);
        if held {
            self.arrived.notify_all();
        }
    }

    fn take(&self) -> Option<Look> {
        let mut waiting = self.lock();
        loop {
            let closed = !waiting.open;
            waiting.let_go(closed);
            if let Some(look) = waiting.looks.pop_front() {
                return Some(look);
            }
            if closed {
                return None;
            }
            waiting = match waiting.held.front() {
                None => self.arrived.wait(waiting).unwrap_or_else(PoisonError::into_inner),
                Some((until, _)) => {
                    let patience = until.saturating_duration_since(Instant::now());
                    self.arrived.wait_timeout(waiting, patience).unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
    }

    pub(crate) fn close(&self) {
        self.lock().open = false;
        self.arrived.notify_all();
    }
}

/// What a reader's thread owns.
pub(crate) struct Reader {
    pub(crate) url: DatabaseUrl,
    pub(crate) clock: Clock,
    pub(crate) looks: Arc<Looks>,
    pub(crate) log: Logger,
}

impl Reader {
    /// Works until no more looks come.
    pub(crate) fn run(self, connection: Loads) {
        let mut connection = Some(connection);
        let mut paused: Option<(Instant, StoreError)> = None;
        while let Some(look) = self.looks.take() {
            if let Some((until, why)) = &paused
                && Instant::now() < *until
            {
                self.call(look, Err(why.clone()));
                continue;
            }
            paused = None;
            match self.begin(connection.take()) {
                Ok(loads) => connection = self.look(loads, look),
                Err(why) => {
                    self.call(look, Err(why.clone()));
                    paused = Some((Instant::now() + PAUSE, why));
                }
            }
        }
    }

    /// A connection in a transaction of its own, so that a look sees one state of things; a connection that was
    /// lost unnoticed is made anew.
    fn begin(&self, connection: Option<Loads>) -> Result<Loads, StoreError> {
        if let Some(mut loads) = connection
            && begin(&mut loads).is_ok()
        {
            return Ok(loads);
        }
        let away = |why: &dyn ToString| StoreError::Away(why.to_string());
        let mut loads = Loads::open(&self.url, Purpose::Look).map_err(|error| away(&error))?;
        begin(&mut loads).map_err(|error| away(&error))?;
        Ok(loads)
    }

    /// Answers the connection, where it can be used again.
    fn look(&self, mut loads: Loads, look: Look) -> Option<Loads> {
        let began = Instant::now();
        let mut unit = Unit::new(&mut loads, &self.clock);
        self.call(look, Ok(&mut unit));
        metrics::look(began.elapsed());
        match loads.transact("COMMIT") {
            Ok(()) => Some(loads),
            Err(error) => {
                warn!(self.log, "a reader lost its connection"; "error" => error.to_string());
                None
            }
        }
    }

    fn call(&self, look: Look, reads: Result<&mut dyn Reads, StoreError>) {
        if catch_unwind(AssertUnwindSafe(|| look(reads))).is_err() {
            error!(self.log, "a look panicked");
        }
    }
}

fn begin(loads: &mut Loads) -> diesel::QueryResult<()> {
    let postgres = loads.is_postgres();
    loads.transact(if postgres { "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" } else { "BEGIN" })
}
