//! How often an event is written down.

use std::sync::{Arc, atomic::Ordering};

use bytestring::ByteString;
use domain::{
    Audience, Event, Notice, UserId,
    ports::{Dialect, Hub as _, Presence},
};

use super::{
    ANA, BEN, LUNCH, Scene, Seat,
    scene::{self, Notes, Noting, SESSION},
};
use crate::Hub;

#[test]
fn an_event_is_written_down_once_in_each_dialect_for_all_readers_of_all_workers() {
    let mut scene = Scene::new(2);
    for user in 10..60 {
        for (worker, _) in &scene.workers {
            for dialect in [0, 1] {
                let outlet = Box::new(Noting(Notes::new()));
                let id = worker.enter(scene::reader(UserId::new(user), SESSION, dialect, outlet)).unwrap();
                worker.settle(id, &[scene::large(LUNCH, 1)]);
            }
        }
    }

    scene.tell([scene::message(LUNCH, 2)]);

    assert_eq!(scene.written(), [1, 1]);
}

#[test]
fn what_nobody_hears_is_not_written_down() {
    let mut scene = Scene::new(2);
    let _ana = scene.seat(ANA, &[]);

    scene.tell([scene::message(LUNCH, 2)]);

    assert_eq!(scene.written(), [0, 0]);
}

#[test]
fn what_a_dialect_does_not_tell_of_is_not_pushed() {
    let mut scene = Scene::new(1);
    let notes = Notes::new();
    let id = scene.worker(0).enter(scene::reader(ANA, SESSION, 1, Box::new(Noting(notes.clone())))).unwrap();
    scene.worker(0).settle(id, &[scene::large(LUNCH, 1)]);

    scene.tell([scene::removed(BEN, LUNCH, 2), scene::message(LUNCH, 3)]);

    let texts: Vec<_> = notes.frames.take().into_iter().map(|frame| frame.text).collect();
    assert_eq!(texts, ["!"]);
    assert_eq!(scene.written[1].load(Ordering::Relaxed), 2);
}

#[test]
fn a_dialect_knows_who_is_there_on_any_worker_at_that_moment() {
    struct Watching;
    impl Dialect for Watching {
        fn frame(&self, _: &Event, presence: &dyn Presence) -> Option<ByteString> {
            Some(format!("{:?}", [ANA, BEN].map(|user| presence.is_online(user))).into())
        }
    }
    let hub = Arc::new(Hub::new(vec![Arc::new(Watching)], 64));
    let ((first, mut inbox), (second, _)) = (hub.employ(), hub.employ());
    let ana = Seat::settled(&first, ANA, &[scene::large(LUNCH, 1)]);
    let mut heard = |rev| {
        hub.publish(vec![scene::message(LUNCH, rev)]);
        inbox.catch_up(&first);
        ana.heard()
    };

    assert_eq!(heard(2), ["[true, false]"]);
    let _ben = Seat::settled(&second, BEN, &[]);
    assert_eq!(heard(3), ["[true, true]"]);
}

#[test]
fn a_dialect_that_chokes_on_an_event_loses_that_one_only() {
    struct Choking;
    impl Dialect for Choking {
        fn frame(&self, event: &Event, _: &dyn Presence) -> Option<ByteString> {
            assert!(!matches!(event, Event::UserUpdated { .. }), "no words for it");
            Some("fine".into())
        }
    }
    let hub = Arc::new(Hub::new(vec![Arc::new(Choking)], 64));
    let (worker, mut inbox) = hub.employ();
    let ana = Seat::settled(&worker, ANA, &[scene::large(LUNCH, 1)]);

    let choke = Event::UserUpdated { user: scene::person(BEN) };
    hub.publish(vec![Notice::new(Audience::Everyone, choke), scene::message(LUNCH, 2)]);
    inbox.catch_up(&worker);

    assert_eq!(ana.heard(), ["fine"]);
}
