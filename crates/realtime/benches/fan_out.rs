//! How long an event takes to 1,000 and to 10,000 outlets: from `publish` on a thread of its own until the last
//! outlet of two workers has the frame. The outlets count; writing to sockets comes on top.
#![expect(clippy::print_stdout, reason = "its figures are what it is for")]

use std::{
    sync::{
        Arc, Barrier,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use bytestring::ByteString;
use domain::{
    Audience, ChatId, Event, Notice, Rev, SessionId, UserId,
    chats::Membership,
    ports::{Cut, Dialect, Frame, Hub as _, Outlet, Presence, Reader},
};
use realtime::Hub;
use tokio::{runtime::Builder, task::LocalSet};

const WORKERS: usize = 2;
const ROUNDS: usize = 200;
const CHAT: ChatId = ChatId::new(1);

struct Text;

impl Dialect for Text {
    fn frame(&self, _: &Event, _: &dyn Presence) -> Option<ByteString> {
        Some("x".repeat(200).into())
    }
}

struct Counting(Arc<AtomicUsize>);

impl Outlet for Counting {
    fn push(&self, frame: &Frame) -> bool {
        std::hint::black_box(frame.clone());
        self.0.fetch_add(1, Ordering::Relaxed);
        true
    }

    fn cut(&self, _: Cut) {}
}

fn main() {
    for readers in [1_000, 10_000] {
        fan_out(readers);
    }
}

fn fan_out(readers: usize) {
    let hub = Arc::new(Hub::new(vec![Arc::new(Text)], 64));
    let counts: Vec<Arc<AtomicUsize>> = (0..WORKERS).map(|_| Arc::default()).collect();
    let seated = Barrier::new(WORKERS + 1);
    thread::scope(|scope| {
        for count in &counts {
            let (hub, seated) = (&hub, &seated);
            scope.spawn(move || work(hub, readers / WORKERS, count, seated));
        }
        seated.wait();
        let (mut published, mut reached) = (Vec::new(), Vec::new());
        for round in 1..=ROUNDS {
            let start = Instant::now();
            hub.publish(vec![notice()]);
            published.push(start.elapsed());
            while counts.iter().map(|count| count.load(Ordering::Relaxed)).sum::<usize>() < readers * round {
                thread::yield_now();
            }
            reached.push(start.elapsed());
        }
        let (published, reached) = (median(published), median(reached));
        println!(
            "{readers:>6} readers, {WORKERS} workers: publish {published:?}, all reached {reached:?}, {} ns each",
            reached.as_nanos() / readers as u128
        );
    });
}

/// A worker until all was heard.
fn work(hub: &Arc<Hub>, readers: usize, count: &Arc<AtomicUsize>, seated: &Barrier) {
    let runtime = Builder::new_current_thread().enable_time().build().expect("a runtime");
    runtime.block_on(LocalSet::new().run_until(async {
        let worker = hub.worker();
        let chats = [Membership { chat: CHAT, last_rev: Rev::ZERO, small: false }];
        for user in 1..=readers {
            let reader = Reader {
                user: UserId::new(i64::try_from(user).expect("a number")),
                username: "reader".parse().expect("a name"),
                session: SessionId::new(1),
                dialect: 0,
                outlet: Box::new(Counting(count.clone())),
            };
            let id = worker.enter(reader).expect("room");
            worker.settle(id, &chats);
        }
        seated.wait();
        while count.load(Ordering::Relaxed) < readers * ROUNDS {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }));
}

fn notice() -> Notice {
    Notice::new(Audience::Chat(CHAT), Event::Presence { username: "reader".into(), online: true })
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
