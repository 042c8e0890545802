//! What each command does, a file for each.

pub mod audit;
pub mod config;
pub mod migrate;
pub mod serve;
pub mod user;
