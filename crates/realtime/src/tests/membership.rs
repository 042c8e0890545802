//! Who hears a chat, as people come and go.

use domain::{Notice, ports::Presence as _};

use super::{ANA, BEN, LUNCH, Scene, Seat, WORK, scene};

fn all(parts: &[&[Notice]]) -> Vec<Notice> {
    parts.concat()
}

#[test]
fn who_is_added_hears_the_chat_first_and_then_all() {
    let mut scene = Scene::new(2);
    let ana = scene.seat(ANA, &[LUNCH]);
    let ben = Seat::settled(scene.worker(1), BEN, &[]);

    scene.tell(all(&[
        &[scene::message(LUNCH, 2)],
        &scene::added(BEN, LUNCH, 3, 2),
        &[scene::message(LUNCH, 4)],
    ]));

    assert_eq!(ana.heard(), ["message 7 2", "added 7 ben", "message 7 4"]);
    assert_eq!(ben.heard(), ["chat 7", "added 7 ben", "message 7 4"]);
    assert!(ben.hears(LUNCH));
}

#[test]
fn who_is_removed_hears_that_last() {
    let mut scene = Scene::new(2);
    let (ana, ben) = (scene.seat(ANA, &[LUNCH]), scene.seat(BEN, &[LUNCH, WORK]));
    let phone = Seat::settled(scene.worker(1), BEN, &[scene::large(LUNCH, 1)]);

    scene.tell([scene::removed(BEN, LUNCH, 2), scene::message(LUNCH, 3), scene::message(WORK, 2)]);

    assert_eq!(ana.heard(), ["removed 7 ben", "message 7 3"]);
    assert_eq!(ben.heard(), ["removed 7 ben", "message 8 2"]);
    assert_eq!(phone.heard(), ["removed 7 ben"]);
    assert!(!ben.hears(LUNCH) && ben.hears(WORK));
}

#[test]
fn who_comes_back_hears_again() {
    let mut scene = Scene::new(1);
    let ben = scene.seat(BEN, &[LUNCH]);

    scene.tell(all(&[
        &[scene::removed(BEN, LUNCH, 2), scene::message(LUNCH, 3)],
        &scene::added(BEN, LUNCH, 4, 2),
        &[scene::message(LUNCH, 5)],
    ]));

    assert_eq!(ben.heard(), ["removed 7 ben", "chat 7", "added 7 ben", "message 7 5"]);
}

#[test]
fn a_deleted_chat_is_heard_of_for_the_last_time() {
    let mut scene = Scene::new(1);
    let (ana, ben) = (scene.seat(ANA, &[LUNCH]), scene.seat(BEN, &[LUNCH]));

    scene.tell([scene::deleted(LUNCH, 2), scene::message(LUNCH, 3)]);

    assert_eq!(ana.heard(), ["deleted 7"]);
    assert_eq!(ben.heard(), ["deleted 7"]);
    assert!(!ana.hears(LUNCH) && !ben.hears(LUNCH));
}

#[test]
fn what_changed_while_chats_were_looked_up_counts_over_the_look() {
    let mut scene = Scene::new(1);
    let ben = Seat::entered(scene.worker(0), BEN);

    let (garden, attic) = (domain::ChatId::new(20), domain::ChatId::new(21));
    scene.tell(all(&[
        &[scene::removed(BEN, LUNCH, 5)],
        &scene::added(BEN, WORK, 5, 99),
        &[scene::deleted(garden, 5), scene::removed(BEN, attic, 5)],
    ]));
    // Looked up before all of it, but for the attic, which ben had entered again.
    ben.settle(&[scene::large(LUNCH, 4), scene::large(garden, 4), scene::large(attic, 6)]);
    scene.tell([LUNCH, WORK, garden, attic].map(|chat| scene::message(chat, 7)));

    assert_eq!(ben.heard(), ["chat 8", "message 8 7", "message 21 7"]);
}

#[test]
fn an_old_removal_is_not_told_to_one_who_is_a_member_again() {
    let mut scene = Scene::new(1);
    let (ana, ben) = (scene.seat(ANA, &[LUNCH]), Seat::entered(scene.worker(0), BEN));

    ben.settle(&[scene::large(LUNCH, 9)]);
    scene.tell(all(&[
        &[scene::removed(BEN, LUNCH, 5)],
        &scene::added(BEN, LUNCH, 8, 2),
        &[scene::message(LUNCH, 10)],
    ]));

    assert_eq!(ana.heard(), ["removed 7 ben", "added 7 ben", "message 7 10"]);
    assert_eq!(ben.heard(), ["chat 7", "added 7 ben", "message 7 10"]);
}

#[test]
fn an_old_deletion_is_not_told_of_a_chat_that_is_back() {
    let mut scene = Scene::new(1);
    let (ana, ben) = (scene.seat(ANA, &[LUNCH]), Seat::entered(scene.worker(0), BEN));

    ben.settle(&[scene::large(LUNCH, 9)]);
    scene.tell([scene::deleted(LUNCH, 5), scene::message(LUNCH, 10)]);

    assert_eq!(ana.heard(), ["deleted 7"]);
    assert_eq!(ben.heard(), ["message 7 10"]);
}

#[test]
fn a_reader_that_is_gone_can_neither_settle_nor_be_asked_for() {
    let scene = Scene::new(1);
    let ana = Seat::entered(scene.worker(0), ANA);

    ana.leave();
    ana.settle(&[scene::small(LUNCH, 1)]);

    assert!(!ana.hears(LUNCH) && !scene.worker(0).is_online(ANA));
}
