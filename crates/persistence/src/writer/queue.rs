//! What waits for the writer: bounded, and fair to every account.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use domain::{
    UserId,
    ports::{Job, StoreError},
};

use crate::metrics;

/// One account's jobs, in their order; jobs of nobody's account share one.
pub(crate) type Lane = VecDeque<Job>;

/// Jobs of many accounts. Each waits behind the jobs of its own account only: they are taken in turns.
pub(crate) struct Queue {
    waiting: Mutex<Waiting>,
    arrived: Condvar,
    capacity: usize,
    /// How many jobs one account may have waiting.
    share: usize,
}

struct Waiting {
    lanes: HashMap<Option<UserId>, Lane>,
    /// The accounts that have jobs, whose turn is next in front.
    turns: VecDeque<Option<UserId>>,
    count: usize,
    open: bool,
}

/// What was there to take.
pub(crate) enum Taken {
    Jobs(Vec<Lane>),
    Nothing,
    /// No more will come.
    Closed,
}

impl Queue {
    pub(crate) fn new(capacity: usize) -> Self {
        let waiting = Waiting { lanes: HashMap::new(), turns: VecDeque::new(), count: 0, open: true };
        let capacity = capacity.max(1);
        Self { waiting: Mutex::new(waiting), arrived: Condvar::new(), capacity, share: (capacity / 8).max(1) }
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        // Nothing in here panics half way through a change.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many jobs wait.
    pub(crate) fn len(&self) -> usize {
        self.lock().count
    }

    /// Adds a job; refused when the queue or the account's share of it is full.
    pub(crate) fn push(&self, job: Job) -> Result<(), StoreError> {
        let pushed = self.put(job);
        if pushed == Err(StoreError::Busy) {
            metrics::refused();
        }
        pushed
    }

    fn put(&self, job: Job) -> Result<(), StoreError> {
        let account = account(&job);
        let mut waiting = self.lock();
        if !waiting.open {
            return Err(StoreError::Away("the server is going down".to_owned()));
        }
        if waiting.count >= self.capacity {
            return Err(StoreError::Busy);
        }
        let lane = waiting.lanes.entry(account).or_default();
        if lane.len() >= self.share {
            return Err(StoreError::Busy);
        }
        lane.push_back(job);
        if lane.len() == 1 {
            waiting.turns.push_back(account);
        }
        waiting.count += 1;
        let first = waiting.count == 1;
        drop(waiting);
        if first {
            self.arrived.notify_one();
        }
        Ok(())
    }

    /// Takes up to `most` jobs, one of each account in turn. Waits for the first, for `patience` at the most.
    pub(crate) fn take(&self, most: usize, patience: Option<Duration>) -> Taken {
        let mut waiting = self.lock();
        while waiting.count == 0 {
            if !waiting.open {
                return Taken::Closed;
            }
            waiting = match patience {
                None => self.arrived.wait(waiting).unwrap_or_else(PoisonError::into_inner),
                Some(patience) => {
                    let (waiting, timeout) =
                        self.arrived.wait_timeout(waiting, patience).unwrap_or_else(PoisonError::into_inner);
                    if timeout.timed_out() && waiting.count == 0 && waiting.open {
                        return Taken::Nothing;
                    }
                    waiting
                }
            };
        }
        Taken::Jobs(waiting.take(most))
    }

    /// Refuses jobs from now on; what waits is still done.
    pub(crate) fn close(&self) {
        self.lock().open = false;
        self.arrived.notify_all();
    }
}

impl Waiting {
    fn take(&mut self, most: usize) -> Vec<Lane> {
        if self.count <= most {
            self.count = 0;
            let lanes = &mut self.lanes;
            return self.turns.drain(..).filter_map(|account| lanes.remove(&account)).collect();
        }
        let mut taken: Vec<Lane> = Vec::new();
        let mut places: HashMap<Option<UserId>, usize> = HashMap::new();
        for _ in 0..most {
            let Some(account) = self.turns.pop_front() else { break };
            let Some(lane) = self.lanes.get_mut(&account) else { continue };
            let Some(job) = lane.pop_front() else { continue };
            let place = *places.entry(account).or_insert_with(|| {
                taken.push(Lane::new());
                taken.len() - 1
            });
            taken[place].push_back(job);
            self.count -= 1;
            if lane.is_empty() {
                self.lanes.remove(&account);
            } else {
                self.turns.push_back(account);
            }
        }
        taken
    }
}

fn account(job: &Job) -> Option<UserId> {
    match job {
        Job::Send(sending, _) => Some(sending.by.user),
        Job::Read(reading, _) => Some(reading.by.user),
        Job::Other { account, .. } => *account,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(account: i64) -> Job {
        Job::Other { account: Some(UserId::new(account)), run: Box::new(|_| true), done: Box::new(|_| {}) }
    }

    fn taken(queue: &Queue, most: usize) -> Vec<(i64, usize)> {
        let Taken::Jobs(lanes) = queue.take(most, Some(Duration::ZERO)) else { return Vec::new() };
        let whose = |lane: &Lane| lane.front().and_then(account).map_or(0, UserId::get);
        lanes.iter().map(|lane| (whose(lane), lane.len())).collect()
    }

    #[test]
    fn one_account_alone_can_not_fill_the_queue() {
        let queue = Queue::new(16);

        assert_eq!(queue.push(job(1)), Ok(()));
        assert_eq!(queue.push(job(1)), Ok(()));
        assert_eq!(queue.push(job(1)), Err(StoreError::Busy));
        assert_eq!(queue.push(job(2)), Ok(()));
    }

    #[test]
    fn a_full_queue_refuses_everybody() {
        let queue = Queue::new(2);

        assert!(queue.push(job(1)).is_ok() && queue.push(job(2)).is_ok());
        assert_eq!(queue.push(job(3)), Err(StoreError::Busy));
        assert_eq!(taken(&queue, 9).len(), 2);
        assert_eq!(queue.push(job(3)), Ok(()));
    }

    #[test]
    fn who_has_one_job_waits_for_one_of_each_other_only() {
        let queue = Queue::new(64);
        for account in [1, 1, 1, 1, 1, 2, 3] {
            queue.push(job(account)).unwrap();
        }

        assert_eq!(taken(&queue, 4), [(1, 2), (2, 1), (3, 1)]);
        assert_eq!(taken(&queue, 4), [(1, 3)]);
        assert!(matches!(queue.take(4, Some(Duration::ZERO)), Taken::Nothing));
    }

    #[test]
    fn what_waits_when_it_closes_is_still_taken() {
        let queue = Queue::new(64);
        queue.push(job(1)).unwrap();
        queue.close();

        assert!(matches!(queue.push(job(1)), Err(StoreError::Away(_))));
        assert_eq!(taken(&queue, 4), [(1, 1)]);
        assert!(matches!(queue.take(4, None), Taken::Closed));
    }
}
