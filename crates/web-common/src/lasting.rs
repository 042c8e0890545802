//! Bodies that take their time: they are read for as long as their sender is signed in, and sent for as long as their
//! reader may have them.

use std::{pin::pin, time::Duration};

use actix_web::{
    rt::time::{Instant, sleep},
    web::Bytes,
};
use domain::Caller;
use futures_util::{
    future::{Either, select},
    stream::{Stream, TryStreamExt, try_unfold},
};

use slog::error;

use crate::{
    Problem, State,
    media::{MediaError, Parts},
};

/// How often it is asked whether the session still lives: mostly a look at a cache. Of what is sent, it is also asked
/// whether its reader may still have it: two looks at the database.
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

/// The rest of a body is not sent: the connection ends before the end that was announced, so that nobody takes what
/// came for the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the rest is not sent")]
pub struct Cut;

/// Sends for as long as the caller's session lives and `allowed` says so, which is asked before a part that comes a
/// while after the last answer. What went out before is on its way to the reader, and stays so.
pub fn while_allowed<A, F>(
    state: &State,
    by: &Caller,
    parts: Parts,
    allowed: A,
) -> impl Stream<Item = Result<Bytes, Cut>> + use<A, F>
where
    A: Fn() -> F,
    F: Future<Output = Result<(), Problem>>,
{
    let sending = Sending { state: state.clone(), by: by.clone(), parts, asked: Instant::now(), allowed };
    try_unfold(sending, Sending::next)
}

/// A body that is being sent.
struct Sending<A> {
    state: State,
    by: Caller,
    parts: Parts,
    /// When its reader might have it the last time.
    asked: Instant,
    allowed: A,
}

impl<A, F> Sending<A>
where
    A: Fn() -> F,
    F: Future<Output = Result<(), Problem>>,
{
    async fn next(mut self) -> Result<Option<(Bytes, Self)>, Cut> {
        let part = self.parts.try_next().await.map_err(|error| self.broken(&error))?;
        let Some(part) = part else { return Ok(None) };
        if self.asked.elapsed() >= ASKED_EVERY {
            still_signed_in(&self.state, &self.by).await.map_err(|_| Cut)?;
            (self.allowed)().await.map_err(|_| Cut)?;
            self.asked = Instant::now();
        }
        Ok(Some((part, self)))
    }

    fn broken(&self, error: &MediaError) -> Cut {
        error!(self.state.log, "a file broke off while it was sent";
            "cause" => error.to_string(), "request_id" => self.by.origin.request_id.clone());
        Cut
    }
}

#[cfg(test)]
mod tests {
    use std::{cell::Cell, pin::pin, rc::Rc};

    use domain::memory::{MemoryStore, SharedStore};
    use futures_util::stream::{self, StreamExt};
    use tokio::time::advance;

    use super::*;
    use crate::testing;

    fn somebody() -> (State, Caller) {
        let store = SharedStore::new(MemoryStore::with(&["ana"]));
        let ana = store.lock().caller("ana");
        (testing::state(&store), ana)
    }

    fn parts(parts: &'static [Result<&'static str, &'static str>]) -> Parts {
        let part = |part: &Result<&'static str, &str>| match part {
            Ok(text) => Ok(Bytes::from_static(text.as_bytes())),
            Err(why) => Err(MediaError::Away((*why).to_owned())),
        };
        stream::iter(parts.iter().map(part)).boxed()
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_more_is_sent_to_who_may_not_have_it_any_more() {
        let (may, asked) = (Rc::new(Cell::new(true)), Rc::new(Cell::new(0)));
        let allowed = || {
            asked.set(asked.get() + 1);
            let answer = if may.get() { Ok(()) } else { Err(Problem::not_found()) };
            async { answer }
        };
        let (state, ana) = somebody();
        let letters = parts(&[Ok("a"), Ok("b"), Ok("c"), Ok("d")]);
        let mut sent = pin!(while_allowed(&state, &ana, letters, allowed));

        assert_eq!(sent.next().await, Some(Ok(Bytes::from_static(b"a"))));
        assert_eq!(sent.next().await, Some(Ok(Bytes::from_static(b"b"))));
        assert_eq!(asked.get(), 0, "it was asked before the first");
        advance(ASKED_EVERY).await;
        assert_eq!(sent.next().await, Some(Ok(Bytes::from_static(b"c"))));
        assert_eq!(asked.get(), 1);
        may.set(false);
        advance(ASKED_EVERY).await;
        assert_eq!(sent.next().await, Some(Err(Cut)));
        assert_eq!(sent.next().await, None);
    }

    #[tokio::test]
    async fn what_breaks_off_is_cut() {
        let (state, ana) = somebody();
        let letters = parts(&[Ok("a"), Err("the disk is on fire"), Ok("b")]);
        let sent = while_allowed(&state, &ana, letters, async || Ok(()));

        let sent: Vec<_> = sent.collect().await;
        assert_eq!(sent, [Ok(Bytes::from_static(b"a")), Err(Cut)]);
    }
}
