//! A store in memory behind the port by which the web does its jobs.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::MemoryStore;
use crate::{
    Notice,
    messages::{MessageError, reading, sending},
    ports::{Job, Look, Store, StoreError, UnitOfWork},
};

type Listener = Arc<dyn Fn(Notice) + Send + Sync>;

/// A [`MemoryStore`] that many share. It does each job at once, on the thread that submits it: a job's `done`
/// may submit further ones, the job itself and a look may not.
#[derive(Clone, Default)]
pub struct SharedStore {
    store: Arc<Mutex<MemoryStore>>,
    listener: Option<Listener>,
}

impl SharedStore {
    /// Shares a store. What it noted so far stays in it.
    pub fn new(store: MemoryStore) -> Self {
        Self { store: Arc::new(Mutex::new(store)), listener: None }
    }

    /// Hands what landed jobs note to `listener`, in order, once each job was answered. Without a listener it
    /// stays in the store.
    #[must_use]
    pub fn heard_by(self, listener: impl Fn(Notice) + Send + Sync + 'static) -> Self {
        Self { listener: Some(Arc::new(listener)), ..self }
    }

    /// The store itself, for a test to prepare or to look at.
    pub fn lock(&self) -> MutexGuard<'_, MemoryStore> {
        // A job that panics leaves nothing half done: the store is as good as before.
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does a job and answers it, then tells the listener.
    fn settle<T, E>(
        &self,
        job: impl FnOnce(&mut dyn UnitOfWork) -> Result<T, E>,
        answer: impl FnOnce(Result<T, E>),
    ) {
        let mut store = self.lock();
        let outcome = store.write(job);
        let notices = if self.listener.is_some() { store.take_notices() } else { Vec::new() };
        drop(store);
        answer(outcome);
        if let Some(listener) = &self.listener {
            notices.into_iter().for_each(|notice| listener(notice));
        }
    }
}

impl Store for SharedStore {
    fn submit(&self, job: Job) -> Result<(), StoreError> {
        match job {
            Job::Send(sending, done) => self.settle(|work| sending::send(work, sending), done),
            Job::Read(reading, done) => self.settle(
                |work| {
                    let mut outcomes = reading::mark_all(work, std::slice::from_ref(&reading))?;
                    outcomes.pop().unwrap_or(Err(MessageError::NoSuchChat))
                },
                done,
            ),
            Job::Other { run, done, .. } => self.settle(
                |work| if run(work) { Ok(()) } else { Err(()) },
                // A job that was not to land has been done too.
                |_: Result<(), ()>| done(Ok(())),
            ),
        }
        Ok(())
    }

    fn look(&self, look: Look) -> Result<(), StoreError> {
        look(Ok(&mut *self.lock()));
        Ok(())
    }

    fn look_indexed(&self, look: Look) -> Result<(), StoreError> {
        self.look(look)
    }

    fn ping(&self) -> Result<(), StoreError> {
        Ok(())
    }
}
