//! What every store has to hold: one set of cases that the in-memory store, SQLite and PostgreSQL pass alike.

use crate::{
    Notice, Origin,
    audit::{Action, Entity, Value},
    ports::{Reads, UnitOfWork},
};

/// A fresh, empty store under test.
pub trait TestBed {
    /// Does a job; it lands when the answer is `true`, and leaves nothing behind when it is `false`.
    fn write(&mut self, job: &mut dyn FnMut(&mut dyn UnitOfWork) -> bool);

    /// Looks at what has landed.
    fn read(&mut self, look: &mut dyn FnMut(&mut dyn Reads));

    /// What landed jobs noted since the last call, in order.
    fn notices(&mut self) -> Vec<Notice>;

    /// The whole audit log, oldest first.
    fn audit(&mut self) -> Vec<Recorded>;
}

/// An audit row as it can be read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Who did it, and how.
    pub by: Origin,
    /// What was done.
    pub action: Action,
    /// To what kind of thing.
    pub entity: Entity,
    /// To which.
    pub entity_id: Option<String>,
    /// The fields that changed, each with its value before and after.
    pub changes: Vec<(String, Value, Value)>,
}

/// One case: a name that says what must hold, and the test of it on a fresh store.
pub type Case = (&'static str, fn(&mut dyn TestBed));
