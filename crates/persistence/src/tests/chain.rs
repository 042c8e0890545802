//! The audit log shows whoever tampers with it.

use std::rc::Rc;

use diesel::connection::SimpleConnection;
use domain::{
    Origin, Via,
    audit::{Action, Entity, Entry},
    contract::TestBed,
};

use super::{bed::Bed, place::Place};
use crate::{
    audit::{Report, verify},
    connection::{Purpose, connect},
};

/// A log of eight rows, then `tampering`, then what checking it finds.
fn checked_after(tampering: &str) -> Vec<Report> {
    let mut reports = Vec::new();
    for place in Place::all().into_iter().map(Rc::new) {
        let mut bed = Bed::new(place.clone());
        let by = Origin {
            request_id: Some("req".to_owned()),
            ip: "192.0.2.7".parse().ok(),
            ..Origin::anonymous(Via::Cli)
        };
        for n in 1..=8 {
            bed.write(&mut |work| {
                let mut entry = Entry::bare(Action::Export, Entity::Setting, Some(n));
                entry.changes.push(("limit", 1.into(), "two".into()));
                work.record(&by, entry).is_ok()
            });
        }
        let mut db = connect(&place.url(), Purpose::Write).expect("a connection");
        db.batch_execute(tampering).expect("the tampering");
        reports.push(verify(&place.url()).expect("the log can be read"));
    }
    reports
}

fn found(tampering: &str, checked: u64, bad: i64) {
    for report in checked_after(tampering) {
        assert_eq!(report, Report { ok: false, checked, first_bad: Some(bad) }, "{tampering}");
    }
}

#[test]
fn a_log_that_nobody_touched_is_whole() {
    for report in checked_after("SELECT 1") {
        assert_eq!(report, Report { ok: true, checked: 8, first_bad: None });
    }
}

#[test]
fn any_altered_column_is_found() {
    for (column, value) in [
        ("at", "at + 1"),
        ("actor", "1"),
        ("via", "'site'"),
        ("action", "'read'"),
        ("entity", "'chat'"),
        ("entity_id", "'9'"),
        ("entity_id", "NULL"),
        ("changes", "'{\"limit\":[1,\"three\"]}'"),
        ("changes", "NULL"),
        ("request_id", "'other'"),
        ("request_id", "NULL"),
        ("ip", "'192.0.2.8'"),
        ("salt", "NULL"),
        ("chain", "2"),
        ("n", "n + 100"),
    ] {
        let statement = format!("UPDATE audit_log SET {column} = {value} WHERE id = 4");
        for report in checked_after(&statement) {
            assert!(!report.ok && report.checked == 3, "{statement}: {report:?}");
        }
    }
}

#[test]
fn a_row_with_a_hash_of_its_own_breaks_the_next() {
    found("UPDATE audit_log SET hash = commitment WHERE id = 4", 3, 4);
    found("UPDATE audit_log SET commitment = hash WHERE id = 4", 3, 4);
}

#[test]
fn a_removed_row_is_found() {
    found("DELETE FROM audit_log WHERE id = 4", 3, 5);
    found("DELETE FROM audit_log WHERE id = 1", 0, 2);
    found("DELETE FROM audit_log WHERE id = 4; UPDATE audit_log SET n = n - 1 WHERE id = 5", 3, 5);
}

#[test]
fn an_inserted_row_is_found() {
    let insert = "INSERT INTO audit_log (chain, n, at, via, action, entity, commitment, hash)
        SELECT chain, 9, at, via, action, entity, commitment, hash FROM audit_log WHERE id = 8";
    found(insert, 8, 9);
}

#[test]
fn swapped_rows_are_found() {
    let swap = "UPDATE audit_log SET n = 100 WHERE id = 3; UPDATE audit_log SET n = 3 WHERE id = 4;
        UPDATE audit_log SET n = 4 WHERE id = 3";
    found(swap, 2, 4);
    let renumber = "UPDATE audit_log SET id = 100 WHERE id = 3; UPDATE audit_log SET id = 3 WHERE id = 4;
        UPDATE audit_log SET id = 4 WHERE id = 100";
    found(renumber, 3, 3);
}

#[test]
fn erased_values_leave_the_chain_whole_where_an_entry_says_so() {
    let erase = "UPDATE audit_log SET changes = NULL, request_id = NULL, ip = NULL, salt = NULL WHERE id = 4";
    found(erase, 3, 4);
    for place in Place::all().into_iter().map(Rc::new) {
        let mut bed = Bed::new(place.clone());
        let by = Origin { actor: Some(domain::UserId::new(7)), ..Origin::anonymous(Via::Site) };
        bed.write(&mut |work| work.record(&by, Entry::bare(Action::Export, Entity::Setting, None)).is_ok());
        let system = Origin::anonymous(Via::System);
        bed.write(&mut |work| {
            work.record(&system, Entry::bare(Action::Erase, Entity::User, Some(7))).is_ok()
        });
        let mut db = connect(&place.url(), Purpose::Write).expect("a connection");
        db.batch_execute("UPDATE audit_log SET changes = NULL, salt = NULL WHERE id = 1")
            .expect("the erasure");

        let report = verify(&place.url()).expect("the log can be read");

        assert_eq!(report, Report { ok: true, checked: 2, first_bad: None });
    }
}

#[test]
fn a_database_that_is_not_there_is_not_made() {
    let place = Place::sqlite();

    assert!(verify(&place.url()).is_err());
    assert!(!matches!(place.url(), crate::DatabaseUrl::Sqlite(path) if path.exists()));
}
