//! `natter migrate`: brings the database up to date, and nothing else.

use std::{io::Write, path::PathBuf};

use crate::{composition::database_url, settings::Settings};

/// Runs the migrations that are missing, and names each.
pub fn run(files: &[PathBuf], out: &mut dyn Write) -> anyhow::Result<()> {
    let (settings, _) = Settings::load(files)?;
    let run = persistence::migrate(&database_url(&settings)?)?;
    if run.is_empty() {
        writeln!(out, "the database is up to date")?;
    }
    for name in run {
        writeln!(out, "ran {name}")?;
    }
    Ok(())
}
