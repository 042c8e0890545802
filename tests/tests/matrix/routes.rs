//! The matrix of the API: every operation by everybody.

use crate::actors::Cast;
use crate::cells;
use crate::table::{Row, rows};
use futures_util::future::join_all;
use std::collections::{BTreeSet, VecDeque};
use std::sync::Mutex;
use tests::{Server, contract, on_each_database};

/// How many casts play at the same time.
const CASTS: usize = 4;

#[tokio::test]
async fn every_operation_has_its_rows_and_every_row_its_operation() {
    let operations = contract().await.operations();

    let served: BTreeSet<String> =
        operations.into_iter().map(|(method, path)| format!("{method} {path}")).collect();
    let listed: BTreeSet<String> = rows().into_iter().map(|row| row.operation).collect();

    assert_eq!(served, listed);
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_is_answered_as_the_table_says() {
    on_each_database(async |server| {
        let waiting = Mutex::new(rows().into_iter().collect::<VecDeque<Row>>());
        let casts = (0..CASTS).map(|number| play(&server, number, &waiting));
        let wrong: Vec<String> = join_all(casts).await.concat();

        assert!(wrong.is_empty(), "{} cells are wrong:\n{}", wrong.len(), wrong.join("\n"));
    })
    .await;
}

/// Plays one row after the other, until none is waiting; what was wrong.
async fn play(server: &Server, number: usize, waiting: &Mutex<VecDeque<Row>>) -> Vec<String> {
    let mut cast = Cast::assemble(server, number).await;
    let mut wrong = Vec::new();
    loop {
        let next = waiting.lock().expect("nobody panicked").pop_front();
        let Some(row) = next else { return wrong };
        wrong.extend(cells::check(&mut cast, &row).await);
    }
}
