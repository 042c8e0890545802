//! Bringing a database up to date: the migrations are part of the program.

use std::error::Error;

use diesel::{
    connection::SimpleConnection,
    migration::{Migration, MigrationSource, MigrationVersion},
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::{
    connection::{DatabaseUrl, Db, Purpose, connect},
    error::OpenError,
};

const SQLITE: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

/// Servers that start at once take turns: held until the connection is closed. "natm" in ASCII.
const TURN: &str = "SELECT pg_advisory_lock(1851880557)";

type Fault = Box<dyn Error + Send + Sync>;

/// Runs what has not been run yet; answers the names of that. Refuses a database that a newer version has written.
pub fn migrate(url: &DatabaseUrl) -> Result<Vec<String>, OpenError> {
    let mut db = connect(url, Purpose::Write)?;
    let ran = match &mut db {
        Db::Sqlite(conn) => conn.immediate_transaction(|conn| run(conn, SQLITE)),
        Db::Postgres(conn) => {
            conn.batch_execute(TURN).map_err(Fault::from).and_then(|()| run(conn, POSTGRES))
        }
    };
    ran.map_err(|error| OpenError::Migrate(error.to_string()))
}

fn run<DB: diesel::backend::Backend>(
    conn: &mut impl MigrationHarness<DB>,
    known: EmbeddedMigrations,
) -> Result<Vec<String>, Fault> {
    let versions: Vec<MigrationVersion<'static>> = MigrationSource::<DB>::migrations(&known)?
        .iter()
        .map(|migration| migration.name().version().as_owned())
        .collect();
    if let Some(newer) = conn.applied_migrations()?.into_iter().find(|version| !versions.contains(version)) {
        return Err(format!("a newer version of Natter has written it (migration {newer})").into());
    }
    Ok(conn.run_pending_migrations(known)?.iter().map(ToString::to_string).collect())
}
