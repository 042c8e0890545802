//! What each command does, a file for each.

pub mod config;
