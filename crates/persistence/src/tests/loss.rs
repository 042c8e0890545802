//! Servers that go away, other processes beside this one, and what of it is noticed.

use std::{
    sync::{
        Arc, Barrier, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use domain::{
    Event, Notice,
    chats::direct,
    messages::MessageError,
    ports::{Store, StoreError},
    users::PasswordHash,
};
use slog::{Discard, Logger, o};

use super::{
    place::Place,
    running::{PATIENCE, Running, caller, hold, origin, sending},
};
use crate::{Database, Options};

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
fn what_landed_when_nobody_could_be_told_is_told_after_all() {
    let Some(place) = Place::postgres() else { return };
    let store = Running::new(place);
    let ana = store.person("ana");
    let chat = store.group(&ana, &[]);
    let (first_begins, first) = hold(&store, None);
    first_begins.recv_timeout(PATIENCE).expect("the writer is busy");
    // These two make the next group: the message lands, then the connection is lost.
    let answer = store.submit(sending(&ana, chat, "hello", "one")).expect("room");
    let (second_begins, second) = hold(&store, Some(ana.id));
    first.send(()).expect("the writer waits");
    second_begins.recv_timeout(PATIENCE).expect("the message has landed");
    store.place.disconnect_all();
    second.send(()).expect("the writer waits");

    let answered = answer.recv_timeout(PATIENCE).expect("an answer");
    assert!(matches!(answered, Err(MessageError::Store(StoreError::Away(_)))), "{answered:?}");
    let since = Instant::now();
    let is_it = |notice: &Notice| matches!(&*notice.event, Event::MessageCreated { .. });
    while !store.told().iter().any(is_it) {
        assert!(since.elapsed() < PATIENCE, "not told");
        thread::sleep(Duration::from_millis(10));
    }
    let again = store.send(sending(&ana, chat, "hello", "one")).expect("the first message");
    assert!(!again.fresh);
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
