//! Filling the search index behind what has landed, without keeping anybody waiting.

use std::{
    collections::BTreeSet,
    sync::Arc,
    time::{Duration, Instant},
};

use domain::{ChatId, Event, Notice, ports::StoreError};
use slog::{Logger, error};

use crate::{
    ledger::Ledger,
    readers::Looks,
    tables::search::{self, Filled},
};

/// A writer with nothing to do waits so long for more before it fills the index.
const PAUSE: Duration = Duration::from_millis(20);

/// While there is work, filling the index takes one part in so many of the time.
const SHARE: u32 = 20;

/// How often it is looked for what nobody told of: what another process left behind.
const SWEEP: Duration = Duration::from_secs(60);

/// As many chats are found at once.
const FOUND: usize = 1_000;

/// What is to be taken into the index.
pub(super) struct Indexing {
    looks: Arc<Looks>,
    behind: BTreeSet<ChatId>,
    /// When to look for what nobody told of.
    sweep: Instant,
    /// While there is work, not before.
    rest: Instant,
    /// Whether nothing came since the last step.
    quiet: bool,
}

impl Indexing {
    pub(super) fn new(looks: Arc<Looks>) -> Self {
        let now = Instant::now();
        Self { looks, behind: BTreeSet::new(), sweep: now, rest: now, quiet: false }
    }

    /// Takes note of what has landed, before anybody is answered: who searches then waits for it.
    pub(super) fn note(&mut self, notices: &[Notice]) {
        for notice in notices {
            if let Event::MessageCreated { message }
            | Event::MessageUpdated { message }
            | Event::MessageDeleted { message } = &*notice.event
            {
                self.behind.insert(message.chat);
            }
        }
        self.quiet = false;
        if !self.behind.is_empty() {
            self.looks.hold();
        }
    }

    /// How long to wait for work before [`idle`](Self::idle).
    pub(super) fn patience(&self) -> Duration {
        match (self.behind.is_empty(), self.quiet) {
            (true, _) => self.sweep.saturating_duration_since(Instant::now()),
            (false, true) => Duration::ZERO,
            (false, false) => PAUSE,
        }
    }

    /// There is nothing else to do; `false` when the connection is lost.
    pub(super) fn idle(&mut self, ledger: &mut Ledger, log: &Logger) -> bool {
        self.quiet = true;
        if !self.behind.is_empty() {
            return self.step(ledger, log);
        }
        if Instant::now() < self.sweep {
            return true;
        }
        let found = search::behind(ledger.loads(), FOUND);
        if found.as_ref().map_or(0, Vec::len) < FOUND {
            self.sweep = Instant::now() + SWEEP;
        }
        match found {
            Ok(found) => {
                self.behind.extend(found);
                true
            }
            Err(failure) => self.fail(&failure.into(), log),
        }
    }

    /// There is more work, but the index gets its share; `false` when the connection is lost.
    pub(super) fn busy(&mut self, ledger: &mut Ledger, log: &Logger) -> bool {
        let begun = Instant::now();
        if self.behind.is_empty() || begun < self.rest {
            return true;
        }
        let usable = self.step(ledger, log);
        self.rest = Instant::now() + begun.elapsed() * SHARE;
        usable
    }

    fn step(&mut self, ledger: &mut Ledger, log: &Logger) -> bool {
        let chats: Vec<ChatId> = self.behind.iter().copied().collect();
        match ledger.aside(|ledger| search::fill(ledger, &chats)) {
            Ok(Filled::Done(done)) => {
                for chat in done {
                    self.behind.remove(&chat);
                }
                if self.behind.is_empty() {
                    self.looks.release();
                }
                true
            }
            Ok(Filled::Elsewhere) => {
                self.quiet = false;
                true
            }
            Err(failure) => self.fail(&failure.into(), log),
        }
    }

    /// A fault of Natter's own would come again at once: it is tried again with the next sweep.
    fn fail(&mut self, why: &StoreError, log: &Logger) -> bool {
        error!(log, "the search index can't be filled"; "error" => why.to_string());
        if !matches!(why, StoreError::Broken(_)) {
            return false;
        }
        self.behind.clear();
        self.looks.release();
        self.sweep = Instant::now() + SWEEP;
        true
    }
}
