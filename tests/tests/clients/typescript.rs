//! A client in TypeScript, of which every type comes from the document.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::os::unix::fs::symlink;
use std::path::Path;
use tempfile::TempDir;
use tests::{Server, Tools};

/// What is written by hand against the generated client.
const SOURCES: &str = "tests/clients/typescript";

#[tokio::test]
async fn a_typed_client_signs_up_chats_forwards_uploads_and_listens() {
    let Some(tools) = Tools::find() else { return };
    let server = Server::start().await;
    let project = project(&tools, &server).await;

    let mut generate = tools.node("openapi-ts", project.path());
    generate.args(["--input", "./openapi.json", "--output", "natter", "--no-log-file"]);
    let generated = Tools::succeed(&mut generate).await;
    assert!(!generated.to_lowercase().contains("warn"), "{generated}");
    Tools::succeed(&mut tools.node("tsc", project.path())).await;
    let mut program = Tools::command(Path::new("node"), project.path());
    let told = Tools::succeed(program.args(["js/main.js", &server.url("/api/v1")])).await;

    let told = steps(&told);
    let expected = expected();
    assert_eq!(told.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
    for (step, outcome) in expected {
        assert_eq!(told[&step], outcome, "{step}");
    }
}

/// A folder as a developer has it: sources, packages, and the document.
async fn project(tools: &Tools, server: &Server) -> TempDir {
    let folder = tempfile::Builder::new().prefix("natter-client-").tempdir().expect("a temporary folder");
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join(SOURCES);
    for entry in std::fs::read_dir(sources).expect("the sources") {
        let entry = entry.expect("a file");
        std::fs::copy(entry.path(), folder.path().join(entry.file_name())).expect("the folder is ours");
    }
    let document = server.document().await.to_string();
    std::fs::write(folder.path().join("openapi.json"), document).expect("the folder is ours");
    symlink(tools.node_modules(), folder.path().join("node_modules")).expect("the folder is ours");
    folder
}

/// What each step told; Node may put out warnings of its own beside.
fn steps(told: &str) -> BTreeMap<String, Value> {
    let lines = told.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    lines
        .map(|step| (step["step"].as_str().unwrap_or_default().to_owned(), step["outcome"].clone()))
        .collect()
}

fn expected() -> BTreeMap<String, Value> {
    let steps = [
        ("signed up", json!(["ana", "member", true])),
        ("refused", json!(["/problems/invalid", 422, "password too_short"])),
        ("talked", json!(["owner", ["ben"], "ana", "<p>At <strong>one</strong></p>\n"])),
        ("reacted", json!([{"reaction": "👍", "count": 1, "usernames": ["ana"]}])),
        ("forwarded", json!([true, "ben", "cleo", ["Ben says:", "At **one**"]])),
        ("sent a file", json!([true, 100_000, [["plan.bin", "application/octet-stream"]], "no picture"])),
        ("found", json!([["<mark>Soup</mark>, @ben?", "ana"]])),
        ("paged", json!([["ana", "ben"], ["cleo"]])),
        ("chats", json!(["Lunch", "cleo"])),
        ("heard", json!([true, "live-1", true])),
        ("changes", json!(["Cake, too?", "ben", true, ""])),
        ("refused live", json!(["live-2", ["/problems/not-found", 404]])),
        ("caught up", json!([["Where are you?", "Ben?"], true])),
        ("history", json!([true, ["Where are you?", "Ben?"]])),
    ];
    steps.into_iter().map(|(step, outcome)| (step.to_owned(), outcome)).collect()
}
