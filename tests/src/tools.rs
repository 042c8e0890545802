//! The programs from npm and PyPI that the API is checked with, as far as they were brought.

use crate::left_out;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::Duration;
use tokio::process::Command;

/// Names the folder that `cargo xtask test` brings them into.
const TOOLS: &str = "NATTER_TEST_TOOLS";

/// How long one of them may take before a test fails: they are large programs, and machines are laden.
const PATIENCE: Duration = Duration::from_secs(300);

/// The folder with the programs, as `tests/tools/` pins them.
#[derive(Clone, Debug)]
pub struct Tools(PathBuf);

impl Tools {
    /// What was brought; where nothing was, says that the running test is left out.
    pub fn find() -> Option<Self> {
        let found = std::env::var_os(TOOLS).map(|folder| Self(folder.into()));
        if found.is_none() {
            left_out("", &format!("{TOOLS} (`cargo xtask test` brings it)"));
        }
        found
    }

    /// The packages of Node.
    pub fn node_modules(&self) -> PathBuf {
        self.0.join("node/node_modules")
    }

    /// A program of a package of Node, to be run in `folder`.
    pub fn node(&self, program: &str, folder: &Path) -> Command {
        Self::command(&self.node_modules().join(".bin").join(program), folder)
    }

    /// A program of a package of Python, to be run in `folder`.
    pub fn python(&self, program: &str, folder: &Path) -> Command {
        Self::command(&self.0.join("python/bin").join(program), folder)
    }

    /// Any program, such as `node` itself, to be run in `folder` without anything of the developer's own.
    pub fn command(program: &Path, folder: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(folder).stdin(Stdio::null()).kill_on_drop(true);
        for ours in ["NODE_OPTIONS", "NODE_PATH", "PYTHONPATH", "PYTHONHOME"] {
            command.env_remove(ours);
        }
        command.envs([("NO_COLOR", "1"), ("no_proxy", "*"), ("NO_PROXY", "*")]);
        command
    }

    /// Runs the program to its end; it may succeed or not.
    pub async fn run(command: &mut Command) -> Output {
        let program = command.as_std().get_program().to_owned();
        match tokio::time::timeout(PATIENCE, command.output()).await {
            Ok(output) => output.unwrap_or_else(|error| panic!("{program:?} does not run: {error}")),
            Err(_) => panic!("{program:?} did not end within {PATIENCE:?}"),
        }
    }

    /// The same for one that must succeed; all that it put out.
    pub async fn succeed(command: &mut Command) -> String {
        let output = Self::run(command).await;
        let told =
            [output.stdout, output.stderr].map(|told| String::from_utf8_lossy(&told).into_owned()).concat();
        assert!(output.status.success(), "{:?} failed:\n{told}", command.as_std());
        told
    }
}
