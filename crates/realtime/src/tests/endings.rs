//! Sessions, workers and servers end.

use std::sync::Arc;

use domain::{
    SessionId,
    ports::{Cut, Hub as _},
};

use super::{
    ANA, BEN, LUNCH, Scene, Seat,
    scene::{self, Notes, Noting},
};

#[test]
fn readers_on_an_ended_session_are_cut_at_once_and_told_nothing() {
    let mut scene = Scene::new(2);
    let (laptop, ben) = (scene.seat(ANA, &[LUNCH]), scene.seat(BEN, &[LUNCH]));
    let waiting = Seat::entered(scene.worker(1), ANA);
    let other = Notes::new();
    let id = scene
        .worker(1)
        .enter(scene::reader(ANA, SessionId::new(2), 0, Box::new(Noting(other.clone()))))
        .unwrap();
    scene.worker(1).settle(id, &[scene::large(LUNCH, 1)]);

    scene.tell([scene::ended(ANA, &[1, 5]), scene::message(LUNCH, 2)]);

    for gone in [&laptop, &waiting] {
        assert_eq!((gone.cut(), gone.heard().len()), (Some(Cut::SessionOver), 0));
    }
    assert_eq!(ben.heard(), ["message 7 2"]);
    assert_eq!((other.cut.get(), other.frames.borrow().len()), (None, 1));
}

#[test]
fn going_down_cuts_every_reader_after_what_it_was_to_hear_and_those_who_still_come() {
    let mut scene = Scene::new(2);
    let ana = scene.seat(ANA, &[LUNCH]);
    let ben = Seat::entered(scene.worker(1), BEN);

    scene.hub.publish(vec![scene::message(LUNCH, 2)]);
    scene.hub.shutdown();
    let late = Seat::entered(scene.worker(0), BEN);
    late.settle(&[scene::large(LUNCH, 2)]);
    scene.tell([scene::message(LUNCH, 3)]);

    assert_eq!((ana.heard(), ana.cut()), (vec!["message 7 2".to_owned()], Some(Cut::GoingDown)));
    assert_eq!((ben.heard().len(), ben.cut()), (0, Some(Cut::GoingDown)));
    assert_eq!((late.heard().len(), late.cut()), (0, Some(Cut::GoingDown)));
    assert_eq!(scene.hub.sockets(), 0);
}

#[test]
fn a_worker_that_is_gone_leaves_nothing_behind() {
    let mut scene = Scene::new(2);
    let ben = Seat::settled(scene.worker(1), BEN, &[scene::small(LUNCH, 1)]);
    let (worker, inbox) = scene.workers.remove(0);
    let ana = Seat::settled(&worker, ANA, &[scene::small(LUNCH, 1)]);
    scene.catch_up();
    assert_eq!(ben.heard(), ["online ben", "online ana"]);

    drop((worker, ana.worker));
    let notice = scene::message(LUNCH, 2);
    let event = notice.event.clone();
    scene.tell([notice]);

    assert_eq!(ben.heard(), ["offline ana", "message 7 2"]);
    assert_eq!(Arc::strong_count(&event), 1, "nothing waits for a worker that is gone");
    drop(inbox);
    assert!(!scene.hub.is_online(ANA));
    assert_eq!(scene.hub.sockets(), 1);
}
