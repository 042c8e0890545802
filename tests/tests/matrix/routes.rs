//! The matrix of the API: every operation by everybody.

use crate::actors::Cast;
use crate::cells;
use crate::table::{Row, rows};
use futures_util::future::join_all;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Mutex;
use tests::{Server, on_each_database};

/// How many casts play at the same time.
const CASTS: usize = 4;

/// The operations of the document that the server serves, and with which statuses each may answer.
pub async fn operations(server: &Server) -> BTreeMap<String, BTreeSet<u16>> {
    let document = reqwest::get(server.url("/api/openapi.json")).await.expect("an answer");
    let document: Value = serde_json::from_str(&document.text().await.expect("a text")).expect("JSON");
    let mut found = BTreeMap::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            let Some(responses) = operation["responses"].as_object() else { continue };
            let statuses = responses.keys().filter_map(|status| status.parse().ok()).collect();
            let path = path.strip_prefix("/api/v1").unwrap_or(path);
            found.insert(format!("{} {path}", method.to_uppercase()), statuses);
        }
    }
    found
}

#[tokio::test]
async fn every_operation_has_its_rows_and_every_row_its_operation() {
    let server = Server::start().await;

    let served: BTreeSet<String> = operations(&server).await.into_keys().collect();
    let listed: BTreeSet<String> = rows().into_iter().map(|row| row.operation).collect();

    assert_eq!(served, listed);
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_is_answered_as_the_table_says() {
    on_each_database(async |server| {
        let documented = operations(&server).await;
        let waiting = Mutex::new(rows().into_iter().collect::<VecDeque<Row>>());
        let casts = (0..CASTS).map(|number| play(&server, number, &waiting, &documented));
        let wrong: Vec<String> = join_all(casts).await.concat();

        assert!(wrong.is_empty(), "{} cells are wrong:\n{}", wrong.len(), wrong.join("\n"));
    })
    .await;
}

/// Plays one row after the other, until none is waiting; what was wrong.
async fn play(
    server: &Server,
    number: usize,
    waiting: &Mutex<VecDeque<Row>>,
    documented: &BTreeMap<String, BTreeSet<u16>>,
) -> Vec<String> {
    let mut cast = Cast::assemble(server, number).await;
    let mut wrong = Vec::new();
    loop {
        let next = waiting.lock().expect("nobody panicked").pop_front();
        let Some(row) = next else { return wrong };
        let statuses = documented.get(&row.operation).unwrap_or_else(|| panic!("no {}", row.operation));
        wrong.extend(cells::check(&mut cast, &row, statuses).await);
    }
}
