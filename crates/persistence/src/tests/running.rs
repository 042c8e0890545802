//! A database as the server uses it, and what tests do with it.

use std::{
    sync::{Arc, Mutex, mpsc},
    time::Duration,
};

use domain::{
    Caller, ChatId, Notice, Origin, Via,
    chats::{NewChat, Visibility, groups},
    messages::{Draft, MessageError, Sending, Sent},
    ports::{Job, Reads, Store, StoreError, UnitOfWork},
    users::{NewUser, PasswordHash, SiteRole, User},
};
use slog::{Discard, Logger, o};

use super::place::Place;
use crate::{Database, Options};

/// An open database, and all that it told.
pub(super) struct Running {
    pub(super) database: Arc<Database>,
    pub(super) told: Arc<Mutex<Vec<Notice>>>,
    pub(super) place: Place,
}

pub(super) const PATIENCE: Duration = Duration::from_secs(20);

impl Running {
    pub(super) fn new(place: Place) -> Self {
        Self::with_queue(place, 4096)
    }

    pub(super) fn with_queue(place: Place, queue: usize) -> Self {
        let told: Arc<Mutex<Vec<Notice>>> = Arc::default();
        let hear = told.clone();
        let options = Options { queue, ..Options::new(place.url(), Logger::root(Discard, o!())) };
        let database = Database::open(
            options,
            Box::new(move |notices| hear.lock().expect("nobody panics here").extend(notices)),
        )
        .expect("the database opens");
        Self { database, told, place }
    }

    pub(super) fn everywhere() -> impl Iterator<Item = Self> {
        Place::all().into_iter().map(Self::new)
    }

    /// Does a job and waits for its answer.
    pub(super) fn write<T: Send + 'static, E: From<StoreError> + Send + 'static>(
        &self,
        job: impl FnOnce(&mut dyn UnitOfWork) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        let (value, valued) = mpsc::channel();
        let (done, answered) = mpsc::channel();
        let run = Box::new(move |work: &mut dyn UnitOfWork| {
            let outcome = job(work);
            let lands = outcome.is_ok();
            value.send(outcome).expect("the test waits");
            lands
        });
        let done = Box::new(move |outcome| done.send(outcome).expect("the test waits"));
        self.database.submit(Job::Other { account: None, run, done })?;
        answered.recv_timeout(PATIENCE).expect("an answer")?;
        valued.recv().expect("the job was run")
    }

    pub(super) fn read<T: Send + 'static>(
        &self,
        look: impl FnOnce(&mut dyn Reads) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (answer, answered) = mpsc::channel();
        self.database.look(Box::new(move |reads| {
            answer.send(reads.and_then(look)).expect("the test waits");
        }))?;
        answered.recv_timeout(PATIENCE).expect("an answer")
    }

    pub(super) fn submit(
        &self,
        sending: Sending,
    ) -> Result<mpsc::Receiver<Result<Sent, MessageError>>, StoreError> {
        let (answer, answered) = mpsc::channel();
        let done = Box::new(move |outcome| {
            // A test may have seen enough.
            let _ = answer.send(outcome);
        });
        self.database.submit(Job::Send(sending, done))?;
        Ok(answered)
    }

    pub(super) fn send(&self, sending: Sending) -> Result<Sent, MessageError> {
        self.submit(sending)?.recv_timeout(PATIENCE).expect("an answer")
    }

    pub(super) fn people(&self, names: &[&str]) -> Vec<User> {
        names.iter().map(|name| self.person(name)).collect()
    }

    pub(super) fn person(&self, username: &str) -> User {
        let new = NewUser {
            username: username.parse().expect("a username"),
            first_name: None,
            last_name: None,
            email: None,
            password: PasswordHash::new("hash".to_owned()),
            role: SiteRole::Member,
        };
        self.write::<_, StoreError>(move |work| work.insert_user(&origin(), &new)).expect("a user")
    }

    pub(super) fn group(&self, owner: &User, members: &[User]) -> ChatId {
        let new = NewChat {
            name: "lunch".parse().expect("a name"),
            description: None,
            visibility: Visibility::Private,
        };
        let (by, names) =
            (caller(owner), members.iter().map(|user| user.username.clone()).collect::<Vec<_>>());
        self.write(move |work| groups::create(work, &by, &new, &names)).expect("a group").chat.id
    }

    pub(super) fn told(&self) -> Vec<Notice> {
        std::mem::take(&mut self.told.lock().expect("nobody panics here"))
    }
}

pub(super) fn origin() -> Origin {
    Origin::anonymous(Via::System)
}

pub(super) fn caller(user: &User) -> Caller {
    Caller::new(user.id, user.role, None, origin())
}

pub(super) fn sending(by: &User, chat: ChatId, text: &str, client_id: &str) -> Sending {
    let id = (!client_id.is_empty()).then(|| client_id.parse().expect("a client_id"));
    Sending { by: caller(by), chat, draft: Draft::of(text.parse().expect("a text")).known_as(id) }
}

/// A job that holds the writer until it is let go: what tells that it began, and what lets it go.
pub(super) fn hold(
    store: &Running,
    account: Option<domain::UserId>,
) -> (mpsc::Receiver<()>, mpsc::Sender<()>) {
    let (let_go, held) = mpsc::channel();
    let (begun, begins) = mpsc::channel();
    let run = Box::new(move |_: &mut dyn UnitOfWork| {
        begun.send(()).expect("the test waits");
        held.recv().is_ok()
    });
    store.database.submit(Job::Other { account, run, done: Box::new(|_| {}) }).expect("room");
    (begins, let_go)
}
