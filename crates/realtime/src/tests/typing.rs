//! Who hears that somebody is writing.

use std::time::Duration;

use domain::ports::Hub as _;

use super::{ANA, BEN, LUNCH, Scene, Seat, WORK, scene};

#[tokio::test(start_paused = true)]
async fn the_others_in_the_chat_hear_it_every_three_seconds_at_most() {
    let mut scene = Scene::new(2);
    let (laptop, phone) = (scene.seat(ANA, &[LUNCH]), scene.seat(ANA, &[LUNCH]));
    let ben = Seat::settled(scene.worker(1), BEN, &[scene::large(LUNCH, 1)]);
    let mut type_on = |after: u64| {
        scene.worker(0).typing(laptop.id, LUNCH);
        scene.catch_up();
        (ben.heard().len(), tokio::time::advance(Duration::from_millis(after)))
    };

    let mut heard = Vec::new();
    for after in [1_000, 1_999, 1, 0] {
        let (frames, pause) = type_on(after);
        heard.push(frames);
        pause.await;
    }

    assert_eq!(heard, [1, 0, 0, 1]);
    assert!(laptop.heard().is_empty() && phone.heard().is_empty());
}

#[test]
fn a_chat_is_not_told_by_one_who_does_not_hear_it() {
    let mut scene = Scene::new(1);
    let (ana, ben) = (scene.seat(ANA, &[WORK]), scene.seat(BEN, &[LUNCH]));

    scene.worker(0).typing(ana.id, LUNCH);
    scene.catch_up();

    assert!(ben.heard().is_empty());
}
