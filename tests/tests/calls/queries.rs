//! What stands in queries: bounds of numbers and texts, cursors, and what is not known.

use crate::stage::{Stage, parameters};
use serde_json::{Value, json};
use tests::{Answer, on_each_database};

/// A parameter, what it may be, and what it can't be with the code of each refusal.
type Row = (&'static str, &'static [&'static str], &'static [(&'static str, &'static str)]);

/// Of every parameter in a query. What is written `*80` stands for 80 characters of four bytes.
const TABLE: [Row; 11] = [
    (
        "limit",
        &["1", "200"],
        &[
            ("0", "out_of_range"),
            ("201", "out_of_range"),
            ("-1", "out_of_range"),
            ("9007199254740992", "out_of_range"),
            ("ten", "wrong_type"),
            ("", "wrong_type"),
            ("1.5", "wrong_type"),
            ("99999999999999999999", "wrong_type"),
            ("%00", "wrong_type"),
        ],
    ),
    ("before", SEQS, NO_SEQS),
    ("after", SEQS, NO_SEQS),
    ("changed_after", SEQS, NO_SEQS),
    (
        "chat_id",
        &["1", "9007199254740991"],
        &[
            ("0", "out_of_range"),
            ("-1", "out_of_range"),
            ("9007199254740992", "out_of_range"),
            ("x", "wrong_type"),
        ],
    ),
    (
        "size",
        &["48", "96", "256", "512"],
        &[("0", "out_of_range"), ("47", "out_of_range"), ("513", "out_of_range"), ("big", "wrong_type")],
    ),
    ("query", NAMES, NO_NAMES),
    ("author", NAMES, NO_NAMES),
    ("q", &["", "%20", "%00", "%22", "from:", "in:lunch", "*80", "*81", "%FF"], &[]),
    (
        "cursor",
        &[],
        &[
            ("", "invalid"),
            ("nonsense", "invalid"),
            ("AAAA", "invalid"),
            ("%00", "invalid"),
            ("*3", "invalid"),
        ],
    ),
    ("times", TIMES, NO_TIMES),
];

const SEQS: &[&str] = &["0", "1", "9007199254740991"];
const NO_SEQS: &[(&str, &str)] =
    &[("-1", "out_of_range"), ("9007199254740992", "out_of_range"), ("x", "wrong_type"), ("", "wrong_type")];
const NAMES: &[&str] = &["", "%20%20", "ada", "*80", "%25", "_", "%27"];
const NO_NAMES: &[(&str, &str)] = &[("*81", "too_long"), ("a%00b", "invalid_character")];
/// `before` and `after` of a search.
const TIMES: &[&str] =
    &["2026-11-01", "2026-11-01T12:00:00Z", "2026-11-01T12:00:00.123456%2B01:00", "0001-01-01", "9999-12-30"];
const NO_TIMES: &[(&str, &str)] = &[
    ("yesterday", "invalid"),
    ("", "invalid"),
    ("2026-02-30", "invalid"),
    ("1.11.2026", "invalid"),
    ("%00", "invalid"),
];

#[tokio::test]
async fn every_query_parameter_has_its_bounds() {
    on_each_database(async |server| {
        let stage = Stage::on(server).await;
        for (_, path, operation) in stage.operations(|operation| !parameters(operation, "query").is_empty()) {
            let at = stage.filled(&path);
            for name in parameters(operation, "query") {
                let (_, good, bad) = row(&path, &name);
                for value in *good {
                    let answer = ask(&stage, &at, &name, value).await;
                    assert_eq!(answer.status, 200, "{at}?{name}={value} {}", answer.body);
                }
                for (value, code) in *bad {
                    let answer = ask(&stage, &at, &name, value).await;
                    assert_eq!(answer.status, 422, "{at}?{name}={value} {}", answer.body);
                    answer.expect_errors(&[(&name, code)]);
                }
            }
        }
    })
    .await;
}

fn row(path: &str, name: &str) -> &'static Row {
    let name = if path == "/search" && ["before", "after"].contains(&name) { "times" } else { name };
    TABLE.iter().find(|(known, ..)| *known == name).unwrap_or_else(|| panic!("no bounds for {name}"))
}

async fn ask(stage: &Stage, path: &str, name: &str, value: &str) -> Answer {
    let value = match value.strip_prefix('*') {
        Some(count) => "%F0%90%8D%88".repeat(count.parse().unwrap()),
        None => value.to_owned(),
    };
    stage.ada.get(&format!("{path}?{name}={value}")).await
}

