//! The writer: one thread with one connection, through which every change goes.

mod answer;
mod bulk;
mod group;
mod indexing;
mod plan;
mod queue;

use std::{
    collections::VecDeque,
    sync::{Arc, mpsc},
    thread,
    time::{Duration, Instant},
};

use domain::{
    Notice,
    ports::{Job, StoreError},
};
use slog::{Logger, error, info, warn};

use crate::{
    connection::DatabaseUrl,
    error::OpenError,
    ledger::{Clock, Ledger},
    metrics,
    readers::Looks,
};

use indexing::Indexing;
pub(crate) use queue::Queue;
use queue::Taken;

/// As many jobs share a transaction at the most.
const GROUP: usize = 512;

/// A group of so many jobs tells of a crowd: those who were just answered are given a moment to come back, so that
/// the next group is not the first of them alone. With fewer there is never a wait.
const CROWD: usize = 8;
const MOMENT: Duration = Duration::from_micros(80);

/// How long a writer without a connection looks for jobs to refuse before it looks for its connection again.
const GLANCE: Duration = Duration::from_millis(20);

/// Between attempts to connect again: from the first to the longest.
const BACKOFF: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(2));

/// Who is told what landed.
pub(crate) type Publish = Arc<dyn Fn(Vec<Notice>) + Send + Sync>;

/// What the writer's thread owns.
pub(crate) struct Writer {
    pub(crate) url: DatabaseUrl,
    pub(crate) clock: Clock,
    pub(crate) queue: Arc<Queue>,
    /// Searches among them wait for the index that the writer fills.
    pub(crate) looks: Arc<Looks>,
    pub(crate) publish: Publish,
    pub(crate) log: Logger,
}

impl Writer {
    /// Works until the queue is closed and empty.
    pub(crate) fn run(self, ledger: Ledger) {
        let mut connection = Connection::Open(ledger);
        metrics::up(true);
        let mut indexing = Indexing::new(self.looks.clone());
        let mut crowd = false;
        loop {
            if std::mem::take(&mut crowd) {
                thread::sleep(MOMENT);
            }
            let patience = match &connection {
                Connection::Open(_) => indexing.patience(),
                Connection::Lost { .. } => GLANCE,
            };
            match self.queue.take(GROUP, Some(patience)) {
                Taken::Closed => return,
                Taken::Nothing => {
                    if let Connection::Open(ledger) = &mut connection
                        && !indexing.idle(ledger, &self.log)
                    {
                        connection = Connection::lost(group::Limbo::nothing());
                    }
                }
                Taken::Jobs(lanes) => match &mut connection {
                    Connection::Open(ledger) => {
                        crowd = lanes.iter().map(VecDeque::len).sum::<usize>() >= CROWD;
                        let lost =
                            group::run(ledger, &self.clock, lanes, &mut indexing, &self.publish, &self.log);
                        let lost = lost.or_else(|| {
                            let usable = indexing.busy(ledger, &self.log);
                            (!usable).then(group::Limbo::nothing)
                        });
                        if let Some(limbo) = lost {
                            warn!(self.log, "the database is away");
                            connection = Connection::lost(limbo);
                        }
                    }
                    Connection::Lost(Lost { why, .. }) => {
                        for job in lanes.into_iter().flatten() {
                            refuse(job, &StoreError::Away(why.clone()));
                        }
                    }
                },
            }
            connection = self.mend(connection);
        }
    }

    /// Connects again, on a thread of its own, so that jobs are refused at once meanwhile.
    fn mend(&self, connection: Connection) -> Connection {
        let Connection::Lost(lost) = connection else { return connection };
        let Lost { why, wait, attempt, limbo } = lost;
        let attempt = match attempt {
            Attempt::At(time) if Instant::now() < time => Attempt::At(time),
            Attempt::At(_) => Attempt::Running(self.connect()),
            Attempt::Running(answer) => match answer.try_recv() {
                Err(mpsc::TryRecvError::Empty) => Attempt::Running(answer),
                Ok(Ok(mut ledger)) => {
                    info!(self.log, "the database is back");
                    metrics::up(true);
                    group::tell(&self.publish, limbo.landed(&mut ledger), &self.log);
                    return Connection::Open(ledger);
                }
                failed => {
                    let why = if let Ok(Err(error)) = failed { error.to_string() } else { why };
                    let attempt = Attempt::At(Instant::now() + wait);
                    return Connection::Lost(Lost { why, wait: (wait * 2).min(BACKOFF.1), attempt, limbo });
                }
            },
        };
        Connection::Lost(Lost { why, wait, attempt, limbo })
    }

    fn connect(&self) -> mpsc::Receiver<Result<Ledger, OpenError>> {
        let (answer, answered) = mpsc::channel();
        let (url, clock) = (self.url.clone(), self.clock.clone());
        let spawned = thread::Builder::new().name("natter-connect".to_owned()).spawn(move || {
            // The writer may have ended meanwhile: then nobody needs it.
            let _ = answer.send(Ledger::open(&url, clock));
        });
        if let Err(why) = spawned {
            error!(self.log, "no thread to connect on"; "error" => why.to_string());
        }
        answered
    }
}

enum Connection {
    Open(Ledger),
    Lost(Lost),
}

/// What is known while there is no connection.
struct Lost {
    why: String,
    wait: Duration,
    attempt: Attempt,
    /// Told once it is known whether it landed.
    limbo: group::Limbo,
}

enum Attempt {
    At(Instant),
    Running(mpsc::Receiver<Result<Ledger, OpenError>>),
}

impl Connection {
    fn lost(limbo: group::Limbo) -> Self {
        metrics::up(false);
        let why = "the connection was lost".to_owned();
        Self::Lost(Lost { why, wait: BACKOFF.0, attempt: Attempt::At(Instant::now()), limbo })
    }
}

/// Answers a job that was not done.
pub(crate) fn refuse(job: Job, why: &StoreError) {
    answer::Answer::refusal(job, why).give(Err(why.clone()));
}
