//! Checking the audit log: whether every row is as it was written, in its place, and none is missing.

use std::collections::HashSet;

use diesel::{BoolExpressionMethods, ExpressionMethods, QueryDsl, Queryable, Selectable, SelectableHelper};
use domain::ports::StoreError;

use crate::{
    connection::{DatabaseUrl, Loads, Purpose},
    error::{OpenError, Outcome},
    ledger::{Hashed, Head, commitment, link},
    schema::audit_log,
};

/// What checking the audit log found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Whether nothing is wrong.
    pub ok: bool,
    /// How many rows are as they were written.
    pub checked: u64,
    /// The id of the first row that is not, or that comes after one that is missing.
    pub first_bad: Option<i64>,
}

/// So many rows are looked at together: each step is a look of its own, so that none holds up the database.
const STEP: i64 = 1_000;

#[derive(Queryable, Selectable)]
#[diesel(table_name = audit_log)]
struct Row {
    id: i64,
    chain: i64,
    n: i64,
    at: i64,
    actor: Option<i64>,
    via: String,
    action: String,
    entity: String,
    entity_id: Option<String>,
    changes: Option<String>,
    request_id: Option<String>,
    ip: Option<String>,
    salt: Option<Vec<u8>>,
    commitment: Vec<u8>,
    hash: Vec<u8>,
}

/// Walks every chain from its beginning. A server may go on writing meanwhile.
pub fn verify(url: &DatabaseUrl) -> Result<Report, OpenError> {
    let failed = |why: String| OpenError::Connect { place: url.to_string(), why };
    if let DatabaseUrl::Sqlite(path) = url
        && !path.exists()
    {
        return Err(failed("there is no such file".to_owned()));
    }
    let mut loads = Loads::open(url, Purpose::Look)?;
    walk(&mut loads).map_err(|why| failed(StoreError::from(why).to_string()))
}

fn walk(loads: &mut Loads) -> Outcome<Report> {
    let erased = erased(loads)?;
    let mut checked = 0;
    let mut chain = None;
    while let Some(next) = next_chain(loads, chain)? {
        if let Some(bad) = walk_chain(loads, next, &erased, &mut checked)? {
            return Ok(Report { ok: false, checked, first_bad: Some(bad) });
        }
        chain = Some(next);
    }
    Ok(Report { ok: true, checked, first_bad: None })
}

fn next_chain(loads: &mut Loads, after: Option<i64>) -> Outcome<Option<i64>> {
    let chains = audit_log::table.filter(audit_log::chain.gt(after.unwrap_or(i64::MIN)));
    loads.one(chains.order(audit_log::chain).limit(1).select(audit_log::chain))
}

/// The users whose personal values were erased, and are said to have been.
fn erased(loads: &mut Loads) -> Outcome<HashSet<String>> {
    let entries = audit_log::action.eq("erase").and(audit_log::entity.eq("user"));
    let ids: Vec<Option<String>> =
        loads.all(audit_log::table.filter(entries).select(audit_log::entity_id))?;
    Ok(ids.into_iter().flatten().collect())
}

/// Answers the first row that is wrong.
fn walk_chain(
    loads: &mut Loads,
    chain: i64,
    erased: &HashSet<String>,
    checked: &mut u64,
) -> Outcome<Option<i64>> {
    let mut head = Head::start();
    let mut last_id = 0;
    loop {
        let step = audit_log::table
            .filter(audit_log::chain.eq(chain).and(audit_log::n.gt(head.n)))
            .order(audit_log::n)
            .limit(STEP)
            .select(Row::as_select());
        let rows: Vec<Row> = loads.all(step)?;
        if rows.is_empty() {
            return Ok(None);
        }
        for row in rows {
            if row.id <= last_id || !row.follows(&head) || !row.is_whole(erased) {
                return Ok(Some(row.id));
            }
            last_id = row.id;
            head = Head { n: row.n, hash: row.hash };
            *checked += 1;
        }
    }
}

impl Row {
    /// Whether it is the next one after `head`, and its hash is of what stands in it.
    fn follows(&self, head: &Head) -> bool {
        let hashed = Hashed {
            chain: self.chain,
            n: self.n,
            at: self.at,
            actor: self.actor,
            via: &self.via,
            action: &self.action,
            entity: &self.entity,
            entity_id: self.entity_id.as_deref(),
            commitment: &self.commitment,
        };
        self.n == head.n + 1 && self.hash == link(&head.hash, &hashed)
    }

    /// Whether its personal values are those committed to; or were erased, and an entry says so.
    fn is_whole(&self, erased: &HashSet<String>) -> bool {
        let (request_id, ip) = (self.request_id.as_deref(), self.ip.as_deref());
        match (&self.salt, &self.changes) {
            (Some(salt), Some(changes)) => commitment(salt, changes, request_id, ip) == self.commitment,
            (None, None) => request_id.is_none() && ip.is_none() && self.is_erased(erased),
            _ => false,
        }
    }

    /// What somebody did, and what was done to them, is erased with them.
    fn is_erased(&self, erased: &HashSet<String>) -> bool {
        let by = self.actor.is_some_and(|actor| erased.contains(&actor.to_string()));
        let about = self.entity == "user" && self.entity_id.as_ref().is_some_and(|id| erased.contains(id));
        by || about
    }
}
