//! What the tests need beside Rust and a C compiler, and how Debian and Ubuntu provide it.

use crate::{command, postgres};
use anyhow::{Result, bail};
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A program that tests use, and the packages that bring it.
struct Need {
    name: &'static str,
    is_there: fn() -> bool,
    debian: &'static str,
    ubuntu: &'static str,
}

impl Need {
    /// One whose package goes by the same name on both.
    const fn packaged(name: &'static str, is_there: fn() -> bool, package: &'static str) -> Self {
        Self { name, is_there, debian: package, ubuntu: package }
    }
}

/// Redis (`redis-server`) joins this list with the first test that uses it.
const NEEDS: [Need; 11] = [
    Need::packaged("PostgreSQL", || postgres::programs().is_ok(), "postgresql"),
    Need {
        name: "Chromium",
        is_there: || chromium().is_some(),
        debian: "chromium",
        ubuntu: "chromium-browser",
    },
    Need {
        name: "ChromeDriver",
        is_there: || chromedriver().is_some(),
        debian: "chromium-driver",
        ubuntu: "chromium-chromedriver",
    },
    // What the examples of docs/api.md are run with.
    Need::packaged("curl", || command::find(&["curl"]).is_some(), "curl"),
    Need::packaged("jq", || command::find(&["jq"]).is_some(), "jq"),
    Need::packaged("HTTPie", || command::find(&["http"]).is_some(), "httpie"),
    Need::packaged("Python's websockets", has_websockets, "python3-websockets"),
    Need::packaged("Node", || command::find(&["node"]).is_some(), "nodejs"),
    Need::packaged("Node's WebSocket", has_node_websocket, "node-ws"),
    // What brings the tools that the API is checked with.
    Need::packaged("npm", || command::find(&["npm"]).is_some(), "npm"),
    Need::packaged("Python's venv", has_venv, "python3-venv"),
];

/// The first `python3` may be another than the one that Debian's packages are for.
fn has_websockets() -> bool {
    ["python3", "/usr/bin/python3"].iter().any(|python| command::works(python, &["-c", "import websockets"]))
}

/// Debian parts `ensurepip` from the rest of Python.
fn has_venv() -> bool {
    command::works("python3", &["-c", "import ensurepip, venv"])
}

/// Since version 22 it is built in.
fn has_node_websocket() -> bool {
    let looked_for = "typeof WebSocket === 'function' || require('ws')";
    command::works("env", &["NODE_PATH=/usr/share/nodejs", "node", "-e", looked_for])
}

/// The browser to test in.
pub fn chromium() -> Option<PathBuf> {
    command::find(&["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"])
}

/// The program that drives it.
pub fn chromedriver() -> Option<PathBuf> {
    command::find(&["chromedriver", "/usr/lib/chromium-browser/chromedriver"])
}

/// Installs what is missing after saying so; asks first in a terminal, unless `sure`.
pub fn install_missing(sure: bool) -> Result<()> {
    install_components()?;
    let missing: Vec<&Need> = NEEDS.iter().filter(|need| !(need.is_there)()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names = missing.iter().map(|need| need.name).collect::<Vec<_>>().join(", ");
    if command::find(&["apt-get"]).is_none() {
        bail!("the tests need {names}: please install them, then run this again");
    }
    let packages = packages(&missing);
    eprintln!("The tests need {names}. To be installed with apt-get: {}.", packages.join(" "));
    if !sure && !agreed("Install them now?")? {
        bail!("not installed; please install {names} yourself, then run this again");
    }
    apt_get(&["update"])?;
    let mut install = vec!["install", "--yes", "--no-install-recommends"];
    install.extend(packages);
    apt_get(&install)?;
    match missing.iter().find(|need| !(need.is_there)()) {
        Some(need) => bail!("{} is still not there after its package was installed", need.name),
        None => Ok(()),
    }
}

/// A minimal toolchain lacks these two.
fn install_components() -> Result<()> {
    for (component, program) in [("rustfmt", "fmt"), ("clippy", "clippy")] {
        if !command::cargo(&[program, "--version"]).output()?.status.success() {
            eprintln!("The tests need {component}. To be installed with rustup.");
            command::run(
                Command::new("rustup")
                    .args(["component", "add", component])
                    .current_dir(command::workspace()),
            )?;
        }
    }
    Ok(())
}

fn packages(missing: &[&Need]) -> Vec<&'static str> {
    let is_ubuntu = std::fs::read_to_string("/etc/os-release")
        .is_ok_and(|text| text.lines().any(|line| line == "ID=ubuntu"));
    missing.iter().map(|need| if is_ubuntu { need.ubuntu } else { need.debian }).collect()
}

/// Asks in a terminal. Elsewhere nobody could answer: what will be done was said, and is done.
fn agreed(question: &str) -> Result<bool> {
    if !std::io::stdin().is_terminal() {
        return Ok(true);
    }
    eprint!("{question} [Y/n] ");
    std::io::stderr().flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "" | "y" | "yes"))
}

fn apt_get(arguments: &[&str]) -> Result<()> {
    let mut command = if is_root() { Command::new("env") } else { Command::new("sudo") };
    command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]).args(arguments);
    command::run_in_terminal(&mut command)
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    Path::new("/proc/self").metadata().is_ok_and(|process| process.uid() == 0)
}
