//! One group of jobs: steps, commit, then the news, then the answers.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::Instant,
};

use domain::{
    Notice,
    messages::{reading, sending},
    ports::{Done, StoreError, UnitOfWork},
};
use slog::{Logger, error, warn};

use super::{
    Publish,
    answer::Answer,
    bulk,
    indexing::Indexing,
    plan::{Run, Step, steps},
    queue::Lane,
};
use crate::{
    error::Failure,
    ledger::{Clock, Ledger, Seal},
    metrics,
    unit::Unit,
};

/// Does a group and answers it. `Some` when the connection is lost: with what is in limbo.
pub(super) fn run(
    ledger: &mut Ledger,
    clock: &Clock,
    lanes: Vec<Lane>,
    indexing: &mut Indexing,
    publish: &Publish,
    log: &Logger,
) -> Option<Limbo> {
    let mut group = Group { ledger, clock, log, news: Vec::new(), answers: Vec::new(), fault: None };
    let began = Instant::now();
    group.work(steps(lanes));
    let Group { news, answers, fault, .. } = group;
    metrics::group(answers.len(), began.elapsed());
    let mut limbo = None;
    let verdict = match fault {
        None => {
            let notices: Vec<Notice> = news.into_iter().flat_map(|news| news.notices).collect();
            indexing.note(&notices);
            tell(publish, notices, log);
            Ok(())
        }
        Some(why) => {
            warn!(log, "a group of changes did not land"; "error" => why.to_string());
            let unsure = Limbo { news };
            if ledger.abandon() {
                tell(publish, unsure.landed(ledger), log);
            } else {
                limbo = Some(unsure);
            }
            Err(why)
        }
    };
    for answer in answers {
        if catch_unwind(AssertUnwindSafe(|| answer.give(verdict.clone()))).is_err() {
            error!(log, "an answer panicked");
        }
    }
    limbo
}

/// Tells what landed.
pub(super) fn tell(publish: &Publish, notices: Vec<Notice>, log: &Logger) {
    if !notices.is_empty() && catch_unwind(AssertUnwindSafe(|| publish(notices))).is_err() {
        error!(log, "telling what landed panicked");
    }
}

/// What is to be told of a step.
struct News {
    /// The end of the chain with it, which is there exactly if it landed; nothing where it has no audit row.
    seal: Option<Seal>,
    notices: Vec<Notice>,
}

/// News of steps of which nobody knows whether they landed: the connection was lost before it told.
pub(super) struct Limbo {
    news: Vec<News>,
}

impl Limbo {
    /// The connection was lost while nothing was being done for anybody.
    pub(super) fn nothing() -> Self {
        Self { news: Vec::new() }
    }

    /// What did land after all. Nobody else would tell of it: who sends again is only answered the first message.
    pub(super) fn landed(self, ledger: &mut Ledger) -> Vec<Notice> {
        let landed =
            self.news.into_iter().filter(|news| news.seal.as_ref().is_some_and(|seal| ledger.holds(seal)));
        landed.flat_map(|news| news.notices).collect()
    }
}

pub(super) struct Group<'a> {
    ledger: &'a mut Ledger,
    clock: &'a Clock,
    log: &'a Logger,
    news: Vec<News>,
    answers: Vec<Answer>,
    /// Why the group as a whole can't land.
    fault: Option<StoreError>,
}

impl Group<'_> {
    fn work(&mut self, steps: Vec<Step>) {
        if let Err(failure) = self.ledger.begin_group() {
            self.fault = Some(fatal(failure));
        }
        let count = steps.len();
        for (place, step) in (1..).zip(steps) {
            self.step(step, place == count);
        }
        if self.fault.is_some() {
            return;
        }
        let before = self.ledger.seal();
        let ended = self.ledger.end_group();
        // On SQLite the rows of all steps are written at the end, and land together.
        let seal = self.seal_since(&before);
        for news in self.news.iter_mut().filter(|news| news.seal.is_none()) {
            news.seal.clone_from(&seal);
        }
        if let Err(failure) = ended {
            self.fault = Some(fatal(failure));
        }
    }

    fn seal_since(&self, before: &Seal) -> Option<Seal> {
        let seal = self.ledger.seal();
        (seal != *before).then_some(seal)
    }

    fn step(&mut self, step: Step, last: bool) {
        match step {
            Step::Sends(jobs) => {
                let (sendings, done): (Vec<_>, Vec<_>) = jobs.into_iter().unzip();
                let outcomes = bulk::run(self, &sendings, last, sending::send_all);
                let answers = done.into_iter().zip(outcomes);
                self.answers.extend(answers.map(|(done, outcome)| Answer::Send(done, outcome)));
            }
            Step::Reads(jobs) => {
                let (readings, done): (Vec<_>, Vec<_>) = jobs.into_iter().unzip();
                let outcomes = bulk::run(self, &readings, last, reading::mark_all);
                let answers = done.into_iter().zip(outcomes);
                self.answers.extend(answers.map(|(done, outcome)| Answer::Read(done, outcome)));
            }
            Step::Other(run, done) => self.other(run, done, last),
        }
    }

    fn other(&mut self, run: Run, done: Done<Result<(), StoreError>>, last: bool) {
        // A refusal of the use case's own is no fault of the store.
        let outcome = match self.attempt(last, |work| Ok(if run(work) { Some(()) } else { None })) {
            Ok(_) => Ok(()),
            Err(error) => Err(error),
        };
        self.answers.push(Answer::Other(done, outcome));
    }

    /// Does something in a step of its own, which lands when the answer is `Some`.
    pub(super) fn attempt<T>(
        &mut self,
        last: bool,
        run: impl FnOnce(&mut dyn UnitOfWork) -> Result<Option<T>, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        if let Some(why) = &self.fault {
            return Err(why.clone());
        }
        let mark = self.ledger.begin_step().map_err(|failure| self.give_up(failure))?;
        let mut unit = Unit::new(&mut *self.ledger, self.clock);
        let ran = catch_unwind(AssertUnwindSafe(|| run(&mut unit)));
        let notices = unit.notices();
        let outcome = ran.unwrap_or_else(|_| {
            error!(self.log, "a job panicked");
            Err(StoreError::Broken("the job panicked".to_owned()))
        });
        match outcome {
            Ok(Some(value)) => {
                let before = self.ledger.seal();
                let ended = self.ledger.end_step(mark, last);
                self.news.push(News { seal: self.seal_since(&before), notices });
                ended.map_err(|failure| self.give_up(failure))?;
                Ok(Some(value))
            }
            refused => {
                self.ledger.undo_step(mark).map_err(|failure| self.give_up(failure))?;
                refused
            }
        }
    }

    fn give_up(&mut self, failure: Failure) -> StoreError {
        let why = fatal(failure);
        self.fault = Some(why.clone());
        why
    }
}

/// A transaction that can't go on is a database that can't be used, whatever it said.
fn fatal(failure: Failure) -> StoreError {
    match StoreError::from(failure) {
        StoreError::Taken => StoreError::Away("another server was writing the same".to_owned()),
        error => error,
    }
}