#[tokio::test]
async fn unknown_parameters_are_ignored_by_every_call_and_of_two_the_first_counts() {
    let stage = Stage::set().await;
    for (method, path, operation) in stage.operations(|_| true) {
        if method != "GET" || path.ends_with("/source") {
            continue;
        }
        let at = stage.filled(&path);
        let plain = stage.ada.get(&at).await.status;
        assert_eq!(stage.ada.get(&format!("{at}?colour=red&Limit=0&=&&a[]=1")).await.status, plain, "{at}");
        if parameters(operation, "query").contains(&"limit".to_owned()) {
            assert_eq!(stage.ada.get(&format!("{at}?limit=1&limit=0")).await.status, 200, "{at}");
            assert_eq!(stage.ada.get(&format!("{at}?limit=0&limit=1")).await.status, 422, "{at}");
        }
    }
}

#[tokio::test]
async fn all_that_is_wrong_in_a_query_is_told_at_once() {
    let stage = Stage::set().await;

    stage.ada.get("/users?limit=0&cursor=%00&query=%00").await.expect_errors(&[
        ("query", "invalid_character"),
        ("limit", "out_of_range"),
        ("cursor", "invalid"),
    ]);
}

#[tokio::test]
async fn only_one_bound_is_taken_at_once() {
    let stage = Stage::set().await;
    let at = stage.filled("/chats/{id}/messages");

    stage.ada.get(&format!("{at}?before=2&after=1")).await.expect_errors(&[("before", "conflicting")]);
    stage.ada.get(&format!("{at}?after=1&changed_after=1")).await.expect_errors(&[("after", "conflicting")]);
}

#[tokio::test]
async fn a_query_of_more_than_4_kibibytes_is_refused_by_every_call() {
    let stage = Stage::set().await;
    for (method, path, _) in stage.operations(|_| true) {
        let at = stage.filled(&path);
        let asked = |bytes: usize| {
            let query = "x".repeat(bytes);
            stage.server.api().request(method.parse().unwrap(), &format!("{at}?{query}"))
        };
        stage.server.api().send(asked(4_097)).await.expect_problem(414, "uri-too-long");
        assert_ne!(stage.server.api().send(asked(4_096)).await.status, 414, "{method} {at}");
    }
}

#[tokio::test]
async fn a_cursor_leads_on_in_its_own_list_only() {
    let stage = Stage::set().await;
    let (ada, lunch) = (&stage.ada, stage.lunch);
    let other = ada.group("other", &["ben"]).await;
    for (chat, text) in [(lunch, "soup"), (other, "bread")] {
        ada.patch(&format!("/chats/{chat}"), json!({"visibility": "public"})).await.expect(200);
        ada.post(&format!("/chats/{chat}/invites"), json!({})).await.expect(201);
        ada.post(&format!("/chats/{chat}/invites"), json!({})).await.expect(201);
        ada.write(chat, text).await;
    }
    let of_chats =
        [lunch, other].map(|chat| ["members", "invites"].map(|list| format!("/chats/{chat}/{list}")));
    let mut lists = ["/users", "/chats", "/chats/public", "/search?author=ada"].map(str::to_owned).to_vec();
    lists.extend(of_chats.into_iter().flatten());
    let at = |list: &str, query: &str| format!("{list}{}{query}", if list.contains('?') { "&" } else { "?" });
    let mut cursors = Vec::new();
    for list in &lists {
        let first = ada.get(&at(list, "limit=1")).await.expect(200);
        let cursor = first["next_cursor"].as_str().unwrap_or_else(|| panic!("{list} has one item"));
        let second = ada.get(&at(list, &format!("limit=1&cursor={cursor}"))).await.expect(200);
        assert_ne!(first["items"], second["items"], "{list}");
        assert_eq!(names(&first).len() + names(&second).len(), 2);
        cursors.push((list, cursor.to_owned()));
    }
    for (own, cursor) in &cursors {
        for list in lists.iter().filter(|list| list != own) {
            let answer = ada.get(&at(list, &format!("cursor={cursor}"))).await;
            assert_eq!(answer.status, 422, "the cursor of {own} in {list}");
            answer.expect_errors(&[("cursor", "invalid")]);
        }
    }
    assert_eq!(ada.get("/users").await.expect(200)["next_cursor"], json!(null));
}

fn names(page: &Value) -> &Vec<Value> {
    page["items"].as_array().unwrap()
}
