//! The `natter` server: settings, command line and the composition of all parts.

pub mod cli;
pub mod commands;
pub mod composition;
mod health;
mod keys;
mod listening;
mod metrics;
pub mod password;
mod pictures;
pub mod settings;
mod sweeping;
