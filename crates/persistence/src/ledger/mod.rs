//! The audit writer: the one place through which every change of the database passes.
//!
//! A connection that can be written to is only handed out here, against the audit entry of the change, or
//! against one of the few reasons for having none.

mod row;
mod store;

use std::sync::Arc;

use domain::{Origin, Timestamp, audit::Entry};

use crate::{
    connection::{DatabaseUrl, Db, Loads, Permit, Purpose},
    error::{OpenError, Outcome},
};

use row::Pending;
pub(crate) use row::{Hashed, Head, commitment, link};
pub(crate) use store::LOCK_SPACE;

/// Tells the time.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Why a change has no audit row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exempt {
    /// How far somebody has read.
    Mark,
    /// When somebody or something was last seen or used.
    Time,
    /// It belongs to something made in the same job, whose audit row stands for it.
    PartOfCreated,
    /// How often something was used.
    Counter,
    /// It is made from what stands elsewhere, and can be made again.
    Derived,
}

/// The writer's connection, and the chain that its audit rows are put on.
pub(crate) struct Ledger {
    loads: Loads,
    clock: Clock,
    chain: i64,
    head: Head,
    /// Rows of this transaction, not yet written.
    pending: Vec<Pending>,
    /// Whether a step was committed that may not be on the disk yet.
    unflushed: bool,
    /// Whether a step of this group was kept.
    kept: bool,
}

/// The end of a chain as one transaction leaves it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Seal {
    chain: i64,
    head: Head,
}

/// A place in a job to go back to.
#[derive(Clone, Copy)]
pub(crate) struct Mark {
    pending: usize,
    /// Whether nothing was done before it in its transaction.
    at_start: bool,
}

impl Ledger {
    /// Opens the writing connection and finds the end of its chain.
    pub(crate) fn open(url: &DatabaseUrl, clock: Clock) -> Result<Self, OpenError> {
        let loads = Loads::open(url, Purpose::Write)?;
        let mut ledger = Self {
            loads,
            clock,
            chain: 1,
            head: Head::start(),
            pending: Vec::new(),
            unflushed: false,
            kept: false,
        };
        let failed = |why: crate::error::Failure| OpenError::Connect {
            place: url.to_string(),
            why: domain::ports::StoreError::from(why).to_string(),
        };
        ledger.chain = store::claim_chain(&mut ledger.loads).map_err(failed)?;
        ledger.head = store::head(&mut ledger.loads, ledger.chain).map_err(failed)?;
        Ok(ledger)
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// For looking.
    pub(crate) fn loads(&mut self) -> &mut Loads {
        &mut self.loads
    }

    /// Changes something that is there.
    pub(crate) fn change<T>(
        &mut self,
        by: &Origin,
        entry: &Entry,
        change: impl FnOnce(&mut Db) -> Outcome<T>,
    ) -> Outcome<T> {
        let changed = change(self.loads.writable(&Permit::for_the_ledger()))?;
        self.record(by, entry);
        Ok(changed)
    }

    /// Makes something, whose entry can only be told once it has its id.
    pub(crate) fn create<T>(
        &mut self,
        by: &Origin,
        create: impl FnOnce(&mut Db) -> Outcome<T>,
        entry: impl FnOnce(&T) -> Entry,
    ) -> Outcome<T> {
        let made = create(self.loads.writable(&Permit::for_the_ledger()))?;
        self.record(by, &entry(&made));
        Ok(made)
    }

    /// Makes several things, each with an entry of its own.
    pub(crate) fn create_each<T>(
        &mut self,
        create: impl FnOnce(&mut Db) -> Outcome<Vec<T>>,
        entry: impl Fn(&T) -> (Origin, Entry),
    ) -> Outcome<Vec<T>> {
        let made = create(self.loads.writable(&Permit::for_the_ledger()))?;
        for one in &made {
            let (by, entry) = entry(one);
            self.record(&by, &entry);
        }
        Ok(made)
    }

    /// Changes what is not audited.
    pub(crate) fn exempt<T>(
        &mut self,
        _why: Exempt,
        change: impl FnOnce(&mut Db) -> Outcome<T>,
    ) -> Outcome<T> {
        change(self.loads.writable(&Permit::for_the_ledger()))
    }

    /// Notes what is no change.
    pub(crate) fn record(&mut self, by: &Origin, entry: &Entry) {
        let at = self.now();
        self.pending.push(Pending::new(at, by, entry));
    }

    /// A place to go back to, within a job.
    pub(crate) fn mark(&mut self) -> Outcome<Mark> {
        self.loads.transact("SAVEPOINT inner_mark")?;
        Ok(Mark { pending: self.pending.len(), at_start: false })
    }

    /// Undoes what was done since.
    pub(crate) fn back_to(&mut self, mark: Mark) -> Outcome<()> {
        self.pending.truncate(mark.pending);
        self.loads.transact("ROLLBACK TO SAVEPOINT inner_mark")?;
        Ok(self.loads.transact("RELEASE SAVEPOINT inner_mark")?)
    }

    /// Keeps what was done since.
    pub(crate) fn release(&mut self, _: Mark) -> Outcome<()> {
        Ok(self.loads.transact("RELEASE SAVEPOINT inner_mark")?)
    }
}

/// Groups of steps: one transaction of savepoints on SQLite, whose only writer is here; on PostgreSQL a
/// transaction for each step, so that locks taken by several jobs in turn can't meet another server's in a
/// deadlock. Either way the disk is waited for once, at the end of the group.
impl Ledger {
    pub(crate) fn begin_group(&mut self) -> Outcome<()> {
        self.pending.clear();
        self.kept = false;
        if self.loads.is_postgres() { Ok(()) } else { self.begin_immediate() }
    }

