//! The `natter` program under test, built when need be.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// The folder of the workspace, where the program is built and started.
pub fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests lie in the workspace")
}

/// What `NATTER_TEST_BINARY` names, or else what cargo builds, once per test process.
pub fn natter() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| std::env::var_os("NATTER_TEST_BINARY").map_or_else(build, PathBuf::from))
}

/// No package is named, so that cargo builds with the features, and into the files, of a bare `cargo test`.
fn build() -> PathBuf {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["build", "--quiet", "--bin", "natter", "--message-format", "json-render-diagnostics"])
        .current_dir(workspace())
        .stderr(Stdio::inherit())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "natter does not build");
    let messages = String::from_utf8_lossy(&output.stdout);
    let artifacts = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let built = artifacts.filter(|artifact| artifact["target"]["name"] == "natter");
    built
        .filter_map(|artifact| Some(artifact["executable"].as_str()?.into()))
        .next_back()
        .expect("cargo names the binary")
}
