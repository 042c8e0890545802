//! How the ledger's rows are kept.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, QueryDsl, QueryableByName, RunQueryDsl,
    connection::SimpleConnection, sql_types::Bool,
};
use domain::ports::StoreError;

use super::row::{Head, NewRow};
use crate::{
    columns::{
        Column::{Bytes, MaybeNumbers, MaybeTexts, Numbers, Texts},
        Columns,
    },
    connection::{Db, Loads},
    error::{Failure, Outcome},
    schema::audit_log,
};

/// Tells Natter's advisory locks apart from anybody else's in the same database: "natr" in ASCII.
pub(crate) const LOCK_SPACE: i32 = 0x6e61_7472;

/// As many writers as one database may have at once.
const CHAINS: i64 = 1_000;

#[derive(QueryableByName)]
struct Claimed {
    #[diesel(sql_type = Bool)]
    claimed: bool,
}

/// The lowest chain that no other process writes to. The claim lasts as long as the connection.
pub(super) fn claim_chain(loads: &mut Loads) -> Outcome<i64> {
    // Of SQLite there is one writer at a time.
    if !loads.is_postgres() {
        return Ok(1);
    }
    for chain in 1..=CHAINS {
        let claim = format!("SELECT pg_try_advisory_lock({LOCK_SPACE}, {chain}) AS claimed");
        if loads.written::<Claimed>(&claim)?.iter().any(|row| row.claimed) {
            return Ok(chain);
        }
    }
    Err(Failure::Store(StoreError::Away("too many servers write to this database".to_owned())))
}

/// The end of a chain.
pub(super) fn head(loads: &mut Loads, chain: i64) -> Outcome<Head> {
    let query = audit_log::table
        .filter(audit_log::chain.eq(chain))
        .order(audit_log::n.desc())
        .limit(1)
        .select((audit_log::n, audit_log::hash));
    Ok(loads.one(query)?.map_or_else(Head::start, |(n, hash)| Head { n, hash }))
}

/// Whether that row is on the chain.
pub(super) fn holds(loads: &mut Loads, chain: i64, row: &Head) -> Outcome<bool> {
    let query = audit_log::table
        .filter(audit_log::chain.eq(chain).and(audit_log::n.eq(row.n)))
        .select(audit_log::hash);
    Ok(loads.one::<_, Vec<u8>>(query)?.is_some_and(|hash| hash == row.hash))
}

pub(super) fn insert(db: &mut Db, rows: &[NewRow]) -> Outcome<()> {
    match db {
        Db::Sqlite(conn) => {
            for row in rows {
                diesel::insert_into(audit_log::table).values(row).execute(conn)?;
            }
        }
        Db::Postgres(conn) => {
            columns(rows).execute(conn)?;
        }
    }
    Ok(())
}

fn columns(rows: &[NewRow]) -> Columns<'_> {
    Columns {
        before: "INSERT INTO audit_log (chain, n, at, actor, via, action, entity, entity_id, changes,
            request_id, ip, salt, commitment, hash) SELECT * FROM UNNEST(",
        columns: vec![
            Numbers(rows.iter().map(|row| row.chain).collect()),
            Numbers(rows.iter().map(|row| row.n).collect()),
            Numbers(rows.iter().map(|row| row.at).collect()),
            MaybeNumbers(rows.iter().map(|row| row.actor).collect()),
            Texts(rows.iter().map(|row| row.via).collect()),
            Texts(rows.iter().map(|row| row.action).collect()),
            Texts(rows.iter().map(|row| row.entity).collect()),
            MaybeTexts(rows.iter().map(|row| row.entity_id.as_deref()).collect()),
            Texts(rows.iter().map(|row| row.changes.as_str()).collect()),
            MaybeTexts(rows.iter().map(|row| row.request_id.as_deref()).collect()),
            MaybeTexts(rows.iter().map(|row| row.ip.as_deref()).collect()),
            Bytes(rows.iter().map(|row| row.salt.as_slice()).collect()),
            Bytes(rows.iter().map(|row| row.commitment.as_slice()).collect()),
            Bytes(rows.iter().map(|row| row.hash.as_slice()).collect()),
        ],
        after: ")",
    }
}

/// Waits until all that was committed is on the disk: a commit that waits takes all before it along. It has to
/// say something, or PostgreSQL would see nothing to wait for.
pub(super) fn flush(db: &mut Db) -> Outcome<()> {
    Ok(db.batch_execute("BEGIN; SELECT pg_logical_emit_message(true, 'natter', ''); COMMIT")?)
}
