//! Spectral's rules for OpenAPI.

use std::path::Path;
use tests::{Server, Tools};

#[tokio::test]
async fn spectral_finds_nothing_to_mend_in_the_document() {
    let Some(tools) = Tools::find() else { return };
    let server = Server::start().await;
    let document = server.document().await;
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("openapi.json"), document.to_string()).expect("the folder is ours");
    let ruleset = Path::new(env!("CARGO_MANIFEST_DIR")).join("tools/spectral.yaml");

    let mut lint = tools.node("spectral", folder.path());
    lint.args(["lint", "openapi.json", "--fail-severity", "hint", "--ruleset"]).arg(ruleset);
    let found = Tools::succeed(&mut lint).await;

    assert!(found.contains("No results with a severity of 'hint' or higher found!"), "{found}");
}
