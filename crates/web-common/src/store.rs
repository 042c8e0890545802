//! The store, as handlers use it: they await what the writer or a reader does, and hold no thread meanwhile.

use std::sync::{Arc, Mutex, PoisonError};

use domain::{
    UserId,
    messages::{MessageError, Reading, Sending, Sent},
    ports::{self, Job, Reads, StoreError, UnitOfWork},
};
use tokio::sync::oneshot;

/// A handle on the store.
#[derive(Clone)]
pub struct Store {
    port: Arc<dyn ports::Store>,
}

impl Store {
    /// The store behind `port`.
    pub fn new(port: Arc<dyn ports::Store>) -> Self {
        Self { port }
    }

    /// Does a use case as a job of the writer, on the account of `account`, and answers after its commit. An
    /// error leaves nothing behind.
    pub async fn write<T, E, F>(&self, account: Option<UserId>, job: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(&mut dyn UnitOfWork) -> Result<T, E> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let outcome = Arc::new(Mutex::new(None));
        let landed = outcome.clone();
        let run = Box::new(move |work: &mut dyn UnitOfWork| {
            let result = job(work);
            let lands = result.is_ok();
            *landed.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
            lands
        });
        let done = Box::new(move |committed: Result<(), StoreError>| {
            let result = outcome.lock().unwrap_or_else(PoisonError::into_inner).take();
            let answered = match (committed, result) {
                // A refusal stands, whatever became of the others in the same transaction.
                (_, Some(Err(refusal))) => Err(refusal),
                (Ok(()), Some(Ok(value))) => Ok(value),
                (Err(error), _) => Err(error.into()),
                (Ok(()), None) => Err(StoreError::Broken("the job was not run".to_owned()).into()),
            };
            // Nobody waits any more when the request was given up.
            let _ = answer.send(answered);
        });
        self.port.submit(Job::Other { account, run, done })?;
        answered.await.unwrap_or_else(|_| Err(dropped().into()))
    }

    /// Sends a message, in bulk with what else is being sent.
    pub async fn send(&self, sending: Sending) -> Result<Sent, MessageError> {
        let (answer, answered) = oneshot::channel();
        let done = Box::new(move |outcome| {
            let _ = answer.send(outcome);
        });
        self.port.submit(Job::Send(sending, done))?;
        answered.await.unwrap_or_else(|_| Err(dropped().into()))
    }

    /// Notes how far somebody has read, in bulk with what else is being noted.
    pub async fn mark_read(&self, reading: Reading) -> Result<(), MessageError> {
        let (answer, answered) = oneshot::channel();
        let done = Box::new(move |outcome| {
            let _ = answer.send(outcome);
        });
        self.port.submit(Job::Read(reading, done))?;
        answered.await.unwrap_or_else(|_| Err(dropped().into()))
    }

    /// Looks at what has landed.
    pub async fn read<T, E, F>(&self, look: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(&mut dyn Reads) -> Result<T, E> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        self.port.look(Box::new(move |reads| {
            let result = reads.map_err(E::from).and_then(look);
            let _ = answer.send(result);
        }))?;
        answered.await.unwrap_or_else(|_| Err(dropped().into()))
    }

    /// Searches what has landed, once all of it can be found, which it waits for a moment at the most.
    pub async fn search<T, E, F>(&self, look: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(&mut dyn Reads) -> Result<T, E> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        self.port.look_indexed(Box::new(move |reads| {
            let result = reads.map_err(E::from).and_then(look);
            let _ = answer.send(result);
        }))?;
        answered.await.unwrap_or_else(|_| Err(dropped().into()))
    }

    /// Whether the database answers. Blocks for as long as that takes.
    pub fn ping(&self) -> Result<(), StoreError> {
        self.port.ping()
    }
}

/// A job that was let go without an answer was not done.
fn dropped() -> StoreError {
    StoreError::Away("the server is going down".to_owned())
}
