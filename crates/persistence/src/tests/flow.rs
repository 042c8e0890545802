//! The database as the server uses it: many threads, full queues, panics, a server that goes away.

use std::{
    sync::{
        Arc, Barrier, Mutex,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

use domain::{
    Caller, ChatId, Event, Notice, Origin, Via,
    chats::{ChatError, NewChat, Visibility, direct, groups},
    messages::{Draft, MessageError, Reading, Sending, Sent},
    ports::{Job, Reads, Store, StoreError, UnitOfWork},
    users::{NewUser, PasswordHash, SiteRole, User},
};
use slog::{Discard, Logger, o};

use super::place::Place;
use crate::{Database, Options};

/// An open database, and all that it told.
struct Running {
    database: Arc<Database>,
    told: Arc<Mutex<Vec<Notice>>>,
    place: Place,
}

const PATIENCE: Duration = Duration::from_secs(20);

impl Running {
    fn new(place: Place) -> Self {
        Self::with_queue(place, 4096)
    }

    fn with_queue(place: Place, queue: usize) -> Self {
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

    fn everywhere() -> impl Iterator<Item = Self> {
        Place::all().into_iter().map(Self::new)
    }

    /// Does a job and waits for its answer.
    fn write<T: Send + 'static, E: From<StoreError> + Send + 'static>(
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

    fn read<T: Send + 'static>(
        &self,
        look: impl FnOnce(&mut dyn Reads) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (answer, answered) = mpsc::channel();
        self.database.look(Box::new(move |reads| {
            answer.send(reads.and_then(look)).expect("the test waits");
        }))?;
        answered.recv_timeout(PATIENCE).expect("an answer")
    }

    fn submit(&self, sending: Sending) -> Result<mpsc::Receiver<Result<Sent, MessageError>>, StoreError> {
        let (answer, answered) = mpsc::channel();
        let done = Box::new(move |outcome| {
            // A test may have seen enough.
            let _ = answer.send(outcome);
        });
        self.database.submit(Job::Send(sending, done))?;
        Ok(answered)
    }

    fn send(&self, sending: Sending) -> Result<Sent, MessageError> {
        self.submit(sending)?.recv_timeout(PATIENCE).expect("an answer")
    }

    fn people(&self, names: &[&str]) -> Vec<User> {
        names.iter().map(|name| self.person(name)).collect()
    }

    fn person(&self, username: &str) -> User {
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

    fn group(&self, owner: &User, members: &[User]) -> ChatId {
        let new = NewChat {
            name: "lunch".parse().expect("a name"),
            description: None,
            visibility: Visibility::Private,
        };
        let (by, names) =
            (caller(owner), members.iter().map(|user| user.username.clone()).collect::<Vec<_>>());
        self.write(move |work| groups::create(work, &by, &new, &names)).expect("a group").chat.id
    }

    fn told(&self) -> Vec<Notice> {
        std::mem::take(&mut self.told.lock().expect("nobody panics here"))
    }
}

fn origin() -> Origin {
    Origin::anonymous(Via::System)
}

fn caller(user: &User) -> Caller {
    Caller::new(user.id, user.role, None, origin())
}

fn sending(by: &User, chat: ChatId, text: &str, client_id: &str) -> Sending {
    let id = (!client_id.is_empty()).then(|| client_id.parse().expect("a client_id"));
    Sending { by: caller(by), chat, draft: Draft::of(text.parse().expect("a text")).known_as(id) }
}

#[test]
fn one_message_comes_of_a_client_id_that_64_threads_send() {
    for store in Running::everywhere() {
        let ana = store.person("ana");
        let chat = store.group(&ana, &[]);
        let start = Barrier::new(64);

        let sent: Vec<Sent> = thread::scope(|scope| {
            let threads: Vec<_> = (0..64)
                .map(|_| {
                    scope.spawn(|| {
                        start.wait();
                        store.send(sending(&ana, chat, "hello", "one")).expect("sent")
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
        });

        assert_eq!(sent.iter().filter(|sent| sent.fresh).count(), 1);
        assert!(sent.iter().all(|one| one.message.id == sent[0].message.id && one.message.seq.get() == 1));
    }
}

#[test]
fn two_servers_that_race_make_one_message_and_one_direct_chat() {
    let Some(place) = Place::postgres() else { return };
    let url = place.url();
    let one = Running::new(place);
    let options = Options::new(url, Logger::root(Discard, o!()));
    let other = Running {
        database: Database::open(options, Box::new(|_| {})).expect("a second server"),
        told: Arc::default(),
        place: Place::sqlite(),
    };
    let people = one.people(&["ana", "ben"]);
    let (ana, ben) = (&people[0], &people[1]);
    let chat = one.group(ana, &[]);
    for round in 0..20 {
        let id = format!("round-{round}");
        let start = Barrier::new(2);
        let race = |store: &Running| {
            start.wait();
            let sent = store.send(sending(ana, chat, "hello", &id)).expect("sent");
            let (by, name) = (caller(ana), ben.username.clone());
            let direct = store.write(move |work| direct::open(work, &by, &name)).expect("a direct chat");
            (sent, direct)
        };
        let (first, second) = thread::scope(|scope| {
            let first = scope.spawn(|| race(&one));
            let second = scope.spawn(|| race(&other));
            (first.join().expect("no panic"), second.join().expect("no panic"))
        });

        assert_eq!(first.0.message.id, second.0.message.id, "{round}");
        assert_ne!(first.0.fresh, second.0.fresh, "{round}");
        assert_eq!(first.1, second.1);
    }
}

#[test]
fn seqs_have_no_gap_and_news_come_in_the_order_of_rev() {
    for store in Running::everywhere() {
        let people = store.people(&["ana", "ben", "cleo", "dan"]);
        let chat = store.group(&people[0], &people[1..]);
        store.told();

        thread::scope(|scope| {
            for user in &people {
                let store = &store;
                scope.spawn(move || {
                    for n in 0..50 {
                        store.send(sending(user, chat, &format!("{n}"), &format!("c{n}"))).expect("sent");
                    }
                });
            }
        });

        let told: Vec<(i64, i64)> = store
            .told()
            .iter()
            .filter_map(|notice| match &*notice.event {
                Event::MessageCreated { message } => Some((message.seq.get(), message.rev.get())),
                _ => None,
            })
            .collect();
        let expected: Vec<(i64, i64)> = (1..=200).map(|seq| (seq, seq + 4)).collect();
        assert_eq!(told, expected);
    }
}

#[test]
fn an_account_that_floods_is_told_that_it_is_too_much() {
    for place in Place::all() {
        let store = Running::with_queue(place, 64);
        let (ana, ben) = (store.person("ana"), store.person("ben"));
        let chat = store.group(&ana, std::slice::from_ref(&ben));
        let (holding, held) = mpsc::channel::<()>();
        let (begun, begins) = mpsc::channel();
        let run = Box::new(move |_: &mut dyn UnitOfWork| {
            begun.send(()).expect("the test waits");
            held.recv().is_ok()
        });
        store.database.submit(Job::Other { account: None, run, done: Box::new(|_| {}) }).expect("room");
        begins.recv_timeout(PATIENCE).expect("the writer is busy now");

        let mut waiting = Vec::new();
        let refused = loop {
            match store.submit(sending(&ana, chat, "flood", "")) {
                Ok(answer) => waiting.push(answer),
                Err(error) => break error,
            }
        };
        let patient = store.submit(sending(&ben, chat, "hello", "")).expect("room for somebody else");
        holding.send(()).expect("the writer waits");

        assert_eq!((refused, waiting.len()), (StoreError::Busy, 8));
        assert!(patient.recv_timeout(PATIENCE).expect("an answer").is_ok());
        assert!(waiting.iter().all(|answer| answer.recv_timeout(PATIENCE).expect("an answer").is_ok()));
    }
}

#[test]
fn a_job_that_panics_takes_nobody_along() {
    for store in Running::everywhere() {
        let ana = store.person("ana");
        let chat = store.group(&ana, &[]);
        let (done, answered) = mpsc::channel();
        let run = Box::new(|work: &mut dyn UnitOfWork| {
            work.record(&origin(), domain::audit::password_changed(domain::UserId::new(1))).expect("noted");
            panic!("on purpose")
        });
        let done = Box::new(move |outcome| done.send(outcome).expect("the test waits"));

        store.database.submit(Job::Other { account: None, run, done }).expect("room");

        assert!(matches!(answered.recv_timeout(PATIENCE), Ok(Err(StoreError::Broken(_)))));
        assert!(store.send(sending(&ana, chat, "still here", "")).is_ok());
        assert!(crate::audit::verify(&store.place.url()).expect("the log").ok);
    }
}

#[test]
fn a_look_that_panics_takes_nobody_along() {
    for store in Running::everywhere() {
        for _ in 0..8 {
            store.database.look(Box::new(|_| panic!("on purpose"))).expect("room");
        }

        assert_eq!(store.read(|reads| reads.active_admins()), Ok(0));
        assert_eq!(store.database.ping(), Ok(()));
    }
}

#[test]
fn what_one_does_after_sending_sees_what_was_sent() {
    for store in Running::everywhere() {
        let ana = store.person("ana");
        let chat = store.group(&ana, &[]);
        let (value, valued) = mpsc::channel();
        let first = store.submit(sending(&ana, chat, "one", "")).expect("room");
        let by = ana.id;
        let run = Box::new(move |work: &mut dyn UnitOfWork| {
            let view = work.chat_view(by, chat).expect("a look").expect("the chat");
            value.send(view.chat.last_seq.get()).expect("the test waits");
            true
        });
        store
            .database
            .submit(Job::Other { account: Some(ana.id), run, done: Box::new(|_| {}) })
            .expect("room");
        let second = store.submit(sending(&ana, chat, "two", "")).expect("room");

        assert_eq!(valued.recv_timeout(PATIENCE), Ok(1));
        for (answer, seq) in [(first, 1), (second, 2)] {
            let sent = answer.recv_timeout(PATIENCE).expect("an answer").expect("sent");
            assert_eq!(sent.message.seq.get(), seq);
        }
    }
}

#[test]
fn what_is_answered_can_be_read_by_others() {
    for store in Running::everywhere() {
        let ana = store.person("ana");
        let chat = store.group(&ana, &[]);
        for n in 1..=50 {
            let sent = store.send(sending(&ana, chat, "hello", "")).expect("sent");
            let user = ana.id;
            let view =
                store.read(move |reads| reads.chat_view(user, chat)).expect("a look").expect("the chat");
            assert_eq!((sent.message.seq.get(), view.chat.last_seq.get()), (n, n));
        }
    }
}

#[test]
fn one_refusal_leaves_the_rest_of_a_batch_alone() {
    for store in Running::everywhere() {
        let people = store.people(&["ana", "ben"]);
        let chat = store.group(&people[0], &[]);
        let answers: Vec<_> = (0..20)
            .map(|n| store.submit(sending(&people[n % 2], chat, "hello", "")).expect("room"))
            .collect();

        for (n, answer) in answers.into_iter().enumerate() {
            let outcome = answer.recv_timeout(PATIENCE).expect("an answer");
            if n % 2 == 0 {
                assert!(outcome.is_ok());
            } else {
                assert_eq!(outcome.expect_err("a stranger"), MessageError::NoSuchChat);
            }
        }
    }
}

#[test]
fn read_marks_in_bulk_keep_the_newest() {
    for store in Running::everywhere() {
        let people = store.people(&["ana", "ben"]);
        let chat = store.group(&people[0], &people[1..]);
        for _ in 0..10 {
            store.send(sending(&people[0], chat, "hello", "")).expect("sent");
        }
        let (done, answered) = mpsc::channel();
        for seq in [3, 9, 5] {
            let done = done.clone();
            let by = caller(&people[1]);
            let reading = Reading { by, chat, seq: domain::Seq::new(seq), unread: false };
            let done = Box::new(move |outcome| done.send(outcome).expect("the test waits"));
            store.database.submit(Job::Read(reading, done)).expect("room");
        }
        for _ in 0..3 {
            assert_eq!(answered.recv_timeout(PATIENCE), Ok(Ok(())));
        }
        let user = people[1].id;
        let member = store.read(move |reads| reads.member(chat, user)).expect("a look").expect("a member");
        assert_eq!(member.last_read.get(), 9);
    }
}

#[test]
fn closing_answers_what_was_taken_and_refuses_the_rest() {
    for store in Running::everywhere() {
        let ana = store.person("ana");
        let chat = store.group(&ana, &[]);
        let answers: Vec<_> =
            (0..200).map(|_| store.submit(sending(&ana, chat, "hello", "")).expect("room")).collect();

        store.database.close();

        assert!(answers.iter().all(|answer| answer.try_recv().expect("an answer before the end").is_ok()));
        assert!(matches!(store.send(sending(&ana, chat, "late", "")), Err(MessageError::Store(_))));
        assert!(matches!(store.database.ping(), Err(StoreError::Away(_))));
        store.database.close();
        if let crate::DatabaseUrl::Sqlite(path) = store.place.url() {
            let wal = path.with_extension("db-wal");
            assert!(std::fs::metadata(wal).map_or(0, |file| file.len()) == 0, "the WAL is empty");
        }
    }
}

#[test]
fn a_server_that_goes_away_is_a_refusal_and_comes_back_without_a_restart() {
    let Some(place) = Place::postgres() else { return };
    let store = Running::new(place);
    let ana = store.person("ana");
    let chat = store.group(&ana, &[]);
    let stop = AtomicBool::new(false);
    let acknowledged = Mutex::new(Vec::new());

    thread::scope(|scope| {
        for sender in 0..4 {
            let (store, ana, stop, acknowledged) = (&store, &ana, &stop, &acknowledged);
            scope.spawn(move || {
                for n in 0.. {
                    if stop.load(Ordering::Relaxed) {
                        break;
                    }
                    let id = format!("{sender}-{n}");
                    match store.send(sending(ana, chat, "hello", &id)) {
                        Ok(sent) => acknowledged.lock().expect("no panic").push(sent.message.id),
                        Err(MessageError::Store(StoreError::Away(_) | StoreError::Busy)) => {
                            thread::sleep(Duration::from_millis(5));
                        }
                        Err(other) => panic!("{other:?}"),
                    }
                }
            });
        }
        for _ in 0..5 {
            thread::sleep(Duration::from_millis(100));
            store.place.disconnect_all();
        }
        store.place.allow(false);
        assert!(store.place.disconnect_all());
        let refused = Instant::now();
        while store.send(sending(&ana, chat, "hello", "")).is_ok() {
            assert!(refused.elapsed() < PATIENCE);
        }
        let asked = Instant::now();
        assert!(matches!(
            store.send(sending(&ana, chat, "hello", "")),
            Err(MessageError::Store(StoreError::Away(_)))
        ));
        assert!(asked.elapsed() < Duration::from_secs(1), "refused at once");
        assert!(store.database.ping().is_err());
        store.place.allow(true);
        let back = Instant::now();
        while store.send(sending(&ana, chat, "back", "")).is_err() {
            assert!(back.elapsed() < PATIENCE, "it comes back by itself");
            thread::sleep(Duration::from_millis(20));
        }
        stop.store(true, Ordering::Relaxed);
    });

    let ids = acknowledged.into_inner().expect("no panic");
    let count = ids.len();
    let found = store.read(move |reads| reads.messages(&ids)).expect("a look");
    assert_eq!(found.len(), count, "what was acknowledged is there");
    let stored =
        store.read(move |reads| reads.changed_after(chat, domain::Rev::ZERO, 1_000_000)).expect("a look");
    let mut told: Vec<i64> = store
        .told()
        .iter()
        .filter_map(|notice| match &*notice.event {
            Event::MessageCreated { message } => Some(message.id.get()),
            _ => None,
        })
        .collect();
    told.sort_unstable();
    let mut ids: Vec<i64> = stored.iter().map(|message| message.id.get()).collect();
    ids.sort_unstable();
    assert_eq!(told, ids, "what is there was told, each once");
    assert!(crate::audit::verify(&store.place.url()).expect("the log").ok);
}

#[test]
fn a_file_that_another_process_holds_is_a_refusal_and_no_panic() {
    let store = Running::new(Place::sqlite());
    let ana = store.person("ana");
    let chat = store.group(&ana, &[]);
    let url = store.place.url();
    let mut other =
        crate::connection::Loads::open(&url, crate::connection::Purpose::Write).expect("a writer");
    other.transact("BEGIN IMMEDIATE").expect("the lock");

    let refused = store.send(sending(&ana, chat, "hello", ""));
    other.transact("ROLLBACK").expect("the lock is given up");

    assert!(matches!(refused, Err(MessageError::Store(StoreError::Away(_)))), "{refused:?}");
    assert!(store.send(sending(&ana, chat, "hello", "")).is_ok());
}

#[test]
fn a_session_that_another_process_ends_is_told_within_a_second() {
    for store in Running::everywhere() {
        let ana = store.person("ana");
        let user = ana.id;
        let session = store
            .write::<_, StoreError>(move |work| {
                work.insert_session(
                    &origin(),
                    &domain::users::NewSession {
                        user,
                        kind: domain::users::SessionKind::Site,
                        secret: domain::users::SecretHash::new([7; 32]),
                        refresh: None,
                        user_agent: None,
                        lasts: Duration::from_secs(3600),
                    },
                )
            })
            .expect("a session");
        let options = Options::new(store.place.url(), Logger::root(Discard, o!()));
        let other = Running {
            database: Database::open(options, Box::new(|_| {})).expect("another process"),
            told: Arc::default(),
            place: Place::sqlite(),
        };
        let (ending, name) = (session.id, ana.username.clone());
        other
            .write(move |work| {
                domain::users::accounts::set_password(
                    work,
                    &origin(),
                    &name,
                    &PasswordHash::new("new".to_owned()),
                )
            })
            .map_err(|error: domain::users::AccountError| error.to_string())
            .expect("a new password");

        let since = Instant::now();
        let is_it = |notice: &Notice| match &*notice.event {
            Event::SessionsEnded { sessions, .. } => sessions.contains(&ending),
            _ => false,
        };
        while !store.told().iter().any(is_it) {
            assert!(since.elapsed() < Duration::from_secs(1), "not told");
            thread::sleep(Duration::from_millis(10));
        }
    }
}

#[test]
fn a_stranger_is_refused_by_the_domain_and_not_by_the_store() {
    for store in Running::everywhere() {
        let people = store.people(&["ana", "ben"]);
        let chat = store.group(&people[0], &[]);
        let by = caller(&people[1]);
        let renamed = store.write(move |work| groups::delete(work, &by, chat));
        assert_eq!(renamed, Err(ChatError::NoSuchChat));
    }
}
