//! Where everything is kept: one Diesel code base for SQLite and PostgreSQL, with the audit log and the writer.

mod among;
pub mod audit;
mod columns;
mod connection;
mod database;
mod error;
mod ledger;
mod metrics;
mod migrations;
mod readers;
mod schema;
mod tables;
#[cfg(test)]
mod tests;
mod unit;
mod upkeep;
mod writer;

pub use connection::DatabaseUrl;
pub use database::{Database, Options};
pub use error::OpenError;
pub use ledger::Clock;
pub use migrations::migrate;
