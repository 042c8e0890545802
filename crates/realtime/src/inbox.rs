//! How a worker is told of what happened.

use std::{
    rc::Weak,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use domain::ports::Cut;
use tokio::{
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    task::yield_now,
    time::{Instant, sleep_until},
};

use crate::{rendering::Rendering, worker::Worker};

/// How many notices may wait for a worker. One that is further behind cuts its readers, who come back and catch up.
const BACKLOG: usize = 65_536;

/// After so many notices a worker lets the sockets write: fewer than a reader's queue holds, and enough of them to
/// leave together.
const NOTICES_A_TURN: usize = 16;

/// After so many frames a worker lets others work, whatever the number of notices.
const FRAMES_A_TURN: usize = 4_096;

/// What a worker is told.
enum Signal {
    Batch(Arc<[Rendering]>),
    /// It is too far behind: the batches that came after are lost to it.
    Behind,
    GoingDown,
    /// There is something to be done later.
    Later,
}

/// The hub's end of the way to a worker.
pub(crate) struct Link {
    signals: UnboundedSender<Signal>,
    /// How many notices wait. Without it the way would have no bound.
    waiting: AtomicUsize,
    /// Whether a batch was lost and the worker has not noticed yet.
    behind: AtomicBool,
}

impl Link {
    /// Sends a batch, unless too much is waiting.
    pub(crate) fn send(&self, batch: &Arc<[Rendering]>) {
        if self.waiting.load(Ordering::Acquire) < BACKLOG {
            self.waiting.fetch_add(batch.len(), Ordering::AcqRel);
            self.signal(Signal::Batch(batch.clone()));
        } else if !self.behind.swap(true, Ordering::AcqRel) {
            self.signal(Signal::Behind);
        }
    }

    pub(crate) fn go_down(&self) {
        self.signal(Signal::GoingDown);
    }

    /// Has the worker look at what is to be done later.
    pub(crate) fn remind(&self) {
        self.signal(Signal::Later);
    }

    fn signal(&self, signal: Signal) {
        // A worker that is gone needs no signals.
        let _ = self.signals.send(signal);
    }
}

/// The worker's end.
pub(crate) struct Inbox {
    link: Arc<Link>,
    signals: UnboundedReceiver<Signal>,
}

impl Inbox {
    pub(crate) fn new() -> (Arc<Link>, Self) {
        let (sender, signals) = unbounded_channel();
        let link = Arc::new(Link {
            signals: sender,
            waiting: AtomicUsize::default(),
            behind: AtomicBool::default(),
        });
        (link.clone(), Self { link, signals })
    }

    /// Delivers until the worker is gone.
    pub(crate) async fn run(mut self, worker: Weak<Worker>) {
        let mut turn = Pace::default();
        loop {
            let Some(due) = worker.upgrade().map(|worker| worker.see_off(Instant::now())) else { return };
            let signal = tokio::select! {
                biased;
                signal = self.signals.recv() => signal,
                () = at(due) => continue,
            };
            let batch = worker.upgrade().and_then(|worker| self.open(signal?, &worker));
            for rendering in batch.iter().flat_map(|batch| batch.iter()) {
                let Some(worker) = worker.upgrade() else { return };
                let frames = worker.deliver(rendering);
                drop(worker);
                if turn.is_over(frames) {
                    yield_now().await;
                }
            }
        }
    }

    /// Does what a signal asks for; a batch is left to be delivered.
    fn open(&mut self, signal: Signal, worker: &Worker) -> Option<Arc<[Rendering]>> {
        if let Signal::Batch(batch) = &signal {
            self.link.waiting.fetch_sub(batch.len(), Ordering::AcqRel);
        }
        if self.link.behind.swap(false, Ordering::AcqRel) {
            self.give_up(worker);
            return None;
        }
        match signal {
            Signal::Batch(batch) => return Some(batch),
            Signal::GoingDown => worker.cut_all(Cut::GoingDown),
            // The one was noticed above, if not before; the other is looked after between signals.
            Signal::Behind | Signal::Later => {}
        }
        None
    }

    /// Throws away what waits. Its readers would miss something, so they go; those who come later know of it.
    fn give_up(&mut self, worker: &Worker) {
        while let Ok(signal) = self.signals.try_recv() {
            if let Signal::Batch(batch) = signal {
                self.link.waiting.fetch_sub(batch.len(), Ordering::AcqRel);
            }
        }
        worker.cut_all(if worker.is_going_down() { Cut::GoingDown } else { Cut::TooSlow });
    }

    /// Delivers what is there, without letting others work.
    #[cfg(test)]
    pub(crate) fn catch_up(&mut self, worker: &Worker) {
        while let Ok(signal) = self.signals.try_recv() {
            if let Some(batch) = self.open(signal, worker) {
                batch.iter().for_each(|rendering| {
                    worker.deliver(rendering);
                });
            }
        }
    }
}

/// How much was done since others could work.
#[derive(Default)]
struct Pace {
    notices: usize,
    frames: usize,
}

impl Pace {
    fn is_over(&mut self, frames: usize) -> bool {
        self.notices += 1;
        self.frames += frames;
        let over = self.notices >= NOTICES_A_TURN || self.frames >= FRAMES_A_TURN;
        if over {
            *self = Self::default();
        }
        over
    }
}

async fn at(due: Option<Instant>) {
    match due {
        Some(due) => sleep_until(due).await,
        None => std::future::pending().await,
    }
}
