//! The search index behind a store that is in use.

use std::{
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use diesel::connection::SimpleConnection;
use domain::{
    ports::{Job, Reads, Store, UnitOfWork},
    search::Query,
    users::User,
};

use super::running::{PATIENCE, Running, sending};
use crate::{
    DatabaseUrl,
    connection::{Purpose, connect},
};

/// How many messages somebody finds, asking as the web does.
fn count(store: &Running, by: &User, query: &str) -> usize {
    let (answer, answered) = mpsc::channel();
    let (user, query) = (by.id, Query::parse(query));
    let look = move |reads: Result<&mut dyn Reads, _>| {
        let found = reads.and_then(|reads| reads.search(user, &query, None, 200));
        answer.send(found).expect("the test waits");
    };
    store.database.look_indexed(Box::new(look)).expect("room");
    answered.recv_timeout(PATIENCE).expect("an answer").expect("a look").len()
}

#[test]
fn a_search_finds_what_was_sent_just_before() {
    for store in Running::everywhere() {
        let ana = store.person("ana");
        let chat = store.group(&ana, &[]);
        for sent in 1..=30 {
            store.send(sending(&ana, chat, "soup", "")).expect("sent");
            assert_eq!(count(&store, &ana, "soup"), sent);
        }
    }
}

#[test]
fn what_is_not_in_the_index_is_taken_in_at_the_next_start() {
    for store in Running::everywhere() {
        let ana = store.person("ana");
        let (lunch, tea) = (store.group(&ana, &[]), store.group(&ana, &[]));
        for n in 0..300 {
            store.send(sending(&ana, if n % 3 == 0 { tea } else { lunch }, "soup", "")).expect("sent");
        }
        store.database.close();
        let url = store.place.url();
        let forget = match url {
            DatabaseUrl::Sqlite(_) => "INSERT INTO message_search (message_search) VALUES ('delete-all')",
            DatabaseUrl::Postgres(_) => "DELETE FROM message_search",
        };
        let mut db = connect(&url, Purpose::Write).expect("a connection");
        db.batch_execute(&format!("{forget}; DELETE FROM search_progress")).expect("the index is gone");

        let store = Running::new(store.place);

        let begun = Instant::now();
        while count(&store, &ana, "soup in:lunch") < 200 {
            assert!(begun.elapsed() < PATIENCE, "it is filled");
            thread::sleep(Duration::from_millis(5));
        }
    }
}

#[test]
fn a_search_waits_for_a_busy_writer_a_moment_only_and_keeps_nobody_waiting() {
    for store in Running::everywhere() {
        let ana = store.person("ana");
        let chat = store.group(&ana, &[]);
        let (holding, held) = mpsc::channel::<()>();
        let hold = Box::new(move |_: &mut dyn UnitOfWork| held.recv().is_ok());
        // Whatever the writer does first: the index is behind while the job holds it.
        let sent = store.submit(sending(&ana, chat, "soup", "")).expect("room");
        store.database.submit(Job::Other { account: None, run: hold, done: Box::new(|_| {}) }).expect("room");
        let _ = sent.recv_timeout(Duration::from_millis(100));
        let (done, all) = mpsc::channel();
        let begun = Instant::now();
        for _ in 0..16 {
            let done = done.clone();
            store
                .database
                .look_indexed(Box::new(move |_| done.send(begun.elapsed()).expect("the test waits")))
                .expect("room");
        }

        store.read(|reads| reads.active_admins()).expect("a look");
        let looked = begun.elapsed();
        let searched = (0..16).map(|_| all.recv_timeout(PATIENCE).expect("an answer")).max();
        holding.send(()).expect("the writer waits");

        assert!(looked < Duration::from_millis(150), "others look meanwhile: {looked:?}");
        assert!(searched.is_some_and(|longest| longest < Duration::from_millis(600)), "{searched:?}");
    }
}