    fn begin_immediate(&mut self) -> Outcome<()> {
        self.loads.transact("BEGIN IMMEDIATE")?;
        // Another process, such as the command line, may have gone on with the chain.
        self.head = store::head(&mut self.loads, self.chain)?;
        Ok(())
    }

    pub(crate) fn begin_step(&mut self) -> Outcome<Mark> {
        // What begins a transaction needs no savepoint, for which SQLite would copy every page it changes.
        let at_start = self.loads.is_postgres() || !self.kept;
        if self.loads.is_postgres() {
            self.loads.transact("BEGIN")?;
        } else if !at_start {
            self.loads.transact("SAVEPOINT step")?;
        }
        Ok(Mark { pending: self.pending.len(), at_start })
    }

    /// Keeps a step; nothing may come after the `last` one of a group.
    pub(crate) fn end_step(&mut self, mark: Mark, last: bool) -> Outcome<()> {
        self.kept = true;
        if !self.loads.is_postgres() {
            if !mark.at_start {
                self.loads.transact("RELEASE SAVEPOINT step")?;
            }
            return Ok(());
        }
        let wrote = self.write_rows()?;
        if last && wrote {
            self.loads.transact("COMMIT")?;
            self.unflushed = false;
        } else {
            self.loads.transact("SET LOCAL synchronous_commit = off; COMMIT")?;
            self.unflushed = true;
        }
        Ok(())
    }

    pub(crate) fn undo_step(&mut self, mark: Mark) -> Outcome<()> {
        self.pending.truncate(mark.pending);
        if self.loads.is_postgres() {
            return Ok(self.loads.transact("ROLLBACK")?);
        }
        if mark.at_start {
            self.loads.transact("ROLLBACK")?;
            return self.begin_immediate();
        }
        self.loads.transact("ROLLBACK TO SAVEPOINT step")?;
        Ok(self.loads.transact("RELEASE SAVEPOINT step")?)
    }

    /// Makes the group durable.
    pub(crate) fn end_group(&mut self) -> Outcome<()> {
        if self.loads.is_postgres() {
            if self.unflushed {
                store::flush(self.loads.writable(&Permit::for_the_ledger()))?;
                self.unflushed = false;
            }
            return Ok(());
        }
        self.write_rows()?;
        Ok(self.loads.transact("COMMIT")?)
    }

    /// Does between groups what can be done again: it lands as a whole, but the disk is not waited for. After an
    /// error other than `Broken` the connection is of no use any more.
    pub(crate) fn aside<T>(&mut self, work: impl FnOnce(&mut Self) -> Outcome<T>) -> Outcome<T> {
        let postgres = self.loads.is_postgres();
        let begin = if postgres {
            "BEGIN; SET LOCAL synchronous_commit = off"
        } else {
            "PRAGMA synchronous = NORMAL; BEGIN IMMEDIATE"
        };
        self.loads.transact(begin)?;
        let outcome = work(self);
        self.loads.transact(if outcome.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
        if !postgres {
            self.loads.transact("PRAGMA synchronous = FULL")?;
        }
        outcome
    }

    /// Gives a group up; `false` when the connection is of no use any more.
    pub(crate) fn abandon(&mut self) -> bool {
        self.pending.clear();
        // SQLite ends the transaction by itself after some errors, and then has none to roll back.
        let rolled_back = self.loads.transact("ROLLBACK").is_ok() || !self.loads.is_postgres();
        match store::head(&mut self.loads, self.chain) {
            Ok(head) if rolled_back => {
                self.head = head;
                true
            }
            _ => false,
        }
    }

    /// The end of the chain as this transaction would leave it.
    pub(crate) fn seal(&self) -> Seal {
        Seal { chain: self.chain, head: self.head.clone() }
    }

    /// Whether a transaction landed that left the chain so.
    pub(crate) fn holds(&mut self, seal: &Seal) -> bool {
        store::holds(&mut self.loads, seal.chain, &seal.head).unwrap_or(false)
    }

    /// Writes the audit rows of what was done; answers whether there were any.
    fn write_rows(&mut self) -> Outcome<bool> {
        if self.pending.is_empty() {
            return Ok(false);
        }
        let (rows, head) = row::hash(self.chain, &self.head, self.pending.drain(..))?;
        store::insert(self.loads.writable(&Permit::for_the_ledger()), &rows)?;
        self.head = head;
        Ok(true)
    }
}
