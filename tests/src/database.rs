//! The databases that Natter runs on, and one of its own for each server of a test.

use crate::{Server, left_out};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio_postgres::NoTls;

/// Names a PostgreSQL where the tests may make databases; `cargo xtask test` starts one.
const POSTGRES: &str = "NATTER_TEST_POSTGRES";

/// What keeps the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Database {
    /// A file in the server's data folder.
    Sqlite,
    /// A database made for this server in the one that `NATTER_TEST_POSTGRES` names.
    Postgres,
}

/// The databases there are to test with: SQLite always. Says so when it leaves PostgreSQL out.
pub fn databases() -> Vec<Database> {
    if std::env::var_os(POSTGRES).is_some() {
        return vec![Database::Sqlite, Database::Postgres];
    }
    left_out(" on PostgreSQL", &format!("{POSTGRES} (`cargo xtask test` brings it)"));
    vec![Database::Sqlite]
}

/// Runs the test on a fresh server for each database there is.
pub async fn on_each_database(test: impl AsyncFn(Server)) {
    for database in databases() {
        eprintln!("on {database:?}:");
        test(Server::with(|options| options.database(database)).await).await;
    }
}

/// A PostgreSQL database that lasts as long as this.
#[derive(Debug)]
pub(crate) struct OwnDatabase {
    name: String,
    /// Where it is made and dropped.
    server_url: String,
}

impl OwnDatabase {
    pub async fn create() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let server_url = std::env::var(POSTGRES).unwrap_or_else(|_| panic!("PostgreSQL needs {POSTGRES}"));
        let name = format!("natter_{}_{}", process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        execute(&server_url, &format!("CREATE DATABASE {name}")).await.expect("a database can be made");
        Self { name, server_url }
    }

    /// Where the server under test connects.
    pub fn url(&self) -> String {
        let (server, _) = self.server_url.rsplit_once('/').expect("a URL with a database");
        format!("{server}/{}", self.name)
    }
}

impl Drop for OwnDatabase {
    fn drop(&mut self) {
        // A thread, because the runtime of the test cannot be awaited here.
        let (url, drop) =
            (self.server_url.clone(), format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(execute(&url, &drop))
        });
        if !matches!(dropped.join(), Ok(Ok(()))) {
            eprintln!("the database {} could not be dropped", self.name);
        }
    }
}

async fn execute(url: &str, statement: &str) -> Result<(), tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    let served = tokio::spawn(connection);
    let result = client.batch_execute(statement).await;
    drop(client);
    let _ = served.await;
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_database_of_ones_own_is_there_until_it_is_dropped() {
        if !databases().contains(&Database::Postgres) {
            return;
        }
        let own = OwnDatabase::create().await;
        let url = own.url();
        assert!(execute(&url, "CREATE TABLE t (a INT)").await.is_ok());

        drop(own);

        assert!(execute(&url, "SELECT 1").await.is_err());
    }
}
