//! One running `natter`, with data of its own.

use crate::database::OwnDatabase;
use crate::{Api, Cable, Database, Options, Site, binary};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use std::fs::File;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Output, Stdio};
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

const STARTS_WITHIN: Duration = Duration::from_secs(30);

/// A server under test; killed when it is dropped, and its data removed.
#[derive(Debug)]
pub struct Server {
    process: Child,
    address: SocketAddr,
    metrics: Option<SocketAddr>,
    options: Options,
    /// Holds `data`, and what the process writes to its standard error.
    folder: TempDir,
    /// Dropped after the process, which is connected to it.
    database: Option<OwnDatabase>,
}

impl Server {
    /// Starts one with the default [`Options`].
    pub async fn start() -> Self {
        Self::with(|options| options).await
    }

    /// Starts one with options, such as `Server::with(|o| o.setting("registration", "closed"))`.
    pub async fn with(options: impl FnOnce(Options) -> Options) -> Self {
        let options = options(Options::default());
        let folder = tempfile::Builder::new().prefix("natter-test-").tempdir().expect("a temporary folder");
        let database = match options.database {
            Database::Sqlite => None,
            Database::Postgres => Some(OwnDatabase::create().await),
        };
        let mut command = command(&options, folder.path(), database.as_ref());
        let Launched { process, address, metrics } =
            launch(command.env("NATTER_LISTEN", "127.0.0.1:0"), folder.path()).await;
        Self { process, address, metrics, options, folder, database }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL of a path on it, such as `url("/healthz")`.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Where its metrics are, when `metrics.bind` gives them an address of their own.
    pub fn metrics_url(&self) -> Option<String> {
        self.metrics.map(|address| format!("http://{address}/metrics"))
    }

    /// A program that nobody is signed in with.
    pub fn api(&self) -> Api {
        Api::at(&self.url(""))
    }

    /// The OpenAPI document that it serves.
    pub async fn document(&self) -> Value {
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        let answer = client.get(self.url("/api/openapi.json")).send().await.expect("the document is served");
        answer.json().await.expect("the document is JSON")
    }

    /// A browser without script that nobody is signed in with.
    pub fn site(&self) -> Site {
        Site::at(&self.url(""))
    }

    /// A way to it that can be cut.
    pub async fn cable(&self) -> Cable {
        Cable::to(self.address).await
    }

    /// Its `data_dir`.
    pub fn data_dir(&self) -> PathBuf {
        data_dir(self.folder.path())
    }

    /// Where its data is, as `database_url` names it; nothing for SQLite in its `data_dir`.
    pub fn database_url(&self) -> Option<String> {
        self.database.as_ref().map(OwnDatabase::url)
    }

    /// The process id.
    pub fn pid(&self) -> u32 {
        self.process.id().expect("it runs")
    }

    /// What it wrote to its standard error so far.
    pub fn stderr(&self) -> String {
        stderr(self.folder.path())
    }

    /// The lines of its request log so far, the oldest first.
    pub fn request_log(&self) -> Vec<Value> {
        let logs = std::fs::read_dir(self.data_dir().join("logs")).into_iter().flatten().flatten();
        let mut files: Vec<PathBuf> =
            logs.map(|entry| entry.path()).filter(|path| is_request_log(path)).collect();
        files.sort();
        let text: String =
            files.iter().map(|file| std::fs::read_to_string(file).expect("a readable log")).collect();
        text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
    }

    /// Runs the command line on its data, beside it, with `input` on standard input:
    /// `cli(&["user", "create-admin", "root"], "password")`.
    pub async fn cli(&self, arguments: &[&str], input: &str) -> Output {
        self.cli_with(&self.options, arguments, input).await
    }

    /// The same with other settings than the server's.
    pub async fn cli_with(&self, options: &Options, arguments: &[&str], input: &str) -> Output {
        let mut command = command(options, self.folder.path(), self.database.as_ref());
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = command.spawn().expect("natter starts");
        let mut stdin = process.stdin.take().expect("a pipe");
        // A command that reads nothing may be gone already.
        let _ = stdin.write_all(format!("{input}\n").as_bytes()).await;
        drop(stdin);
        crate::soon("the end of the command", process.wait_with_output()).await.expect("it is our child")
    }

    /// Makes an admin by the command line; the password is [`PASSWORD`](crate::PASSWORD).
    pub async fn create_admin(&self, username: &str) {
        let output = self.cli(&["user", "create-admin", username], crate::PASSWORD).await;
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// Sends it a signal, such as [`Signal::STOP`].
    pub fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.pid()).ok().and_then(Pid::from_raw).expect("a process id");
        kill_process(pid, signal).expect("it can be signalled");
    }

