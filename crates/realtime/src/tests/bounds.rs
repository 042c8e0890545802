//! What is full says so, and takes nobody else down.

use std::{cell::OnceCell, rc::Rc};

use domain::{
    Audience, Event, Notice,
    ports::{Cut, Frame, Hub as _, Outlet, ReaderId},
};

use super::{ANA, BEN, LUNCH, Scene, Seat, scene};
use crate::Worker;

#[test]
fn a_slow_reader_is_cut_and_forgotten_while_others_hear_on() {
    let mut scene = Scene::new(1);
    let (slow, quick) = (scene.seat(ANA, &[LUNCH]), scene.seat(BEN, &[LUNCH]));
    slow.notes.space.set(1);

    scene.tell([2, 3, 4].map(|rev| scene::message(LUNCH, rev)));

    assert_eq!(slow.heard(), ["message 7 2"]);
    assert_eq!(slow.cut(), Some(Cut::TooSlow));
    assert_eq!(quick.heard(), ["message 7 2", "message 7 3", "message 7 4"]);
    assert!(!slow.hears(LUNCH));
    assert_eq!(scene.hub.sockets(), 1);
}

#[test]
fn a_user_has_64_sockets_on_all_workers_together() {
    let scene = Scene::new(2);
    let seats: Vec<Seat> = (0..64).map(|place| Seat::entered(scene.worker(place % 2), ANA)).collect();

    assert!(Seat::try_enter(scene.worker(0), ANA).is_none());
    assert!(Seat::try_enter(scene.worker(1), ANA).is_none());
    assert!(Seat::try_enter(scene.worker(1), BEN).is_some());
    seats[3].leave();
    assert!(Seat::try_enter(scene.worker(0), ANA).is_some());
    assert!(Seat::try_enter(scene.worker(1), ANA).is_none());
}

#[test]
fn a_worker_that_does_not_keep_up_cuts_its_readers_and_starts_anew() {
    let mut scene = Scene::new(2);
    let stuck = scene.seat(ANA, &[LUNCH]);
    let well = Seat::settled(scene.worker(1), BEN, &[scene::large(LUNCH, 1)]);
    let event = || Event::Presence { username: "cleo".into(), online: true };
    let many = || (0..16_384).map(|_| Notice::new(Audience::User(ANA), event())).collect();

    for _ in 0..4 {
        scene.hub.publish(many());
        let (worker, inbox) = &mut scene.workers[1];
        inbox.catch_up(worker);
    }
    scene.tell([scene::message(LUNCH, 2)]);

    assert_eq!((stuck.cut(), stuck.heard().len()), (Some(Cut::TooSlow), 0));
    assert_eq!((well.cut(), well.heard()), (None, vec!["message 7 2".to_owned()]));
    let back = scene.seat(ANA, &[LUNCH]);
    scene.tell([scene::message(LUNCH, 3)]);
    assert_eq!(back.heard(), ["message 7 3"]);
}

#[test]
fn an_outlet_may_leave_while_it_is_pushed_to() {
    struct Leaving(Rc<Worker>, Rc<OnceCell<ReaderId>>);
    impl Outlet for Leaving {
        fn push(&self, _: &Frame) -> bool {
            self.0.leave(*self.1.get().expect("an id"));
            false
        }

        fn cut(&self, _: Cut) {
            panic!("it left by itself");
        }
    }
    let mut scene = Scene::new(1);
    let own: Rc<OnceCell<ReaderId>> = Rc::default();
    let outlet = Box::new(Leaving(scene.worker(0).clone(), own.clone()));
    let id = scene.worker(0).enter(scene::reader(ANA, scene::SESSION, 0, outlet)).unwrap();
    own.set(id).unwrap();
    scene.worker(0).settle(id, &[scene::large(LUNCH, 1)]);

    scene.tell([scene::message(LUNCH, 2), scene::message(LUNCH, 3)]);

    assert_eq!(scene.hub.sockets(), 0);
}
