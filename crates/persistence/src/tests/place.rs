//! Databases for tests: each has its own, which goes with it.

use std::sync::atomic::{AtomicU32, Ordering};

use diesel::{Connection, PgConnection, RunQueryDsl, connection::SimpleConnection};
use tempfile::TempDir;

use crate::DatabaseUrl;

/// A database of a test's own.
pub(super) enum Place {
    Sqlite(TempDir),
    Postgres { server: String, name: String },
}

/// Where a superuser connects to PostgreSQL.
const SERVER: &str = "NATTER_TEST_POSTGRES";

static MADE: AtomicU32 = AtomicU32::new(0);

impl Place {
    pub(super) fn sqlite() -> Self {
        Self::Sqlite(tempfile::tempdir().expect("a temporary folder"))
    }

    /// None without a server, which is said.
    pub(super) fn postgres() -> Option<Self> {
        let Ok(server) = std::env::var(SERVER) else {
            let test = std::thread::current().name().unwrap_or("a test").to_owned();
            eprintln!("left out on PostgreSQL, for {SERVER} is not set: {test}");
            return None;
        };
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let name = format!("natter_test_{}_{number}", std::process::id());
        admin(&server, &format!("CREATE DATABASE {name}"));
        Some(Self::Postgres { server, name })
    }

    /// SQLite, and PostgreSQL where there is one.
    pub(super) fn all() -> Vec<Self> {
        [Some(Self::sqlite()), Self::postgres()].into_iter().flatten().collect()
    }

    pub(super) fn url(&self) -> DatabaseUrl {
        match self {
            Self::Sqlite(folder) => DatabaseUrl::Sqlite(folder.path().join("natter.db")),
            Self::Postgres { server, name } => {
                let (start, query) = server.split_once('?').unwrap_or((server, ""));
                let base = start.rsplit_once('/').map_or(start, |(base, _)| base);
                let query = if query.is_empty() { String::new() } else { format!("?{query}") };
                DatabaseUrl::Postgres(format!("{base}/{name}{query}"))
            }
        }
    }

    /// Ends every connection to it, as a server that is restarted does. Nothing on SQLite.
    pub(super) fn disconnect_all(&self) -> bool {
        let Self::Postgres { server, name } = self else { return false };
        admin(
            server,
            &format!(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE datname = '{name}' AND pid <> pg_backend_pid()"
            ),
        );
        true
    }

    /// Takes everything out of it.
    pub(super) fn empty(&self) {
        if let Self::Postgres { .. } = self
            && let DatabaseUrl::Postgres(url) = self.url()
        {
            admin(&url, "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        }
    }

    /// Whether it lets anybody in.
    pub(super) fn allow(&self, connections: bool) {
        if let Self::Postgres { server, name } = self {
            admin(server, &format!("ALTER DATABASE {name} ALLOW_CONNECTIONS {connections}"));
        }
    }
}

fn admin(server: &str, statement: &str) {
    let mut conn = PgConnection::establish(server).expect("a PostgreSQL server for tests");
    conn.batch_execute(statement).expect("a superuser");
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Self::Postgres { server, name } = self
            && let Ok(mut conn) = PgConnection::establish(server)
        {
            // The server is a test's own too: what can't be dropped goes with it.
            let _ = diesel::sql_query(format!("DROP DATABASE {name} WITH (FORCE)")).execute(&mut conn);
        }
    }
}
