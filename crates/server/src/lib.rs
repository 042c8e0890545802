//! The `natter` server: settings, command line and the composition of all parts.

pub mod cli;
pub mod commands;
pub mod password;
pub mod settings;
