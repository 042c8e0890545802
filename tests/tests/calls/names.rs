//! What stands in paths: what names nothing is not there, and all that is not there looks the same.

use crate::stage::{Stage, parameters};
use serde_json::{Value, json};
use tests::on_each_database;

/// What no id is, and one that none has.
const NO_IDS: [&str; 12] = [
    "0",
    "-1",
    "9007199254740991",
    "9007199254740992",
    "9223372036854775808",
    "99999999999999999999999999",
    "abc",
    "1.0",
    "1e3",
    "%00",
    "%F0%9F%91%8D",
    "%FF",
];

/// What nobody is called.
const NO_NAMES: [&str; 6] =
    ["nobody.here", "a", "%00%00%00", "b%20n", "%F0%9F%91%8D%F0%9F%91%8D%F0%9F%91%8D", "be%FFn"];

/// What is no code of an invitation.
const NO_CODES: [&str; 4] =
    ["abcdefghijklmnopqrstuvwxyz0123456789ABCDEF_", "short", "%00", "a%2Fbcdefghijklmnopqrstuvwxyz"];

#[tokio::test]
async fn what_is_not_there_is_answered_alike_by_every_call() {
    on_each_database(async |server| {
        let stage = Stage::on(server).await;
        let operations = stage.operations(|operation| !parameters(operation, "path").is_empty());
        assert!(operations.len() >= 25, "{}", operations.len());
        for (method, path, operation) in operations {
            for name in parameters(operation, "path") {
                for value in wrong(&name) {
                    let elsewhere = stage.filled(&path.replace(&format!("{{{name}}}"), value));
                    let answer = stage.ada.send(stage.call(&method, &path, &elsewhere)).await;
                    assert_eq!(answer.status, 404, "{method} {elsewhere} {}", answer.body);
                    assert_eq!(without_id(answer.body), nothing_here(), "{method} {elsewhere}");
                }
            }
        }
        assert_eq!(stage.ada.messages(stage.lunch).await.len(), 1, "nothing was done");
    })
    .await;
}

#[tokio::test]
async fn a_path_that_is_not_there_is_answered_as_what_is_not_there() {
    let stage = Stage::set().await;
    for path in
        ["", "/", "/nothing", "/me/", "/chats/", "/chats/1/nothing", "/users/ada/avatar/x", "//me", "/ME"]
    {
        let answer = stage.ada.get(path).await;
        assert_eq!(answer.status, 404, "{path}");
        assert_eq!(without_id(answer.body), nothing_here(), "{path}");
    }
}

/// What a parameter of this name can be that leads nowhere.
fn wrong(name: &str) -> &'static [&'static str] {
    match name {
        "id" | "message_id" => &NO_IDS,
        "username" => &NO_NAMES,
        "code" => &NO_CODES,
        // One that can't be given is refused, and one that nobody gave is taken back without ado.
        "reaction" => &[],
        name => panic!("{name} is a new parameter: say what it is not"),
    }
}

fn nothing_here() -> Value {
    json!({
        "type": "/problems/not-found",
        "title": "Not found",
        "status": 404,
        "detail": "There is nothing here.",
    })
}

fn without_id(mut problem: Value) -> Value {
    problem.as_object_mut().unwrap().remove("request_id");
    problem
}
