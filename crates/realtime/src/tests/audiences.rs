//! Who hears what.

use domain::{Audience, Event, Notice, Seq};

use super::{ANA, BEN, CLEO, LUNCH, Scene, Seat, WORK, scene};

fn updated() -> Event {
    Event::UserUpdated { user: scene::person(ANA) }
}

#[test]
fn a_chat_is_heard_by_its_members_on_every_worker_and_by_nobody_else() {
    let mut scene = Scene::new(2);
    let (ana, cleo) = (scene.seat(ANA, &[LUNCH]), scene.seat(CLEO, &[WORK]));
    let ben = Seat::settled(scene.worker(1), BEN, &[scene::large(LUNCH, 1)]);

    scene.tell([scene::message(LUNCH, 2)]);

    assert_eq!(ana.heard(), ["message 7 2"]);
    assert_eq!(ben.heard(), ["message 7 2"]);
    assert!(cleo.heard().is_empty());
}

#[test]
fn what_is_for_several_chats_is_heard_once() {
    let mut scene = Scene::new(1);
    let (ana, ben) = (scene.seat(ANA, &[LUNCH, WORK]), scene.seat(BEN, &[WORK]));
    let notice = || Notice::new(Audience::Chats([LUNCH, WORK].into()), updated());

    scene.tell([notice(), notice()]);

    assert_eq!(ana.heard(), ["user ana", "user ana"]);
    assert_eq!(ben.heard(), ["user ana", "user ana"]);
}

#[test]
fn what_is_for_a_user_is_heard_on_every_socket_of_theirs() {
    let mut scene = Scene::new(2);
    let (laptop, ben) = (scene.seat(ANA, &[LUNCH]), scene.seat(BEN, &[LUNCH]));
    let phone = Seat::settled(scene.worker(1), ANA, &[]);
    let read = Event::Read { chat: LUNCH, username: "ana".into(), seq: Seq::ZERO };

    scene.tell([Notice::new(Audience::User(ANA), read)]);

    assert_eq!(laptop.heard(), ["read 7 ana"]);
    assert_eq!(phone.heard(), ["read 7 ana"]);
    assert!(ben.heard().is_empty());
}

#[test]
fn until_it_settles_a_reader_hears_what_is_for_its_user_and_for_everyone() {
    let mut scene = Scene::new(1);
    let ana = Seat::entered(scene.worker(0), ANA);

    scene.tell([
        scene::message(LUNCH, 2),
        Notice::new(Audience::Everyone, updated()),
        Notice::new(Audience::User(ANA), updated()),
        Notice::new(Audience::User(BEN), updated()),
    ]);

    assert_eq!(ana.heard(), ["user ana", "user ana"]);
    assert!(!ana.hears(LUNCH));
}

#[test]
fn who_left_hears_nothing_more() {
    let mut scene = Scene::new(1);
    let ana = scene.seat(ANA, &[LUNCH]);

    ana.leave();
    ana.leave();
    scene.tell([scene::message(LUNCH, 2), Notice::new(Audience::Everyone, updated())]);

    assert!(ana.heard().is_empty() && !ana.hears(LUNCH));
    assert_eq!((ana.cut(), scene.hub.sockets()), (None, 0));
}

#[test]
fn frames_leave_in_the_order_in_which_things_happened() {
    let mut scene = Scene::new(1);
    let ana = scene.seat(ANA, &[LUNCH, WORK]);

    for first in [2, 4, 6] {
        scene.hub.publish(vec![scene::message(LUNCH, first), scene::message(WORK, first)]);
        scene.hub.publish(vec![scene::message(LUNCH, first + 1)]);
    }
    scene.catch_up();

    let order = [2, 4, 6].map(|rev| {
        [format!("message 7 {rev}"), format!("message 8 {rev}"), format!("message 7 {}", rev + 1)]
    });
    assert_eq!(ana.heard(), order.concat());
}
