//! Runs one command in sight of the developer.

use crate::interrupt;
use anyhow::{Context, Result, bail};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The cargo that started this program, so that a chosen toolchain stays chosen.
pub fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(workspace());
    command
}

/// Where cargo puts the program `name`, built with the settings that this one was built with.
pub fn beside(name: &str) -> Result<PathBuf> {
    Ok(std::env::current_exe()?.with_file_name(name))
}

/// The folder of the workspace.
pub fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the workspace")
}

/// Runs the command to its end, and fails unless it succeeds.
///
/// It gets a process group of its own, so that a signal ends what it started, too.
pub fn run(command: &mut Command) -> Result<()> {
    run_in_terminal(command.process_group(0))
}

/// The same for a command that may ask something, as `sudo` does: it stays in the foreground of the terminal.
pub fn run_in_terminal(command: &mut Command) -> Result<()> {
    interrupt::check()?;
    eprintln!("$ {}", shown(command));
    let mut child = command.spawn().with_context(|| format!("cannot run {}", shown(command)))?;
    let covered = interrupt::covers(&child);
    let status = child.wait()?;
    drop(covered);
    interrupt::check()?;
    if !status.success() {
        bail!("`{}` failed: {status}", shown(command));
    }
    Ok(())
}

/// Whether the command can be run and succeeds; shows nothing.
pub fn works(program: &str, arguments: &[&str]) -> bool {
    let quiet = Command::new(program).args(arguments).stdin(Stdio::null()).output();
    quiet.is_ok_and(|output| output.status.success())
}

/// The first of the programs that is there, on the `PATH` or where its own path says.
pub fn find(programs: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let candidates =
        programs.iter().flat_map(|program| folders.iter().map(move |folder| folder.join(program)));
    candidates.into_iter().find(|candidate| candidate.is_file())
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
