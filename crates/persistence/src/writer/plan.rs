//! In which steps a group of jobs is done: in bulk what can be, each account's jobs in their own order.

use domain::{
    messages::{MessageError, Reading, Sending, Sent},
    ports::{Done, Job, StoreError, UnitOfWork},
};

use super::queue::Lane;

/// A use case, which tells whether it is to land.
pub(super) type Run = Box<dyn FnOnce(&mut dyn UnitOfWork) -> bool + Send>;

/// A part of a group that lands or fails by itself.
pub(super) enum Step {
    Sends(Vec<(Sending, Done<Result<Sent, MessageError>>)>),
    Reads(Vec<(Reading, Done<Result<(), MessageError>>)>),
    Other(Run, Done<Result<(), StoreError>>),
}

/// Of every account what it begins with: first sends, then read marks, then the rest; and again, until all is
/// planned.
pub(super) fn steps(mut lanes: Vec<Lane>) -> Vec<Step> {
    let mut steps = Vec::new();
    while !lanes.is_empty() {
        let mut sends = Vec::new();
        let mut reads = Vec::new();
        let mut others = Vec::new();
        for lane in &mut lanes {
            while let Some(job) = lane.pop_front_if(|job| matches!(job, Job::Send(..))) {
                if let Job::Send(sending, done) = job {
                    sends.push((sending, done));
                }
            }
            while let Some(job) = lane.pop_front_if(|job| matches!(job, Job::Read(..))) {
                if let Job::Read(reading, done) = job {
                    reads.push((reading, done));
                }
            }
            while let Some(job) = lane.pop_front_if(|job| matches!(job, Job::Other { .. })) {
                if let Job::Other { run, done, .. } = job {
                    others.push(Step::Other(run, done));
                }
            }
        }
        if !sends.is_empty() {
            steps.push(Step::Sends(sends));
        }
        if !reads.is_empty() {
            steps.push(Step::Reads(reads));
        }
        steps.append(&mut others);
        lanes.retain(|lane| !lane.is_empty());
    }
    steps
}
