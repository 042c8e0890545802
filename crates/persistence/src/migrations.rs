//! Bringing a database up to date: the migrations are part of the program.

use diesel::migration::MigrationVersion;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::{
    connection::{DatabaseUrl, Db, Purpose, connect},
    error::OpenError,
};

const SQLITE: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

/// Runs what has not been run yet; answers the names of that.
pub fn migrate(url: &DatabaseUrl) -> Result<Vec<String>, OpenError> {
    let mut db = connect(url, Purpose::Write)?;
    let failed = |error: Box<dyn std::error::Error + Send + Sync>| OpenError::Migrate(error.to_string());
    match &mut db {
        Db::Sqlite(conn) => conn.run_pending_migrations(SQLITE).map(|ran| names(&ran)).map_err(failed),
        Db::Postgres(conn) => conn.run_pending_migrations(POSTGRES).map(|ran| names(&ran)).map_err(failed),
    }
}

fn names(versions: &[MigrationVersion<'_>]) -> Vec<String> {
    versions.iter().map(ToString::to_string).collect()
}
