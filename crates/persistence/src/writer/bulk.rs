//! Many jobs of one kind at once; one by one when they don't go together.

use domain::{
    messages::MessageError,
    ports::{StoreError, UnitOfWork},
};

use super::group::Group;

/// Does jobs of one kind.
pub(super) type Together<J, T> =
    fn(&mut dyn UnitOfWork, &[J]) -> Result<Vec<Result<T, MessageError>>, StoreError>;

/// Does them all; answers one outcome for each, in their order.
pub(super) fn run<J, T>(
    group: &mut Group<'_>,
    jobs: &[J],
    last: bool,
    together: Together<J, T>,
) -> Vec<Result<T, MessageError>> {
    if let Ok(outcomes) = attempt(group, jobs, last, together) {
        return outcomes;
    }
    // One of them was in the way, or another process took a `client_id` meanwhile: by themselves all others
    // land, and that one finds what is there now.
    let count = jobs.len();
    let one_by_one = (1..).zip(jobs).map(|(place, job)| {
        let outcomes = attempt(group, std::slice::from_ref(job), last && place == count, together);
        match outcomes.map(|mut outcomes| outcomes.pop()) {
            Ok(Some(outcome)) => outcome,
            Ok(None) => Err(StoreError::Broken("a job has no outcome".to_owned()).into()),
            Err(error) => Err(error.into()),
        }
    });
    one_by_one.collect()
}

fn attempt<J, T>(
    group: &mut Group<'_>,
    jobs: &[J],
    last: bool,
    together: Together<J, T>,
) -> Result<Vec<Result<T, MessageError>>, StoreError> {
    let outcomes = group.attempt(last, |work| together(work, jobs).map(Some))?.unwrap_or_default();
    if outcomes.len() == jobs.len() {
        return Ok(outcomes);
    }
    Err(StoreError::Broken("jobs and outcomes don't match".to_owned()))
}
