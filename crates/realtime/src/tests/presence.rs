//! Who is told when somebody comes or goes.

use std::{
    rc::Rc,
    sync::{Arc, Mutex},
    time::Duration,
};

use domain::{UserId, chats::SMALL};
use tokio::{task::LocalSet, time::sleep};

use super::{ANA, BEN, CLEO, LUNCH, Seat, WORK, scene};
use crate::{Hub, Worker};

/// A process with two workers that run, and ben and cleo on the second.
struct Office {
    hub: Arc<Hub>,
    first: Rc<Worker>,
    second: Rc<Worker>,
    ben: Seat,
    cleo: Seat,
    /// Who went, as the hub's owner was told.
    gone: Arc<Mutex<Vec<UserId>>>,
}

impl Office {
    async fn open() -> Self {
        let hub = Arc::new(Hub::new(scene::dialects(&[Arc::default(), Arc::default()]), 64));
        let gone: Arc<Mutex<Vec<UserId>>> = Arc::default();
        let note = gone.clone();
        hub.on_offline(move |user| note.lock().unwrap().push(user));
        let (first, second) = (hub.worker(), hub.worker());
        let ben = Seat::settled(&second, BEN, &[scene::small(LUNCH, 1), scene::large(WORK, 1)]);
        let cleo = Seat::settled(&second, CLEO, &[scene::large(WORK, 1)]);
        let office = Self { hub, first, second, ben, cleo, gone };
        assert_eq!(office.ben_heard().await, ["online ben"]);
        office
    }

    fn ana(&self, worker: &Rc<Worker>) -> Seat {
        Seat::settled(worker, ANA, &[scene::small(LUNCH, 1), scene::large(WORK, 1)])
    }

    async fn ben_heard(&self) -> Vec<String> {
        millis(1).await;
        self.ben.heard()
    }

    fn gone(&self) -> Vec<UserId> {
        self.gone.lock().unwrap().clone()
    }
}

/// The clock stands still while there is something to do.
async fn millis(millis: u64) {
    sleep(Duration::from_millis(millis)).await;
}

#[tokio::test(start_paused = true)]
async fn a_chat_that_became_small_hears_who_comes_and_goes() {
    LocalSet::new()
        .run_until(async {
            let office = Office::open().await;
            let ana = office.ana(&office.first);
            millis(1).await;
            assert!(office.cleo.heard().is_empty());

            office.hub.publish(vec![scene::removed_from(UserId::new(60), WORK, 2, SMALL)]);
            millis(1).await;
            assert_eq!(office.cleo.heard(), ["removed 8 user60"]);
            ana.leave();
            millis(5_010).await;
            assert_eq!(office.cleo.heard(), ["offline ana"]);
            office.ana(&office.second);
            millis(1).await;
            assert_eq!(office.cleo.heard(), ["online ana"]);
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn small_chats_hear_that_somebody_comes_and_five_seconds_later_that_they_went() {
    LocalSet::new()
        .run_until(async {
            let office = Office::open().await;

            let ana = office.ana(&office.first);
            assert!(office.hub.is_online(ANA));
            assert_eq!(office.ben_heard().await, ["online ana"]);

            ana.leave();
            millis(4_990).await;
            assert!(office.hub.is_online(ANA) && office.ben.heard().is_empty() && office.gone().is_empty());
            millis(20).await;
            assert_eq!(office.ben.heard(), ["offline ana"]);
            assert!(!office.hub.is_online(ANA) && office.cleo.heard().is_empty());
            assert_eq!(office.gone(), [ANA]);
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn nobody_hears_of_a_page_that_is_loaded_anew() {
    LocalSet::new()
        .run_until(async {
            let office = Office::open().await;
            let first = office.ana(&office.first);
            office.ben_heard().await;

            first.leave();
            millis(2_000).await;
            let second = office.ana(&office.second);
            millis(2_000).await;
            second.leave();
            millis(4_000).await;
            let _third = office.ana(&office.first);
            millis(20_000).await;

            assert!(office.ben.heard().is_empty() && office.gone().is_empty());
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn of_several_devices_the_first_and_the_last_count() {
    LocalSet::new()
        .run_until(async {
            let office = Office::open().await;

            let (laptop, phone) = (office.ana(&office.first), office.ana(&office.second));
            laptop.settle(&[]);
            assert_eq!(office.ben_heard().await, ["online ana"]);
            laptop.leave();
            millis(20_000).await;
            assert!(office.ben.heard().is_empty());
            phone.leave();
            millis(5_010).await;
            assert_eq!(office.ben.heard(), ["offline ana"]);
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn a_socket_that_never_settled_neither_comes_nor_stays() {
    LocalSet::new()
        .run_until(async {
            let office = Office::open().await;
            let shy = Seat::entered(&office.first, ANA);
            assert!(office.ben_heard().await.is_empty());

            office.ana(&office.first).leave();
            millis(5_010).await;
            assert_eq!(office.ben.heard(), ["online ana", "offline ana"]);
            shy.leave();
            assert!(!office.hub.is_online(ANA));
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn memberships_that_change_before_the_farewell_change_who_hears_it() {
    LocalSet::new()
        .run_until(async {
            let office = Office::open().await;
            let ana = office.ana(&office.first);
            office.ben_heard().await;
            assert_eq!(ana.heard(), ["online ana"]);

            ana.leave();
            let garden = domain::ChatId::new(20);
            let cleo = Seat::settled(&office.second, CLEO, &[scene::large(garden, 1)]);
            office.hub.publish(vec![scene::removed(ANA, LUNCH, 2)]);
            office.hub.publish(scene::added(ANA, garden, 2, 2).to_vec());
            millis(5_010).await;

            assert_eq!(office.ben.heard(), ["removed 7 ana"]);
            assert_eq!(cleo.heard(), ["added 20 ana", "offline ana"]);
            assert!(ana.heard().is_empty());
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn a_chat_that_grew_beyond_50_is_not_told() {
    LocalSet::new()
        .run_until(async {
            let office = Office::open().await;
            let ana = office.ana(&office.first);
            office.ben_heard().await;

            office.hub.publish(scene::added(CLEO, LUNCH, 3, 51).to_vec());
            millis(1).await;
            // What was known before does not count over that.
            let _other = Seat::settled(&office.first, CLEO, &[scene::small(LUNCH, 2)]);
            ana.leave();
            millis(5_010).await;

            assert_eq!(office.ben.heard(), ["added 7 cleo"]);
            assert_eq!(office.gone(), [ANA]);
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn a_burst_lets_sockets_write_in_between() {
    LocalSet::new()
        .run_until(async {
            let office = Office::open().await;
            office.ben.notes.space.set(32);
            let notes = office.ben.notes.clone();
            tokio::task::spawn_local(async move {
                loop {
                    notes.space.set(32);
                    tokio::task::yield_now().await;
                }
            });

            for first in (2..1_002).step_by(10) {
                let batch = (first..first + 10).map(|rev| scene::message(LUNCH, rev)).collect();
                office.hub.publish(batch);
            }
            while office.ben.notes.frames.borrow().len() < 1_000 {
                assert_eq!(office.ben.cut(), None);
                tokio::task::yield_now().await;
            }
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn what_a_worker_does_ends_with_it() {
    let local = LocalSet::new();
    local
        .run_until(async {
            let hub = Arc::new(Hub::new(Vec::new(), 64));
            let worker = hub.worker();
            millis(1).await;
            drop(worker);
        })
        .await;

    // Completes once no task is left.
    tokio::time::timeout(Duration::from_secs(1), local).await.expect("no task is left");
}
