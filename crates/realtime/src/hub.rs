//! The live events of the whole process.

use std::{
    rc::Rc,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use domain::{
    Audience, ChatId, Event, Notice, UserId,
    ports::{Dialect, Presence as _},
};

use crate::{
    inbox::{Inbox, Link},
    metrics,
    presence::{Farewell, Presence},
    rendering::Rendering,
    worker::Worker,
};

/// For how long nobody is told that a user went: loading a page anew takes less.
pub const GRACE: Duration = Duration::from_secs(5);

/// Called with a user who went.
type Offline = Box<dyn Fn(UserId) + Send + Sync>;

/// The live events of the whole process: hands what happened to every worker, and knows who is there.
pub struct Hub {
    dialects: Vec<Arc<dyn Dialect>>,
    presence: Presence,
    grace: Duration,
    /// One for each worker that is there.
    links: Mutex<Vec<Arc<Link>>>,
    going_down: AtomicBool,
    offline: OnceLock<Offline>,
}

impl Hub {
    /// A hub without workers yet. Readers name one of `dialects` by its place; a user may have up to
    /// `sockets_per_user` of them.
    pub fn new(dialects: Vec<Arc<dyn Dialect>>, sockets_per_user: usize) -> Self {
        metrics::describe();
        Self {
            dialects,
            presence: Presence::new(sockets_per_user),
            grace: GRACE,
            links: Mutex::default(),
            going_down: AtomicBool::default(),
            offline: OnceLock::new(),
        }
    }

    /// The same, with another time than [`GRACE`] for a user to come back before others are told that they went.
    #[must_use]
    pub fn with_grace(self, grace: Duration) -> Self {
        Self { grace, ..self }
    }

    /// Has `tell` called with each user who went, after the others were told. Only the first call counts.
    ///
    /// It runs on a worker's thread and must neither block nor spawn: it is also called while a worker ends, when
    /// tasks of its thread are no longer run.
    pub fn on_offline(&self, tell: impl Fn(UserId) + Send + Sync + 'static) {
        let _ = self.offline.set(Box::new(tell));
    }

    /// Tells of what happened, in this order. Neither renders nor waits: each worker is sent one reference.
    pub fn publish(&self, notices: Vec<Notice>) {
        if notices.is_empty() {
            return;
        }
        notices.iter().for_each(|notice| metrics::event(&notice.event));
        let dialects = self.dialects.len();
        let batch: Arc<[Rendering]> =
            notices.into_iter().map(|notice| Rendering::new(notice, dialects)).collect();
        for link in self.links().iter() {
            link.send(&batch);
        }
    }

    /// The part for the worker of the web server on whose thread this is called, within its `LocalSet`. Once it is
    /// dropped, it is forgotten.
    ///
    /// # Panics
    /// Outside a `LocalSet`.
    pub fn worker(self: &Arc<Self>) -> Rc<Worker> {
        let (worker, inbox) = self.employ();
        tokio::task::spawn_local(inbox.run(Rc::downgrade(&worker)));
        worker
    }

    /// A worker, and what has to be done for it to hear.
    pub(crate) fn employ(self: &Arc<Self>) -> (Rc<Worker>, Inbox) {
        let (link, inbox) = Inbox::new();
        self.links().push(link.clone());
        (Rc::new(Worker::new(self.clone(), link)), inbox)
    }

    /// Cuts every reader, now and from now on, as the server goes down. What was published before is told first.
    pub fn shutdown(&self) {
        self.going_down.store(true, Ordering::Release);
        for link in self.links().iter() {
            link.go_down();
        }
    }

    /// Whether the user has a socket open on any worker, or had one so short a time ago that nobody was told yet.
    pub fn is_online(&self, user: UserId) -> bool {
        self.presence.is_online(user)
    }

    /// Tells the recorder of metrics how many are there now.
    pub fn measure(&self) {
        metrics::there(self.presence.sockets(), self.presence.users_online());
    }

    /// How many sockets are open on all workers.
    pub fn sockets(&self) -> usize {
        self.presence.sockets()
    }

    pub(crate) fn is_going_down(&self) -> bool {
        self.going_down.load(Ordering::Acquire)
    }

    pub(crate) fn dialects(&self) -> &[Arc<dyn Dialect>] {
        &self.dialects
    }

    pub(crate) fn presence(&self) -> &Presence {
        &self.presence
    }

    pub(crate) fn grace(&self) -> Duration {
        self.grace
    }

    /// A user's socket settled: their small chats are told that they came, unless they were there already.
    pub(crate) fn greet(&self, user: UserId, username: &str, chats: Vec<ChatId>) {
        self.presence.settle(user, || self.tell_presence(username, true, chats));
    }

    /// The time to come back after a farewell is over: unless the user did, these chats are told that they went.
    pub(crate) fn see_off(&self, user: UserId, username: &str, chats: Vec<ChatId>, farewell: Farewell) {
        let gone = self.presence.lapse(user, farewell, || self.tell_presence(username, false, chats));
        if let Some(tell) = self.offline.get().filter(|_| gone) {
            tell(user);
        }
    }

    pub(crate) fn forget(&self, worker: &Arc<Link>) {
        self.links().retain(|link| !Arc::ptr_eq(link, worker));
    }

    fn tell_presence(&self, username: &str, online: bool, chats: Vec<ChatId>) {
        if !chats.is_empty() {
            let event = Event::Presence { username: username.to_owned(), online };
            self.publish(vec![Notice::new(Audience::Chats(chats.into()), event)]);
        }
    }

    fn links(&self) -> MutexGuard<'_, Vec<Arc<Link>>> {
        self.links.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
