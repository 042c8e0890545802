//! The example that is a client generated from the document.

use crate::examples::steps;
use crate::run::THEIR_SERVER;
use serde_json::json;
use std::os::unix::fs::symlink;
use std::path::Path;
use tests::{Server, Tools};

/// The files that are compiled here.
pub const COMPILED: [&str; 1] = ["client.ts"];

#[tokio::test]
async fn a_client_is_generated_compiled_and_run() {
    let Some(tools) = Tools::find() else { return };
    let server = Server::start().await;
    for (username, password) in [("ana", "seventeen bottles"), ("ben", "eighteen bottles")] {
        server.api().post("/users", json!({"username": username, "password": password})).await.expect(201);
    }
    let folder = tempfile::Builder::new().prefix("natter-docs-").tempdir().expect("a temporary folder");
    symlink(tools.node_modules(), folder.path().join("node_modules")).expect("the folder is ours");
    let [program, commands] = &steps("client.ts")[..] else { panic!("a program, and how to run it") };
    for (file, code) in [("client.ts", &program.code), ("story.sh", &commands.code)] {
        assert!(code.contains(THEIR_SERVER), "{file} calls {THEIR_SERVER}");
        let ours = code.replace(THEIR_SERVER, server.url("").trim_end_matches('/'));
        std::fs::write(folder.path().join(file), ours).expect("the folder is ours");
    }

    let mut story = Tools::command(Path::new("bash"), folder.path());
    // What is not there is not to be fetched: the page names what to install.
    story.args(["-euo", "pipefail", "story.sh"]).env("npm_config_offline", "true");
    let told = Tools::succeed(&mut story).await;

    assert!(told.contains("ana wrote: Soup at **one**, @ben?"), "{told}");
}
