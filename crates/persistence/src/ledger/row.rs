//! Audit rows: what stands in them, and how each seals the one before.

use diesel::Insertable;
use domain::{
    Origin, Timestamp, UserId,
    audit::{Entry, Value},
};
use sha2::{Digest, Sha256};

use crate::{
    error::{Failure, Outcome},
    schema::audit_log,
};

/// The end of a chain: the number of its last row, and that row's hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) n: i64,
    pub(crate) hash: Vec<u8>,
}

impl Head {
    /// Before the first row.
    pub(crate) fn start() -> Self {
        Self { n: 0, hash: vec![0; 32] }
    }
}

/// A row that has no place on the chain yet.
pub(super) struct Pending {
    at: Timestamp,
    actor: Option<i64>,
    via: &'static str,
    action: &'static str,
    entity: &'static str,
    entity_id: Option<String>,
    changes: String,
    request_id: Option<String>,
    ip: Option<String>,
}

impl Pending {
    pub(super) fn new(at: Timestamp, by: &Origin, entry: &Entry) -> Self {
        Self {
            at,
            actor: by.actor.map(UserId::get),
            via: by.via.as_str(),
            action: entry.action.as_str(),
            entity: entry.entity.as_str(),
            entity_id: entry.entity_id.clone(),
            changes: json(entry),
            request_id: by.request_id.clone(),
            ip: by.ip.map(|ip| ip.to_string()),
        }
    }
}

/// `{"field": [old, new], …}`, in the order of the entry.
fn json(entry: &Entry) -> String {
    let mut json = String::from("{");
    for (field, old, new) in &entry.changes {
        if json.len() > 1 {
            json.push(',');
        }
        json.push_str(&text(field));
        json.push_str(":[");
        json.push_str(&value(old));
        json.push(',');
        json.push_str(&value(new));
        json.push(']');
    }
    json.push('}');
    json
}

fn text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn value(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Text(words) => text(words),
        Value::Number(number) => number.to_string(),
        Value::Flag(flag) => flag.to_string(),
        Value::Numbers(numbers) => serde_json::Value::from(numbers.clone()).to_string(),
    }
}

/// A row as it is stored.
#[derive(Insertable)]
#[diesel(table_name = audit_log, treat_none_as_default_value = false)]
pub(super) struct NewRow {
    pub(super) chain: i64,
    pub(super) n: i64,
    pub(super) at: i64,
    pub(super) actor: Option<i64>,
    pub(super) via: &'static str,
    pub(super) action: &'static str,
    pub(super) entity: &'static str,
    pub(super) entity_id: Option<String>,
    pub(super) changes: String,
    pub(super) request_id: Option<String>,
    pub(super) ip: Option<String>,
    pub(super) salt: Vec<u8>,
    pub(super) commitment: Vec<u8>,
    pub(super) hash: Vec<u8>,
}

const SALT: usize = 16;

/// Puts rows on the end of a chain; answers them and its new end.
pub(super) fn hash(
    chain: i64,
    head: &Head,
    pending: impl ExactSizeIterator<Item = Pending>,
) -> Outcome<(Vec<NewRow>, Head)> {
    let mut salts = vec![0; pending.len() * SALT];
    getrandom::fill(&mut salts)
        .map_err(|error| Failure::Corrupt(format!("no random numbers are to be had: {error}")))?;
    let mut head = head.clone();
    let mut rows = Vec::with_capacity(pending.len());
    for (pending, salt) in pending.zip(salts.chunks_exact(SALT)) {
        let Pending { at, actor, via, action, entity, entity_id, changes, request_id, ip } = pending;
        let commitment = commitment(salt, &changes, request_id.as_deref(), ip.as_deref());
        let n = head.n + 1;
        let hashed = Hashed {
            chain,
            n,
            at: at.micros(),
            actor,
            via,
            action,
            entity,
            entity_id: entity_id.as_deref(),
            commitment: &commitment,
        };
        head = Head { n, hash: link(&head.hash, &hashed) };
        rows.push(NewRow {
            chain,
            n,
            at: at.micros(),
            actor,
            via,
            action,
            entity,
            entity_id,
            changes,
            request_id,
            ip,
            salt: salt.to_vec(),
            commitment,
            hash: head.hash.clone(),
        });
    }
    Ok((rows, head))
}

/// Stands in the chain for what is personal: without the salt nothing follows from it, so that values and salt
/// can be erased.
pub(crate) fn commitment(salt: &[u8], changes: &str, request_id: Option<&str>, ip: Option<&str>) -> Vec<u8> {
    let mut sum = Sha256::new();
    part(&mut sum, Some(salt));
    part(&mut sum, Some(changes.as_bytes()));
    part(&mut sum, request_id.map(str::as_bytes));
    part(&mut sum, ip.map(str::as_bytes));
    sum.finalize().to_vec()
}

/// What of a row goes into its hash beside the hash before.
pub(crate) struct Hashed<'a> {
    pub(crate) chain: i64,
    pub(crate) n: i64,
    pub(crate) at: i64,
    pub(crate) actor: Option<i64>,
    pub(crate) via: &'a str,
    pub(crate) action: &'a str,
    pub(crate) entity: &'a str,
    pub(crate) entity_id: Option<&'a str>,
    pub(crate) commitment: &'a [u8],
}

/// The hash of a row.
pub(crate) fn link(before: &[u8], row: &Hashed<'_>) -> Vec<u8> {
    let mut sum = Sha256::new();
    part(&mut sum, Some(before));
    for number in [row.chain, row.n, row.at] {
        sum.update(number.to_be_bytes());
    }
    part(&mut sum, row.actor.map(i64::to_be_bytes).as_ref().map(<[u8; 8]>::as_slice));
    for word in [row.via, row.action, row.entity] {
        part(&mut sum, Some(word.as_bytes()));
    }
    part(&mut sum, row.entity_id.map(str::as_bytes));
    part(&mut sum, Some(row.commitment));
    sum.finalize().to_vec()
}

/// Each part with its length, so that no two rows read the same; nothing is told apart from an empty text.
fn part(sum: &mut Sha256, bytes: Option<&[u8]>) {
    let length = bytes.map_or(u64::MAX, |bytes| bytes.len() as u64);
    sum.update(length.to_be_bytes());
    sum.update(bytes.unwrap_or_default());
}
