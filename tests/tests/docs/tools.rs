//! What the examples are run with, as far as this machine has it.

use std::process::{Command, Stdio};
use tests::left_out;

/// Where Debian keeps the packages of Node: its own Node looks there unasked, others don't.
pub const NODE_PATH: &str = "/usr/share/nodejs";

/// A program that examples need.
pub struct Tool {
    name: &'static str,
    /// By which names it goes, the most usual first.
    programs: &'static [&'static str],
    /// Arguments with which it succeeds when it can do what is needed.
    trial: &'static [&'static str],
}

pub const BASH: Tool = Tool { name: "bash", programs: &["bash"], trial: &["--version"] };
pub const CURL: Tool =
    Tool { name: "curl 7.82 or newer", programs: &["curl"], trial: &["--json", "{}", "--version"] };
pub const JQ: Tool = Tool { name: "jq", programs: &["jq"], trial: &["--version"] };
pub const HTTPIE: Tool = Tool { name: "HTTPie", programs: &["http"], trial: &["--version"] };
pub const PYTHON: Tool = Tool { name: "Python 3", programs: &["python3"], trial: &["--version"] };
/// The first `python3` may be another than the one that Debian's packages are for.
pub const PYTHON_WEBSOCKETS: Tool = Tool {
    name: "Python 3 with websockets",
    programs: &["python3", "/usr/bin/python3"],
    trial: &["-c", "import websockets"],
};
pub const NODE: Tool =
    Tool { name: "Node 18 or newer", programs: &["node", "nodejs"], trial: &["-e", "fetch.name"] };
pub const NODE_WS: Tool = Tool {
    name: "Node 18 or newer with WebSocket or ws",
    programs: &["node", "nodejs"],
    trial: &["-e", "fetch.name; globalThis.WebSocket ?? require('ws')"],
};

/// The program to run the example with, which is the first of its `tools`; nothing, and a word about it, when one of
/// them is missing.
pub fn all_of(tools: &[Tool]) -> Option<&'static str> {
    let found: Option<Vec<_>> = tools.iter().map(Tool::find).collect();
    found?.first().copied()
}

impl Tool {
    fn find(&self) -> Option<&'static str> {
        let found = self.programs.iter().find(|program| self.passes_its_trial(program));
        if found.is_none() {
            left_out("", &format!("{} (`cargo xtask test` brings it)", self.name));
        }
        found.copied()
    }

    fn passes_its_trial(&self, program: &str) -> bool {
        let mut command = Command::new(program);
        command.args(self.trial).env("NODE_PATH", NODE_PATH).stdin(Stdio::null());
        command.output().is_ok_and(|output| output.status.success())
    }
}
