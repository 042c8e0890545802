//! The store in memory, as the web uses it.

use std::sync::{
    Arc, Mutex,
    mpsc::{Sender, channel},
};

use domain::{
    Seq,
    memory::{MemoryStore, SharedStore},
    messages::{Draft, Reading},
    ports::{Done, Job, Store, UnitOfWork},
};

use crate::stage::*;

fn to<T: Send + 'static>(answers: &Sender<T>) -> Done<T> {
    let answers = answers.clone();
    Box::new(move |answer| answers.send(answer).expect("somebody waits"))
}

#[test]
fn jobs_are_answered_and_then_heard() {
    let mut store = MemoryStore::with(&["ana", "ben"]);
    let lunch = store.group("lunch", "ana", &["ben"]);
    let job = sending(&store, "ana", lunch, Draft::of(text("hello")));
    let reading = Reading { by: store.caller("ben"), chat: lunch, seq: Seq::new(1), unread: false };
    store.forget();
    let heard = Arc::new(Mutex::new(0));
    let count = heard.clone();
    let shared = SharedStore::new(store).heard_by(move |_| *count.lock().unwrap() += 1);
    let ((sent, was_sent), (read, was_read)) = (channel(), channel());

    shared.submit(Job::Send(job, to(&sent))).unwrap();
    shared.submit(Job::Read(reading, to(&read))).unwrap();

    assert!(was_sent.recv().unwrap().unwrap().fresh);
    assert_eq!(was_read.recv().unwrap(), Ok(()));
    assert_eq!(*heard.lock().unwrap(), 2);
    assert!(shared.lock().notices().is_empty());
}

#[test]
fn a_job_that_is_not_to_land_leaves_nothing_and_is_answered() {
    let mut store = MemoryStore::with(&["ana", "ben"]);
    store.forget();
    let (ana, ben) = (store.caller("ana"), store.id("ben"));
    let shared = SharedStore::new(store);
    let (done, was_done) = channel();

    for lands in [false, true] {
        let origin = ana.origin.clone();
        let run = move |work: &mut dyn UnitOfWork| {
            work.insert_direct_chat(&origin, ana.user, ben).expect("a chat");
            lands
        };
        shared.submit(Job::Other { account: Some(ana.user), run: Box::new(run), done: to(&done) }).unwrap();
        assert_eq!(was_done.recv().unwrap(), Ok(()));
        let rows = shared.lock().audit().len();
        assert_eq!(rows, if lands { 3 } else { 0 });
    }
}

#[test]
fn a_look_sees_what_has_landed() {
    let shared = SharedStore::new(MemoryStore::with(&["ana"]));
    let (seen, was_seen) = channel();

    let look = move |reads: Result<&mut dyn domain::ports::Reads, _>| {
        let found = reads.expect("a store").user_named(&name("ANA")).expect("a look");
        seen.send(found).expect("somebody waits");
    };
    shared.look(Box::new(look)).unwrap();

    assert!(was_seen.recv().unwrap().is_some());
    assert_eq!(shared.ping(), Ok(()));
}
