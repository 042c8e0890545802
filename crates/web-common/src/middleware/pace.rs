//! How long a request's body may take to come.
//!
//! Who sends a byte now and then keeps a connection, and what was read so far, for as long as they like; so a body
//! has to come at a pace (as `RequestReadTimeout` of Apache's `mod_reqtimeout` has it).

use std::{
    cell::Cell,
    future::Future,
    io,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
    time::Duration,
};

use actix_web::{
    Error, HttpMessage,
    body::{EitherBody, MessageBody},
    dev::{Payload, Service, ServiceRequest, ServiceResponse},
    error::PayloadError,
    http::{StatusCode, header},
    web::Bytes,
};
use futures_util::Stream;
use tokio::time::{Instant, Sleep, sleep_until};

use super::{
    layer::{Layer, layer},
    refusals,
};

/// What a body of no length may take.
const AT_FIRST: Duration = Duration::from_secs(20);
/// From there on it may take a second for each of so many bytes that came.
const BYTES_PER_SECOND: u64 = 4 * 1024;

/// Ends the wait for a body that comes more slowly than 4 KiB a second, after the first 20 seconds: 408.
#[derive(Clone, Copy, Debug, Default)]
pub struct BodyPace;

impl Layer for BodyPace {
    async fn handle<S, B>(
        &self,
        mut request: ServiceRequest,
        next: &S,
    ) -> Result<ServiceResponse<EitherBody<B>>, Error>
    where
        S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
        B: MessageBody + 'static,
    {
        // What follows a GET is no body, but what a WebSocket says.
        if request.method().is_safe() {
            return Ok(next.call(request).await?.map_into_left_body());
        }
        let overdue = Rc::new(Cell::new(false));
        let body = Paced::new(request.take_payload(), overdue.clone());
        request.set_payload(Payload::Stream { payload: Box::pin(body) });
        let response = next.call(request).await?;
        if !overdue.get() {
            return Ok(response.map_into_left_body());
        }
        let (request, _) = response.into_parts();
        let problem = refusals::problem_of(StatusCode::REQUEST_TIMEOUT, None);
        let mut refusal = problem.to_response(crate::request::request_id().as_deref());
        // The rest of the body may still come: it must not be taken for the next request.
        refusal.headers_mut().insert(header::CONNECTION, header::HeaderValue::from_static("close"));
        Ok(ServiceResponse::new(request, refusal).map_into_right_body())
    }
}

layer!(BodyPace);

/// A body that has to come at a pace.
struct Paced {
    body: Payload,
    begun: Instant,
    bytes: u64,
    /// Set while something is waited for.
    deadline: Option<Pin<Box<Sleep>>>,
    /// Told when it came too slowly.
    overdue: Rc<Cell<bool>>,
}

impl Paced {
    fn new(body: Payload, overdue: Rc<Cell<bool>>) -> Self {
        Self { body, begun: Instant::now(), bytes: 0, deadline: None, overdue }
    }

    fn due(&self) -> Instant {
        self.begun + AT_FIRST + Duration::from_secs(self.bytes / BYTES_PER_SECOND)
    }
}

impl Stream for Paced {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Poll::Ready(next) = Pin::new(&mut self.body).poll_next(context) {
            self.deadline = None;
            if let Some(Ok(bytes)) = &next {
                self.bytes += bytes.len() as u64;
            }
            return Poll::Ready(next);
        }
        let due = self.due();
        let deadline = self.deadline.get_or_insert_with(|| Box::pin(sleep_until(due)));
        if deadline.as_mut().poll(context).is_pending() {
            return Poll::Pending;
        }
        self.overdue.set(true);
        Poll::Ready(Some(Err(PayloadError::Io(io::ErrorKind::TimedOut.into()))))
    }
}

#[cfg(test)]
mod tests {
    use futures_util::{StreamExt, stream};
    use tokio::time::{advance, sleep};

    use super::*;

    fn body(chunks: impl Stream<Item = Result<Bytes, PayloadError>> + 'static) -> Payload {
        Payload::Stream { payload: Box::pin(chunks) }
    }

    /// One chunk of so many bytes every so many seconds, for ever.
    fn drip(bytes: usize, seconds: u64) -> Payload {
        body(stream::unfold((), move |()| async move {
            sleep(Duration::from_secs(seconds)).await;
            Some((Ok(Bytes::from(vec![0; bytes])), ()))
        }))
    }

    /// How many bytes of a body are taken before the wait is over.
    async fn taken(body: Payload, chunks: usize) -> (u64, bool) {
        let overdue = Rc::new(Cell::new(false));
        let mut paced = Paced::new(body, overdue.clone());
        for _ in 0..chunks {
            match paced.next().await {
                Some(Ok(_)) => {}
                Some(Err(_)) | None => break,
            }
        }
        (paced.bytes, overdue.get())
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_never_comes_is_not_waited_for() {
        let begun = Instant::now();

        assert_eq!(taken(body(stream::pending()), 1).await, (0, true));
        assert_eq!(begun.elapsed().as_secs(), AT_FIRST.as_secs());
    }

    #[tokio::test(start_paused = true)]
    async fn a_byte_now_and_then_does_not_keep_a_connection() {
        assert_eq!(taken(drip(1, 3), 1_000).await, (6, true));
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_on_a_slow_line_is_taken_whole() {
        assert_eq!(taken(drip(4_096, 1), 6_400).await, (25 * 1024 * 1024, false));
    }

    #[tokio::test(start_paused = true)]
    async fn what_the_server_takes_its_time_for_is_not_the_senders_fault() {
        let mut paced = Paced::new(body(stream::iter([Ok(Bytes::from_static(b"soup"))])), Rc::default());
        advance(AT_FIRST * 2).await;

        assert_eq!(paced.next().await.expect("a chunk").expect("no error"), "soup");
        assert!(paced.next().await.is_none());
    }
}
