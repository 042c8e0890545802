//! The store as the server uses it: a writer, readers, and the threads that look after them.

use std::{
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread::{self, JoinHandle},
    time::Duration,
};

use domain::{
    Notice, Timestamp,
    ports::{Job, Look, Store, StoreError},
};
use slog::Logger;

use crate::{
    connection::{DatabaseUrl, Loads, Purpose},
    error::OpenError,
    ledger::{Clock, Ledger},
    metrics,
    migrations::migrate,
    readers::{Looks, Reader},
    upkeep::{Bell, Upkeep},
    writer::{Publish, Queue, Writer},
};

/// How to open a database.
pub struct Options {
    /// Where it is.
    pub url: DatabaseUrl,
    /// How many threads look, each with a connection.
    pub readers: u32,
    /// How many changes may wait; one account may have an eighth of them. Eight times as many looks may wait.
    pub queue: usize,
    /// Where faults are told.
    pub log: Logger,
    /// Tells the time.
    pub clock: Clock,
}

impl Options {
    /// With four readers, 4096 changes waiting, and the system's clock.
    pub fn new(url: DatabaseUrl, log: Logger) -> Self {
        Self { url, readers: 4, queue: 4096, log, clock: Arc::new(Timestamp::from_system_clock) }
    }
}

/// How long a database may take to answer that it is there.
const PING: Duration = Duration::from_secs(3);

/// An open database. Dropping it closes it.
pub struct Database {
    queue: Arc<Queue>,
    looks: Arc<Looks>,
    bell: Arc<Bell>,
    threads: Mutex<Threads>,
}

#[derive(Default)]
struct Threads {
    /// They end when no more jobs or looks come.
    workers: Vec<JoinHandle<()>>,
    /// It ends when the bell rings, after the workers.
    upkeep: Option<JoinHandle<()>>,
}

impl Database {
    /// Brings the database up to date and starts the writer and the readers. What lands is told to `publish`,
    /// in its order, on the writer's thread: it must not block. So are sessions that another process ended.
    pub fn open(
        options: Options,
        publish: Box<dyn Fn(Vec<Notice>) + Send + Sync>,
    ) -> Result<Arc<Self>, OpenError> {
        metrics::describe();
        let Options { url, readers, queue, log, clock } = options;
        let ran = migrate(&url)?;
        if !ran.is_empty() {
            slog::info!(log, "the database was brought up to date"; "migrations" => ran.join(", "));
        }
        let publish: Publish = publish.into();
        let database = Arc::new(Self {
            queue: Arc::new(Queue::new(queue)),
            looks: Arc::new(Looks::new(queue.saturating_mul(8).max(1))),
            bell: Arc::default(),
            threads: Mutex::default(),
        });
        let ledger = Ledger::open(&url, clock.clone())?;
        let writer = Writer {
            url: url.clone(),
            clock: clock.clone(),
            queue: database.queue.clone(),
            looks: database.looks.clone(),
            publish: publish.clone(),
            log: log.clone(),
        };
        database.work("natter-writer".to_owned(), move || writer.run(ledger))?;
        for number in 1..=readers.max(1) {
            let loads = Loads::open(&url, Purpose::Look)?;
            let reader = Reader {
                url: url.clone(),
                clock: clock.clone(),
                looks: database.looks.clone(),
                log: log.clone(),
            };
            database.work(format!("natter-reader-{number}"), move || reader.run(loads))?;
        }
        let upkeep = Upkeep { url, clock, publish, bell: database.bell.clone(), log };
        let thread = thread::Builder::new().name("natter-upkeep".to_owned()).spawn(move || upkeep.run())?;
        database.threads().upkeep = Some(thread);
        Ok(database)
    }

    fn threads(&self) -> std::sync::MutexGuard<'_, Threads> {
        self.threads.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self, name: String, work: impl FnOnce() + Send + 'static) -> Result<(), OpenError> {
        let thread = thread::Builder::new().name(name).spawn(work)?;
        self.threads().workers.push(thread);
        Ok(())
    }

    /// Tells the recorder of metrics how much waits now.
    pub fn measure(&self) {
        metrics::waiting(self.queue.len(), self.looks.len());
    }

    /// Takes no more jobs, does and answers those it took, empties SQLite's WAL and ends all threads. Once
    /// closed, nothing happens.
    pub fn close(&self) {
        self.queue.close();
        self.looks.close();
        let Threads { workers, upkeep } = std::mem::take(&mut *self.threads());
        for thread in workers {
            // A thread that panicked has nothing left to do.
            let _ = thread.join();
        }
        self.bell.ring();
        if let Some(thread) = upkeep {
            let _ = thread.join();
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        self.close();
    }
}

impl Store for Database {
    fn submit(&self, job: Job) -> Result<(), StoreError> {
        self.queue.push(job)
    }

    fn look(&self, look: Look) -> Result<(), StoreError> {
        self.looks.push(look)
    }

    fn look_indexed(&self, look: Look) -> Result<(), StoreError> {
        self.looks.push_search(look)
    }

    fn ping(&self) -> Result<(), StoreError> {
        let (answer, answered) = mpsc::channel();
        self.look(Box::new(move |reads| {
            // Who asked may have lost patience.
            let _ = answer.send(reads.and_then(|reads| reads.active_admins().map(|_| ())));
        }))?;
        answered
            .recv_timeout(PING)
            .unwrap_or_else(|_| Err(StoreError::Away("the database does not answer".to_owned())))
    }
}
