//! Runs examples as a reader would, against a server of the test.

use crate::examples::{Example, steps};
use crate::tools::NODE_PATH;
use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::{Deserializer, Value};
use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tempfile::TempDir;
use tests::Server;
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep, timeout};

/// Where the page has its readers' server.
pub const THEIR_SERVER: &str = "http://localhost:9000";

/// Longer than other tests wait: these start interpreters, and bots take breaks of their own.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Other programs call nobody back: they are looked at again and again.
const LOOKED_AT_EVERY: Duration = Duration::from_millis(50);

/// Stands before what a step puts out.
const MARK: char = '\u{1e}';

/// An example that runs, in a folder of its own; it ends when this is dropped.
pub struct Running {
    process: Child,
    command: Command,
    folder: TempDir,
}

/// What each step of a story put out, by its name.
pub struct Told(BTreeMap<String, String>);

/// Starts an example that is a file, such as `bot.py`.
pub fn start(server: &Server, program: &str, file: &str, environment: &[(&str, &str)]) -> Running {
    start_at(&server.url(""), program, file, environment)
}

/// The same, with the server at another address, such as that of a [`Cable`](tests::Cable).
pub fn start_at(url: &str, program: &str, file: &str, environment: &[(&str, &str)]) -> Running {
    let code: String = steps(file).into_iter().map(|example| example.code).collect();
    Running::start(url, program, file, &code, environment)
}

/// Runs the steps of a story to the end, in one go as their variables carry over; each must succeed.
pub async fn tell(server: &Server, program: &str, story: &str) -> Told {
    let steps = steps(story);
    let file = match steps[0].language.as_str() {
        "sh" | "bash" => "story.sh",
        "python" => "story.py",
        "js" => "story.mjs",
        other => panic!("docs/api.md has an example in {other}"),
    };
    let code: String = steps.iter().map(|step| format!("{}\n{}\n", marked(step), step.code)).collect();
    let code = if file == "story.sh" { format!("set -euo pipefail\n{code}") } else { code };
    let mut running = Running::start(&server.url(""), program, file, &code, &[]);
    let status = timeout(PATIENCE, running.process.wait()).await;
    let told = running.told();
    let ended_well = status.is_ok_and(|status| status.is_ok_and(|status| status.success()));
    assert!(ended_well, "{story} failed, having told:\n{told}");
    Told::from(told.as_str())
}

/// Asks again and again until there is something, such as an answer of a bot.
pub async fn until<T>(what: &str, running: &Running, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = ask().await {
            return found;
        }
        assert!(Instant::now() < end, "{what} did not come; the example told:\n{}", running.told());
        sleep(LOOKED_AT_EVERY).await;
    }
}

/// The statement that puts out which step begins.
fn marked(step: &Example) -> String {
    let name = step.name.split_once('/').map_or(step.name.as_str(), |(_, name)| name);
    match step.language.as_str() {
        "sh" | "bash" => format!("printf '\\n\\036%s\\n' '{name}'"),
        "python" => format!("print('\\n\\x1e{name}', flush=True)"),
        _ => format!("console.log('\\n\\x1e{name}');"),
    }
}

impl Running {
    fn start(url: &str, program: &str, file: &str, code: &str, environment: &[(&str, &str)]) -> Self {
        let folder = tempfile::Builder::new().prefix("natter-docs-").tempdir().expect("a temporary folder");
        let ours = code.replace(THEIR_SERVER, url.trim_end_matches('/'));
        assert_ne!(code, ours, "{file} calls {THEIR_SERVER}");
        write(folder.path(), file, &ours);
        // What the page says about scripts without a terminal.
        write(folder.path(), "config.json", r#"{"default_options": ["--ignore-stdin"]}"#);
        let output = File::create(folder.path().join("output")).expect("a file");
        let mut command = Command::new(program);
        command
            .arg(file)
            .current_dir(folder.path())
            // Nothing of the developer's own set-up.
            .envs([("HTTPIE_CONFIG_DIR", folder.path()), ("CURL_HOME", folder.path())])
            .envs([("NODE_PATH", NODE_PATH), ("no_proxy", "*"), ("NO_PROXY", "*")])
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .stdout(output.try_clone().expect("the same file"))
            .stderr(output)
            .process_group(0);
        let process = command.spawn().expect("it was found before");
        Self { process, command, folder }
    }

    /// Ends it; what it wrote into its folder stays.
    pub async fn stop(&mut self) {
        self.kill();
        self.process.wait().await.expect("it is ours");
    }

    /// Starts it over, in the same folder.
    pub fn start_over(&mut self) {
        self.process = self.command.spawn().expect("it was found before");
    }

    /// A shell has started others.
    fn kill(&self) {
        let group = self.process.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        if let Some(group) = group {
            let _ = kill_process_group(group, Signal::KILL);
        }
    }

    /// Everything that it put out so far.
    pub fn told(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("output")).expect("a readable file")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
    }
}

fn write(folder: &Path, file: &str, text: &str) {
    std::fs::write(folder.join(file), text).expect("the folder is ours");
}

impl Told {
    /// What a step put out.
    pub fn text(&self, step: &str) -> &str {
        self.0.get(step).unwrap_or_else(|| panic!("no step {step} among {:?}", self.0.keys()))
    }

    /// The same, one JSON value after the other.
    pub fn values(&self, step: &str) -> Vec<Value> {
        let values: Result<_, _> = Deserializer::from_str(self.text(step)).into_iter().collect();
        values.unwrap_or_else(|error| panic!("{step} told no JSON ({error}): {}", self.text(step)))
    }
}

impl From<&str> for Told {
    fn from(told: &str) -> Self {
        let steps = told.split(MARK).skip(1).map(|step| step.split_once('\n').unwrap_or((step, "")));
        Self(steps.map(|(name, told)| (name.to_owned(), told.trim().to_owned())).collect())
    }
}
