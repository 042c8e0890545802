//! The times that a socket keeps.

use std::time::Duration;

/// The times that a socket keeps.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    /// How often the client is asked whether it is there, and its session looked up.
    pub(super) heartbeat: Duration,
    /// How long nothing may be heard of the client: two and a half heartbeats.
    pub(super) silence: Duration,
    /// How long a write may wait for a client that takes nothing.
    pub(super) stall: Duration,
    /// How long the first frames of chats wait for a `resume`, whose replay has to come before them.
    pub(super) resume_within: Duration,
    /// How long the last words may take.
    pub(super) farewell: Duration,
    /// How long after a write the next one waits for company: a write per socket is what a busy chat costs.
    pub(super) company: Duration,
    /// How long nothing is read of a client after it was told that it is too fast: it feels that, and can't have
    /// more than so many refusals made for it.
    pub(super) brake: Duration,
    /// For how long a client may go on being too fast.
    pub(super) patience: Duration,
}

impl Pace {
    /// With a heartbeat of so long.
    pub(super) fn of(heartbeat: Duration) -> Self {
        Self {
            heartbeat,
            silence: heartbeat * 5 / 2,
            stall: Duration::from_secs(10),
            resume_within: Duration::from_millis(250),
            farewell: Duration::from_secs(2),
            company: Duration::from_millis(4),
            brake: Duration::from_millis(10),
            patience: Duration::from_secs(10),
        }
    }
}

impl Default for Pace {
    fn default() -> Self {
        Self::of(Duration::from_secs(25))
    }
}
