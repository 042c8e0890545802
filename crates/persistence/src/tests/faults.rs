//! Databases that can't be used: a clear word for whoever runs the server, and never a panic.

use std::{fs, sync::Arc};

use domain::{
    Origin, Timestamp, Via,
    ports::{StoreError, UnitOfWork},
    users::{NewUser, PasswordHash, SiteRole},
};

use super::place::Place;
use crate::{
    DatabaseUrl, OpenError,
    ledger::{Clock, Ledger},
    migrate,
    unit::Unit,
};

fn insert_user(ledger: &mut Ledger, username: &str) -> Result<(), StoreError> {
    let clock: Clock = Arc::new(Timestamp::from_system_clock);
    let new = NewUser {
        username: username.parse().expect("a username"),
        first_name: None,
        last_name: None,
        email: None,
        // Long enough to need pages of its own.
        password: PasswordHash::new("x".repeat(100_000)),
        role: SiteRole::Member,
    };
    ledger.begin_group()?;
    let mark = ledger.begin_step()?;
    Unit::new(ledger, &clock).insert_user(&Origin::anonymous(Via::Cli), &new)?;
    ledger.end_step(mark, true)?;
    Ok(ledger.end_group()?)
}

fn ledger(place: &Place) -> Ledger {
    migrate(&place.url()).expect("a fresh database");
    Ledger::open(&place.url(), Arc::new(Timestamp::from_system_clock)).expect("a writer")
}

fn is_away(outcome: &Result<(), StoreError>, word: &str) {
    assert!(matches!(outcome, Err(StoreError::Away(why)) if why.contains(word)), "{outcome:?}");
}

#[test]
fn a_full_disk_is_a_refusal_until_there_is_room() {
    let place = Place::sqlite();
    let mut ledger = ledger(&place);
    ledger.loads().transact("PRAGMA max_page_count = 1").expect("a small disk");

    is_away(&insert_user(&mut ledger, "ana"), "full");
    assert!(ledger.abandon());

    ledger.loads().transact("PRAGMA max_page_count = 1000000").expect("a bigger disk");
    assert_eq!(insert_user(&mut ledger, "ana"), Ok(()));
    assert!(crate::audit::verify(&place.url()).expect("the log").ok);
}

#[test]
fn a_read_only_database_is_a_refusal_until_it_can_be_written_to() {
    for (place, forbid, permit) in [
        (Some(Place::sqlite()), "PRAGMA query_only = ON", "PRAGMA query_only = OFF"),
        (
            Place::postgres(),
            "SET default_transaction_read_only = on",
            "SET default_transaction_read_only = off",
        ),
    ] {
        let Some(place) = place else { continue };
        let mut ledger = ledger(&place);
        ledger.loads().transact(forbid).expect("a setting");

        is_away(&insert_user(&mut ledger, "ana"), "read");
        ledger.abandon();

        ledger.loads().transact(permit).expect("a setting");
        assert_eq!(insert_user(&mut ledger, "ana"), Ok(()));
    }
}

#[test]
fn a_file_that_is_no_database_is_named_with_what_is_wrong() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("natter.db");
    fs::write(&path, "this is a diary, not a database; ".repeat(100)).expect("a file");

    let refused = migrate(&DatabaseUrl::Sqlite(path)).expect_err("a diary").to_string();

    assert!(refused.contains("natter.db") && refused.contains("not a database"), "{refused}");
    let missing = DatabaseUrl::Sqlite(folder.path().join("no/such/folder/natter.db"));
    assert!(matches!(migrate(&missing), Err(OpenError::Connect { .. })));
}

#[test]
fn a_server_that_is_not_there_is_named_without_its_password() {
    let url = DatabaseUrl::Postgres("postgres://ana:s3cret@127.0.0.1:9/natter?connect_timeout=2".to_owned());

    let refused = migrate(&url).expect_err("nobody listens there").to_string();

    assert!(refused.contains("127.0.0.1:9/natter") && !refused.contains("s3cret"), "{refused}");
    assert!(!format!("{url:?}").contains("s3cret"));
}

#[test]
fn migrations_run_once_and_a_newer_database_is_left_alone() {
    for place in Place::all() {
        assert!(!migrate(&place.url()).expect("a fresh database").is_empty());
        assert_eq!(migrate(&place.url()).expect("an old one"), Vec::<String>::new());
        let mut loads = crate::connection::Loads::open(&place.url(), crate::connection::Purpose::Write)
            .expect("a connection");
        loads
            .transact("INSERT INTO __diesel_schema_migrations (version) VALUES ('9999')")
            .expect("a migration from the future");

        let refused = migrate(&place.url()).expect_err("newer").to_string();
        assert!(refused.contains("newer version"), "{refused}");
    }
}
