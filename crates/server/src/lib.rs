//! The `natter` server: settings, command line and the composition of all parts.

pub mod settings;
