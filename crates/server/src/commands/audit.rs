//! `natter audit`: checks what happened against tampering.

use std::{io::Write, path::PathBuf};

use crate::{composition::database_url, settings::Settings};

/// Checks every chain of the audit log from its start; fails, and names the first bad entry, if one is bad.
pub fn verify(files: &[PathBuf], out: &mut dyn Write) -> anyhow::Result<()> {
    let (settings, _) = Settings::load(files)?;
    let report = persistence::audit::verify(&database_url(&settings)?)?;
    match report.first_bad {
        None => {
            writeln!(out, "all {} entries of the audit log are as they were written", report.checked)?;
            Ok(())
        }
        Some(bad) => anyhow::bail!("the audit log was tampered with: {bad}"),
    }
}
