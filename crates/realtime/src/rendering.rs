//! A notice, written down at most once in each dialect.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, OnceLock},
};

use domain::{
    Audience, Event, Notice,
    ports::{Dialect, Frame, Presence},
};

/// A notice that all workers share.
pub(crate) struct Rendering {
    audience: Audience,
    event: Arc<Event>,
    /// By dialect: filled by the first worker that needs it.
    frames: Box<[OnceLock<Option<Frame>>]>,
}

impl Rendering {
    /// Nothing is written down yet.
    pub(crate) fn new(notice: Notice, dialects: usize) -> Self {
        let frames = (0..dialects).map(|_| OnceLock::new()).collect();
        Self { audience: notice.audience, event: notice.event, frames }
    }

    pub(crate) fn audience(&self) -> &Audience {
        &self.audience
    }

    pub(crate) fn event(&self) -> &Event {
        &self.event
    }

    /// The frame in one of `dialects`; nothing when that dialect does not tell of the event.
    pub(crate) fn frame(
        &self,
        dialects: &[Arc<dyn Dialect>],
        dialect: usize,
        presence: &dyn Presence,
    ) -> Option<&Frame> {
        let (place, dialect) = (self.frames.get(dialect)?, dialects.get(dialect)?);
        place.get_or_init(|| self.write(&**dialect, presence)).as_ref()
    }

    /// An event that a dialect chokes on is lost for its readers, but does not take the worker down.
    fn write(&self, dialect: &dyn Dialect, presence: &dyn Presence) -> Option<Frame> {
        let text = catch_unwind(AssertUnwindSafe(|| dialect.frame(&self.event, presence))).ok()??;
        Some(Frame { text, event: self.event.clone() })
    }
}
