//! Bodies that take their time: they are read for as long as their sender is signed in.

use std::{pin::pin, time::Duration};

use actix_web::rt::time::sleep;
use domain::Caller;
use futures_util::future::{Either, select};

use crate::{Problem, State};

/// How often it is asked whether the session still lives: mostly a look at a cache.
const ASKED_EVERY: Duration = Duration::from_millis(250);

/// Reads for as long as the caller's session lives. Once that is over nothing more is taken in: 401.
pub async fn while_signed_in<T>(
    state: &State,
    by: &Caller,
    reading: impl Future<Output = Result<T, Problem>>,
) -> Result<T, Problem> {
    match select(pin!(reading), pin!(signed_out(state, by))).await {
        Either::Left((read, _)) => {
            let read = read?;
            still_signed_in(state, by).await?;
            Ok(read)
        }
        Either::Right((refusal, _)) => Err(refusal),
    }
}

/// Refuses a caller whose session ended after the request began.
pub async fn still_signed_in(state: &State, by: &Caller) -> Result<(), Problem> {
    let Some(session) = by.session else { return Ok(()) };
    match state.sessions.find(session).await? {
        Some(_) => Ok(()),
        None => {
            Err(Problem { detail: "The session ended meanwhile.".to_owned(), ..Problem::unauthenticated() })
        }
    }
}

/// Waits for the end of the caller's session; what is then answered.
async fn signed_out(state: &State, by: &Caller) -> Problem {
    loop {
        sleep(ASKED_EVERY).await;
        if let Err(refusal) = still_signed_in(state, by).await {
            return refusal;
        }
    }
}
