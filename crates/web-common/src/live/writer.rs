//! Writes what waits to the socket.

use std::{future::Future, pin::pin, rc::Rc, task::Poll, time::Instant};

use actix_ws::{Closed, Session};
use futures_util::{FutureExt, poll};
use tokio::time::{sleep, timeout};

use super::{
    closing::Closing,
    outbound::{Outbound, Outgoing},
    pace::Pace,
};
use crate::metrics;

/// Writes until the socket closes. Frames that come shortly after one another are written together.
pub(super) async fn write(outbound: Rc<Outbound>, session: Session, pace: Pace) {
    let mut writer = Writer { outbound: outbound.clone(), session, pace };
    let last = writer.run().await;
    outbound.close(last);
    metrics::closed(last.counted());
    // A client that reads no more never takes this; then the connection is given up: see `on_connect`.
    let _ = timeout(pace.farewell, writer.session.close(Some(last.into()))).await;
}

struct Writer {
    outbound: Rc<Outbound>,
    session: Session,
    pace: Pace,
}

impl Writer {
    /// Returns the last word that is to be said.
    async fn run(&mut self) -> Closing {
        let mut written: Option<Instant> = None;
        loop {
            self.outbound.filled().await;
            if let Some(rest) = written.and_then(|at| self.pace.company.checked_sub(at.elapsed())) {
                tokio::select! {
                    () = sleep(rest) => {}
                    () = self.outbound.urgent() => {}
                }
            }
            while let Some(outgoing) = self.outbound.take() {
                let session = &mut self.session;
                let write = match outgoing {
                    Outgoing::Close(closing) => return closing,
                    Outgoing::Text(text) => session.text(text).left_future(),
                    Outgoing::Ping => session.ping(b"").boxed_local().right_future(),
                    Outgoing::Pong(bytes) => {
                        async move { session.pong(&bytes).await }.boxed_local().right_future()
                    }
                };
                if let Err(closing) = within(&self.outbound, self.pace, write).await {
                    return closing;
                }
            }
            written = Some(Instant::now());
        }
    }
}

/// Waits for a write, but not for ever, and not when the socket is to close anyway.
async fn within(
    outbound: &Outbound,
    pace: Pace,
    write: impl Future<Output = Result<(), Closed>>,
) -> Result<(), Closing> {
    let mut write = pin!(write);
    let written = match poll!(write.as_mut()) {
        Poll::Ready(written) => written,
        Poll::Pending => tokio::select! {
            written = write => written,
            () = sleep(pace.stall) => return Err(Closing::TOO_SLOW),
            // The queue tells the reason next.
            () = outbound.closed() => Ok(()),
        },
    };
    written.map_err(|Closed| Closing::GOODBYE)
}
