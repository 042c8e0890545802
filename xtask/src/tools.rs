//! The programs from npm and PyPI that tests check the API with, as pinned in `tests/tools/`.
//!
//! They are kept beside what cargo builds, and brought anew only when what pins them has changed.

use crate::command;
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Brings what is not there yet; the folder with all of it.
pub fn bring() -> Result<PathBuf> {
    let (pinned, folder) = (command::workspace().join("tests/tools"), folder()?);
    let why = "the tools of the tests could not be brought: is their registry within reach?";
    once(&pinned.join("package-lock.json"), &folder.join("node"), |node| packages_of_node(&pinned, node))
        .context(why)?;
    let requirements = pinned.join("requirements.txt");
    if requirements.is_file() {
        once(&requirements, &folder.join("python"), |python| packages_of_python(&requirements, python))
            .context(why)?;
    }
    Ok(folder)
}

/// This program lies where cargo puts what it builds, whatever its settings are.
fn folder() -> Result<PathBuf> {
    let program = std::env::current_exe()?;
    let target = program.parent().and_then(Path::parent).context("xtask was not started by cargo")?;
    Ok(target.join("tools"))
}

/// Fills `folder`, unless it was filled from the same lock file before; a copy of that tells.
fn once(lock: &Path, folder: &Path, fill: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    let stamp = folder.join(".filled-from");
    let wanted = std::fs::read(lock).with_context(|| format!("cannot read {}", lock.display()))?;
    if std::fs::read(&stamp).is_ok_and(|there| there == wanted) {
        return Ok(());
    }
    if folder.exists() {
        std::fs::remove_dir_all(folder)?;
    }
    std::fs::create_dir_all(folder)?;
    fill(folder)?;
    Ok(std::fs::write(stamp, wanted)?)
}

/// No package gets to run a script of its own.
fn packages_of_node(pinned: &Path, folder: &Path) -> Result<()> {
    for file in ["package.json", "package-lock.json"] {
        std::fs::copy(pinned.join(file), folder.join(file))?;
    }
    let arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    command::run(Command::new("npm").args(arguments).current_dir(folder))
}

fn packages_of_python(requirements: &Path, folder: &Path) -> Result<()> {
    command::run(Command::new("python3").args(["-m", "venv"]).arg(folder))?;
    let arguments = ["install", "--quiet", "--disable-pip-version-check", "--no-input", "--requirement"];
    command::run(Command::new(folder.join("bin/pip")).args(arguments).arg(requirements))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[test]
    fn a_folder_is_filled_once_for_each_lock_file() -> Result<()> {
        let place = tempfile::tempdir()?;
        let (lock, folder) = (place.path().join("lock"), place.path().join("filled"));
        let filled = Cell::new(0);
        let fill = |folder: &Path| {
            filled.set(filled.get() + 1);
            Ok(std::fs::write(folder.join(format!("{}", filled.get())), "")?)
        };

        for (text, times) in [("a", 1), ("a", 1), ("b", 2), ("b", 2)] {
            std::fs::write(&lock, text)?;
            once(&lock, &folder, fill)?;
            assert_eq!(filled.get(), times);
        }
        assert!(!folder.join("1").exists() && folder.join("2").exists());
        Ok(())
    }

    #[test]
    fn what_could_not_be_filled_is_tried_again() -> Result<()> {
        let place = tempfile::tempdir()?;
        let (lock, folder) = (place.path().join("lock"), place.path().join("filled"));
        std::fs::write(&lock, "a")?;

        let refused = once(&lock, &folder, |_| anyhow::bail!("no network"));
        let mut tried_again = false;
        once(&lock, &folder, |_| {
            tried_again = true;
            Ok(())
        })?;

        assert!(refused.is_err() && tried_again);
        Ok(())
    }
}
