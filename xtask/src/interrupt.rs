//! Ctrl-C and SIGTERM: end the command that is running, then let every private server be dropped in order.

use anyhow::{Result, bail};
use std::process::{Child, Command};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::{self, Thread};

static INTERRUPTED: AtomicBool = AtomicBool::new(false);
/// Waits in [`wait`], or for the command below.
static MAIN: OnceLock<Thread> = OnceLock::new();
/// The process group of the command that is running.
static RUNNING: Mutex<Option<u32>> = Mutex::new(None);

/// Takes the signals over. To be called once, on the main thread.
pub fn watch() -> Result<()> {
    MAIN.get_or_init(thread::current);
    ctrlc::set_handler(|| {
        INTERRUPTED.store(true, Ordering::SeqCst);
        if let Some(group) = *running() {
            end_group(group);
        }
        if let Some(main) = MAIN.get() {
            main.unpark();
        }
    })?;
    Ok(())
}

/// Waits for Ctrl-C or SIGTERM.
pub fn wait() {
    while !is_set() {
        thread::park();
    }
}

/// Fails once Ctrl-C or SIGTERM came, so that `?` leads out of whatever is going on.
pub fn check() -> Result<()> {
    if is_set() {
        bail!("interrupted");
    }
    Ok(())
}

/// Ends the process group of `child` while the returned guard lives, should a signal come.
pub fn covers(child: &Child) -> Covered {
    *running() = Some(child.id());
    // The signal may have come between the start of the child and the line above.
    if is_set() {
        end_group(child.id());
    }
    Covered
}

/// While this lives, a signal ends the command too.
pub struct Covered;

impl Drop for Covered {
    fn drop(&mut self) {
        *running() = None;
    }
}

fn is_set() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}

fn running() -> MutexGuard<'static, Option<u32>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

fn end_group(group: u32) {
    // A group that is gone already is fine.
    let _ = Command::new("kill").args(["-TERM", "--", &format!("-{group}")]).status();
}
