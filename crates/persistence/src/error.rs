//! What can go wrong with a database, told apart into what the domain and the one who runs it need to know.

use diesel::result::{DatabaseErrorKind, Error};
use domain::ports::StoreError;

/// Why a database can't be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// It can't be reached, opened or written to.
    #[error("the database {place} can't be opened: {why}")]
    Connect {
        /// Which, without its password.
        place: String,
        /// What it said.
        why: String,
    },
    /// It is of another version than this program.
    #[error("the database can't be brought up to date: {0}")]
    Migrate(String),
    /// A thread can't be started.
    #[error("a thread can't be started: {0}")]
    Thread(#[from] std::io::Error),
}

/// Why a statement did not do what it was meant to, inside this crate.
#[derive(Debug)]
pub(crate) enum Failure {
    Diesel(Error),
    Store(StoreError),
    /// A row that no version of Natter has written.
    Corrupt(String),
}

pub(crate) type Outcome<T> = Result<T, Failure>;

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Diesel(error)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<Failure> for StoreError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Store(error) => error,
            Failure::Corrupt(what) => StoreError::Broken(what),
            Failure::Diesel(error) => told(&error),
        }
    }
}

/// Parts of what SQLite and PostgreSQL say when it is not the statement's fault; neither gives Diesel a code.
const AWAY: &[&str] = &[
    // SQLite
    "database is locked",
    "database table is locked",
    "readonly database",
    "database or disk is full",
    "disk I/O error",
    "unable to open database file",
    "database disk image is malformed",
    "file is not a database",
    // PostgreSQL
    "server closed the connection",
    "no connection to the server",
    "terminating connection",
    "connection to server",
    "could not connect",
    "the database system is",
    "connection has been closed",
    "SSL connection",
    "could not receive data",
    "could not send data",
    "deadlock detected",
    "canceling statement",
    "too many connections",
    "remaining connection slots",
    "out of memory",
    "could not extend file",
    "No space left on device",
    "could not write to file",
];

fn told(error: &Error) -> StoreError {
    match error {
        Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => StoreError::Taken,
        Error::DatabaseError(
            DatabaseErrorKind::ClosedConnection
            | DatabaseErrorKind::SerializationFailure
            | DatabaseErrorKind::ReadOnlyTransaction
            | DatabaseErrorKind::UnableToSendCommand,
            what,
        ) => StoreError::Away(what.message().to_owned()),
        Error::DatabaseError(_, what) if AWAY.iter().any(|part| what.message().contains(part)) => {
            StoreError::Away(what.message().to_owned())
        }
        Error::BrokenTransactionManager => StoreError::Away("the connection was lost".to_owned()),
        error => StoreError::Broken(error.to_string()),
    }
}