    /// Asks it to end (SIGTERM) and waits until it has.
    pub async fn stop(&mut self) -> ExitStatus {
        self.signal(Signal::TERM);
        crate::soon("the end of the server", self.process.wait()).await.expect("it is our child")
    }

    /// Kills it (SIGKILL) and waits until it is gone.
    pub async fn kill(&mut self) {
        self.process.kill().await.expect("it is our child");
    }

    /// Starts it again with the same data on the same address, after [`stop`](Self::stop) or
    /// [`kill`](Self::kill); one that still runs is stopped first.
    pub async fn restart(&mut self) {
        if self.process.id().is_some() {
            self.stop().await;
        }
        let mut command = command(&self.options, self.folder.path(), self.database.as_ref());
        let listen = self.address.to_string();
        let launched = launch(command.env("NATTER_LISTEN", listen), self.folder.path()).await;
        self.process = launched.process;
        self.metrics = launched.metrics;
    }
}

fn data_dir(folder: &Path) -> PathBuf {
    folder.join("data")
}

fn is_request_log(path: &Path) -> bool {
    path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with("requests"))
}

/// `natter` with the settings of the test and nothing from the environment of the developer.
fn command(options: &Options, folder: &Path, database: Option<&OwnDatabase>) -> Command {
    let mut command = Command::new(binary::natter());
    let counts = |name: &str| ["NATTER_", "AWS_"].iter().any(|prefix| name.starts_with(prefix));
    for (name, _) in std::env::vars_os().filter(|(name, _)| counts(&name.to_string_lossy())) {
        command.env_remove(name);
    }
    command.env("NATTER_DATA_DIR", data_dir(folder)).current_dir(folder).kill_on_drop(true);
    if let Some(database) = database {
        command.env("NATTER_DATABASE_URL", database.url());
    }
    command.envs(options.environment());
    command
}

/// A server that listens.
struct Launched {
    process: Child,
    address: SocketAddr,
    metrics: Option<SocketAddr>,
}

/// Starts the server and waits for the line that says where it listens.
async fn launch(command: &mut Command, folder: &Path) -> Launched {
    let errors = File::options().create(true).append(true).open(folder.join("stderr")).expect("a file");
    let mut process =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(errors).spawn().expect("natter starts");
    let mut lines = BufReader::new(process.stdout.take().expect("a pipe")).lines();
    let mut metrics = None;
    let Ok(address) = tokio::time::timeout(STARTS_WITHIN, announced(&mut lines, &mut metrics)).await else {
        panic!("natter did not listen within {STARTS_WITHIN:?}\n{}", stderr(folder));
    };
    let Some(address) = address else {
        let status = process.wait().await.expect("it is our child");
        panic!("natter ended at its start: {status}\n{}", stderr(folder));
    };
    // Read on, or the server would wait when the pipe is full.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    Launched { process, address, metrics }
}

async fn announced(
    lines: &mut Lines<BufReader<ChildStdout>>,
    metrics: &mut Option<SocketAddr>,
) -> Option<SocketAddr> {
    while let Ok(Some(line)) = lines.next_line().await {
        if let Some(url) = line.strip_prefix("natter serves metrics on http://") {
            *metrics = url.trim_end_matches("/metrics").parse().ok();
        }
        if let Some(address) = line.strip_prefix("natter listening on http://") {
            return Some(address.trim_end_matches('/').parse().expect("an address with a port"));
        }
    }
    None
}

fn stderr(folder: &Path) -> String {
    std::fs::read_to_string(folder.join("stderr")).unwrap_or_default()
}
