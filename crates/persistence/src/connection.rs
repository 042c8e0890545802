//! Connections to either database, and the type that can only look.

use std::{fmt, path::PathBuf};

use diesel::{
    Connection as _, QueryResult, RunQueryDsl,
    connection::SimpleConnection,
    pg::PgConnection,
    query_builder::{SelectQuery, SqlQuery},
    query_dsl::methods::LoadQuery,
    result::OptionalExtension,
    sql_query,
    sqlite::SqliteConnection,
};

use crate::columns::Columns;
use crate::error::{Failure, OpenError, Outcome};

/// Where the database is.
#[derive(Clone)]
pub enum DatabaseUrl {
    /// A file, made when it is not there.
    Sqlite(PathBuf),
    /// A `postgres://` URL.
    Postgres(String),
}

/// Without the password.
impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => path.display().fmt(f),
            Self::Postgres(url) => {
                let rest = url.rsplit_once('@').map_or("…", |(_, rest)| rest);
                let rest = rest.split_once('?').map_or(rest, |(place, _)| place);
                write!(f, "postgres://{rest}")
            }
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A connection to one or the other.
#[derive(diesel::MultiConnection)]
pub(crate) enum Db {
    Postgres(PgConnection),
    Sqlite(SqliteConnection),
}

/// What a connection is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Look,
    Write,
    /// Moving SQLite's WAL into its file.
    Checkpoint,
}

/// SQLite: WAL, so that looks and changes go on side by side; FULL, so that what is acknowledged outlives the
/// power. Checkpoints are made on a thread of their own, so the writer makes none.
const SQLITE: &str = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 0;";
const SQLITE_WRITE: &str = "PRAGMA cache_size = -65536;";
const SQLITE_LOOK: &str = "PRAGMA cache_size = -16384; PRAGMA query_only = ON;";

/// While a thorough checkpoint waits for readers, it keeps the writer waiting: it gives up soon.
const SQLITE_CHECKPOINT: &str = "PRAGMA busy_timeout = 50;";

/// PostgreSQL: an operator who turned synchronous commits off for everything else does not mean this.
const POSTGRES_WRITE: &str = "SET lock_timeout = '10s';
    SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off';";
const POSTGRES_LOOK: &str = "SET default_transaction_read_only = on; SET statement_timeout = '30s';";

/// Opens a connection and sets it up.
pub(crate) fn connect(url: &DatabaseUrl, purpose: Purpose) -> Result<Db, OpenError> {
    let failed = |why: String| OpenError::Connect { place: url.to_string(), why };
    let mut db = match url {
        DatabaseUrl::Sqlite(path) => {
            let path = path.to_str().ok_or_else(|| failed("its path is not UTF-8".to_owned()))?;
            let mut conn = SqliteConnection::establish(path).map_err(|error| failed(error.to_string()))?;
            conn.batch_execute(SQLITE).map_err(|error| failed(error.to_string()))?;
            Db::Sqlite(conn)
        }
        DatabaseUrl::Postgres(url) => {
            let conn =
                PgConnection::establish(&with_timeouts(url)).map_err(|error| failed(error.to_string()))?;
            Db::Postgres(conn)
        }
    };
    let settings = match (&db, purpose) {
        (Db::Sqlite(_), Purpose::Write) => SQLITE_WRITE,
        (Db::Sqlite(_), Purpose::Checkpoint) => SQLITE_CHECKPOINT,
        (Db::Postgres(_), Purpose::Checkpoint) => "",
        (Db::Sqlite(_), Purpose::Look) => SQLITE_LOOK,
        (Db::Postgres(_), Purpose::Write) => POSTGRES_WRITE,
        (Db::Postgres(_), Purpose::Look) => POSTGRES_LOOK,
    };
    db.batch_execute(settings).map_err(|error| failed(error.to_string()))?;
    Ok(db)
}

/// A server that is gone without a word is noticed within seconds, unless the URL says otherwise.
fn with_timeouts(url: &str) -> String {
    let mut url = url.to_owned();
    for setting in ["connect_timeout=5", "tcp_user_timeout=10000", "application_name=natter"] {
        let name = setting.split('=').next().unwrap_or_default();
        if !url.contains(name) {
            url.push(if url.contains('?') { '&' } else { '?' });
            url.push_str(setting);
        }
    }
    url
}

/// A connection that can only look: what it runs is a `SELECT`, by its type.
pub(crate) struct Loads {
    db: Db,
}

/// What SQLite says of a checkpoint.
#[derive(diesel::QueryableByName)]
struct Checkpoint {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    log: i64,
}

/// Proof that a change goes through the ledger, which alone makes one.
pub(crate) struct Permit(());

impl Permit {
    /// Called by the ledger only: a test of the sources sees to it.
    pub(crate) fn for_the_ledger() -> Self {
        Self(())
    }
}

impl Loads {
    pub(crate) fn open(url: &DatabaseUrl, purpose: Purpose) -> Result<Self, OpenError> {
        connect(url, purpose).map(|db| Self { db })
    }

    /// All rows.
    pub(crate) fn all<'query, Q, U>(&mut self, query: Q) -> Outcome<Vec<U>>
    where
        Q: SelectQuery + LoadQuery<'query, Db, U>,
    {
        Ok(query.load(&mut self.db)?)
    }

    /// The one row there is at the most.
    pub(crate) fn one<'query, Q, U>(&mut self, query: Q) -> Outcome<Option<U>>
    where
        Q: SelectQuery + LoadQuery<'query, Db, U>,
    {
        Ok(query.get_result(&mut self.db).optional()?)
    }

    /// All rows of a `SELECT` that is written out.
    pub(crate) fn written<U>(&mut self, select: &str) -> Outcome<Vec<U>>
    where
        SqlQuery: for<'query> LoadQuery<'query, Db, U>,
    {
        // What this type is for. The readers' connections refuse everything else anyway.
        if !select.starts_with("SELECT ") {
            return Err(Failure::Corrupt(format!("this is not a look: {select}")));
        }
        Ok(sql_query(select).load(&mut self.db)?)
    }

    /// Locks the rows that a `SELECT … FOR UPDATE` finds. SQLite has no such thing, and needs none.
    pub(crate) fn lock(&mut self, select: Columns<'_>) -> Outcome<()> {
        if let Db::Postgres(conn) = &mut self.db {
            let _: Vec<(i64, i64, i64)> = select.load(conn)?;
        }
        Ok(())
    }

    /// Moves what is in SQLite's WAL into its file; answers how many pages the WAL holds.
    pub(crate) fn checkpoint(&mut self, thoroughly: bool) -> QueryResult<i64> {
        let Db::Sqlite(conn) = &mut self.db else { return Ok(0) };
        let how = if thoroughly { "TRUNCATE" } else { "PASSIVE" };
        let done: Checkpoint = sql_query(format!("PRAGMA wal_checkpoint({how})")).get_result(conn)?;
        Ok(done.log)
    }

    /// The connection itself, for changes.
    pub(crate) fn writable(&mut self, _: &Permit) -> &mut Db {
        &mut self.db
    }

    /// `BEGIN`, `COMMIT` and their like.
    pub(crate) fn transact(&mut self, statement: &'static str) -> QueryResult<()> {
        self.db.batch_execute(statement)
    }

    pub(crate) fn is_postgres(&self) -> bool {
        matches!(self.db, Db::Postgres(_))
    }
}
