//! What jobs are told, once it is known whether their group is durable.

use domain::{
    messages::{MessageError, Sent},
    ports::{Done, Job, StoreError},
};

/// An answer that waits for the commit.
pub(super) enum Answer {
    Send(Done<Result<Sent, MessageError>>, Result<Sent, MessageError>),
    Read(Done<Result<(), MessageError>>, Result<(), MessageError>),
    Other(Done<Result<(), StoreError>>, Result<(), StoreError>),
}

impl Answer {
    /// For a job that is not done at all.
    pub(super) fn refusal(job: Job, why: &StoreError) -> Self {
        match job {
            Job::Send(_, done) => Self::Send(done, Err(why.clone().into())),
            Job::Read(_, done) => Self::Read(done, Err(why.clone().into())),
            Job::Other { done, .. } => Self::Other(done, Err(why.clone())),
        }
    }

    /// Answers. A refusal stands, whatever became of the group.
    pub(super) fn give(self, group: Result<(), StoreError>) {
        match self {
            Self::Send(done, outcome) => done(landed(outcome, group)),
            Self::Read(done, outcome) => done(landed(outcome, group)),
            Self::Other(done, outcome) => done(outcome.and(group)),
        }
    }
}

fn landed<T>(outcome: Result<T, MessageError>, group: Result<(), StoreError>) -> Result<T, MessageError> {
    let value = outcome?;
    group?;
    Ok(value)
}
