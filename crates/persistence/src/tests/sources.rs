//! Which modules may change the database, as their sources show it.

use std::{fs, path::Path};

/// The sources that are built into the library, tests left out.
fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of sources") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(&root).expect("inside").to_string_lossy().into_owned();
            if !name.starts_with("tests/") {
                found.push((name, fs::read_to_string(&path).expect("a source")));
            }
        }
    }
    assert!(found.len() > 20, "the sources are there");
    found
}

fn those_with(words: &[&str]) -> Vec<String> {
    let mut names: Vec<String> = sources()
        .into_iter()
        .filter(|(_, text)| words.iter().any(|word| text.contains(word)))
        .map(|(name, _)| name)
        .collect();
    names.sort();
    names
}

#[test]
fn only_the_ledger_hands_out_a_connection_that_can_be_written_to() {
    assert_eq!(those_with(&["for_the_ledger()"]), ["connection.rs", "ledger/mod.rs"]);
    assert_eq!(those_with(&[".writable("]), ["ledger/mod.rs"]);
}

#[test]
fn changes_stand_in_the_tables_and_the_ledger_only() {
    let changing =
        ["insert_into(", "diesel::update(", "diesel::delete(", "INSERT INTO", "UPDATE ", "DELETE FROM"];
    for name in those_with(&changing) {
        assert!(name.starts_with("tables/") || name == "ledger/store.rs", "{name} changes the database");
    }
}

#[test]
fn only_the_connection_and_what_is_built_for_speed_knows_that_there_are_two_databases() {
    let known = those_with(&["Db::Postgres", "Db::Sqlite", "is_postgres()"]);
    for name in known {
        let allowed = [
            "among.rs",
            "connection.rs",
            "migrations.rs",
            "readers.rs",
            "ledger/mod.rs",
            "ledger/store.rs",
            "tables/accesses.rs",
            "tables/search/fill.rs",
            "tables/search/find.rs",
            "tables/sending/mod.rs",
        ];
        assert!(allowed.contains(&name.as_str()), "{name} tells the databases apart");
    }
}
