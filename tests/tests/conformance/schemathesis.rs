//! Schemathesis calls every operation as the document allows, and as it forbids, and holds each answer against it.
//!
//! What it can't know of Natter is in `tests/tools/natter_hooks.py`; what it leaves out, and why, in
//! `tests/tools/schemathesis.toml`. `NATTER_TEST_EXAMPLES=200` makes it try so many calls of each operation instead of
//! the usual few, and `NATTER_TEST_SEED=7` others than the usual ones.

use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tests::{Database, Server, databases, left_out};
use tokio::process::Command;

/// Where `cargo xtask test` puts what the tests need of other people's.
const TOOLS: &str = "NATTER_TEST_TOOLS";

/// How many random calls of each operation are tried unless said otherwise; those that follow from the schemas alone
/// come on top.
const EXAMPLES: &str = "10";

/// How often each operation was answered with which status.
type Answers = BTreeMap<String, BTreeMap<String, u64>>;

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_does_what_the_document_says() {
    compare(Database::Sqlite).await;
}

/// Beside the other, so that neither waits for both.
#[tokio::test(flavor = "multi_thread")]
async fn on_postgres_too() {
    if databases().contains(&Database::Postgres) {
        compare(Database::Postgres).await;
    }
}

async fn compare(database: Database) {
    let Some(program) = program() else {
        return left_out("", &format!("Schemathesis ({TOOLS}; `cargo xtask test` brings it)"));
    };
    let server = Server::with(|options| options.database(database)).await;
    let answers = run(&program, &server).await;
    for operation in operations(&server).await {
        let answered = answers.get(&operation).unwrap_or_else(|| panic!("{operation} was never called"));
        let done = answered.keys().any(|status| status.starts_with('2') || status == "101");
        assert!(done, "{operation} never did anything: {answered:?}");
    }
}

fn program() -> Option<PathBuf> {
    let program = PathBuf::from(std::env::var_os(TOOLS)?).join("python/bin/schemathesis");
    program.exists().then_some(program)
}

/// Lets it find what it finds: nothing, or the test fails and tells.
async fn run(program: &Path, server: &Server) -> Answers {
    let folder = tempfile::Builder::new().prefix("natter-schemathesis-").tempdir().unwrap();
    let told = folder.path().join("answers.json");
    let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("tools");
    let examples = std::env::var("NATTER_TEST_EXAMPLES").unwrap_or_else(|_| EXAMPLES.to_owned());
    let mut command = Command::new(program);
    command.arg("--config-file").arg(tools.join("schemathesis.toml"));
    command.args(["run", &server.url("/api/openapi.json"), "--no-color", "--max-examples", &examples]);
    match std::env::var("NATTER_TEST_SEED") {
        Ok(seed) => command.args(["--seed", &seed]),
        Err(_) => command.arg("--generation-deterministic"),
    };
    command
        .envs([("NATTER_URL", server.url("").as_str()), ("PYTHONDONTWRITEBYTECODE", "1")])
        .envs([("no_proxy", "*"), ("NO_PROXY", "*")])
        .env("NATTER_ANSWERS", &told)
        .env("PYTHONPATH", tools)
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .kill_on_drop(true);
    let output = command.output().await.unwrap();
    let (found, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{found}\n{errors}\n{}", server.stderr());
    serde_json::from_str(&std::fs::read_to_string(told).unwrap()).unwrap()
}

/// Everything that the document has, such as `GET /chats`.
async fn operations(server: &Server) -> Vec<String> {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let document = client.get(server.url("/api/openapi.json")).send().await.unwrap().text().await.unwrap();
    let document: Value = serde_json::from_str(&document).unwrap();
    let paths = document["paths"].as_object().unwrap().iter();
    let all = paths.flat_map(|(path, item)| {
        let methods =
            item.as_object().unwrap().iter().filter(|(_, operation)| operation["responses"].is_object());
        methods.map(move |(method, _)| format!("{} {path}", method.to_uppercase()))
    });
    let all: Vec<String> = all.collect();
    assert!(all.len() >= 49, "{all:?}");
    all
}
