//! Filling the index behind what has landed.
//!
//! Every change of a message takes a revision of its chat, and revisions of a chat land in their order. So one number
//! per chat tells what is in the index, whatever happened meanwhile: a crash, another server, a migration.

use std::fmt::Write as _;

use diesel::{
    ExpressionMethods, PgConnection, QueryDsl, QueryResult, QueryableByName, RunQueryDsl, SqliteConnection,
    sql_types::{BigInt, Bool, Text},
};
use domain::{ChatId, search::terms};

use crate::{
    columns::{
        Column::{Numbers, Texts},
        Columns,
    },
    connection::{Db, Loads},
    error::Outcome,
    ledger::{Exempt, LOCK_SPACE, Ledger},
    schema::{message_search, search_progress},
};

/// So many messages at a time: what keeps the writer for a few milliseconds.
const BATCH: usize = 256;

/// Of so many chats at a time.
const CHATS: usize = 32;

/// What came of filling the index for a while.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Filled {
    /// These chats are done.
    Done(Vec<ChatId>),
    /// Another server is at it.
    Elsewhere,
}

#[derive(QueryableByName)]
struct Claimed {
    #[diesel(sql_type = Bool)]
    claimed: bool,
}

/// Where a chat stands, and up to where its messages are in the index.
#[derive(QueryableByName)]
struct Standing {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = BigInt)]
    last_rev: i64,
    #[diesel(sql_type = BigInt)]
    done: i64,
}

/// A message as it now stands; one that is deleted says nothing.
#[derive(QueryableByName)]
struct Changed {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = BigInt)]
    chat_id: i64,
    #[diesel(sql_type = BigInt)]
    rev: i64,
    #[diesel(sql_type = Text)]
    text: String,
}

const STANDING: &str = "SELECT chats.id, chats.last_rev, COALESCE(search_progress.rev, 0) AS done
    FROM chats LEFT JOIN search_progress ON search_progress.chat_id = chats.id
    WHERE chats.last_rev > COALESCE(search_progress.rev, 0)";

/// Chats in which something happened that is not in the index, `most` at the most.
pub(crate) fn behind(db: &mut Loads, most: usize) -> Outcome<Vec<ChatId>> {
    let rows: Vec<Standing> = db.written(&format!("{STANDING} LIMIT {most}"))?;
    Ok(rows.into_iter().map(|chat| ChatId::new(chat.id)).collect())
}

/// Takes the next changes of the first of these chats into the index, in one go.
pub(crate) fn fill(ledger: &mut Ledger, chats: &[ChatId]) -> Outcome<Filled> {
    let chats = &chats[..chats.len().min(CHATS)];
    let db = ledger.loads();
    if !claim(db)? {
        return Ok(Filled::Elsewhere);
    }
    let standings = standings(db, chats)?;
    let share = BATCH / standings.len().max(1);
    let changed = changed(db, &standings, share)?;
    let (progress, unfinished) = progress(&standings, &changed, share);
    ledger.exempt(Exempt::Derived, |db| {
        let entries = changed.iter().map(Entry::new).collect::<Vec<_>>();
        match db {
            Db::Sqlite(conn) => sqlite(conn, &entries, &progress)?,
            Db::Postgres(conn) => postgres(conn, &entries, &progress)?,
        }
        Ok(())
    })?;
    let done = chats.iter().copied().filter(|chat| !unfinished.contains(&chat.get()));
    Ok(Filled::Done(done.collect()))
}

/// Of several servers one fills the index at a time, so that an older text never takes the place of a newer one.
fn claim(db: &mut Loads) -> Outcome<bool> {
    if !db.is_postgres() {
        return Ok(true);
    }
    let claim = format!("SELECT pg_try_advisory_xact_lock({LOCK_SPACE}, 0) AS claimed");
    Ok(db.written::<Claimed>(&claim)?.iter().all(|row| row.claimed))
}

/// Of those in which something happened.
fn standings(db: &mut Loads, chats: &[ChatId]) -> Outcome<Vec<Standing>> {
    let ids: Vec<String> = chats.iter().map(ChatId::to_string).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    db.written(&format!("{STANDING} AND chats.id IN ({})", ids.join(", ")))
}

/// The next messages of each chat that say something new, `share` at the most. A reaction says nothing new.
fn changed(db: &mut Loads, standings: &[Standing], share: usize) -> Outcome<Vec<Changed>> {
    let mut query = String::new();
    for Standing { id, done, .. } in standings {
        let joint = if query.is_empty() { "" } else { " UNION ALL " };
        // Writing to a string can't fail.
        let _ = write!(
            query,
            "{joint}SELECT * FROM (SELECT id, chat_id, rev, text FROM messages WHERE chat_id = {id} AND rev > {done}
                AND (created_rev > {done} OR edited_at IS NOT NULL OR deleted_at IS NOT NULL)
                ORDER BY rev LIMIT {share}) AS of_{id}"
        );
    }
    if query.is_empty() { Ok(Vec::new()) } else { db.written(&query) }
}

/// Up to where each chat is in the index then, and which chats have more to come.
fn progress(standings: &[Standing], changed: &[Changed], share: usize) -> (Vec<(i64, i64)>, Vec<i64>) {
    let mut progress = Vec::new();
    let mut unfinished = Vec::new();
    for Standing { id, last_rev, .. } in standings {
        let revs = || changed.iter().filter(|message| message.chat_id == *id).map(|message| message.rev);
        let newest = revs().max().unwrap_or(0);
        if revs().count() < share {
            progress.push((*id, newest.max(*last_rev)));
        } else {
            progress.push((*id, newest));
            unfinished.push(*id);
        }
    }
    (progress, unfinished)
}

/// What a message is found by.
struct Entry {
    id: i64,
    terms: Vec<String>,
}

impl Entry {
    fn new(message: &Changed) -> Self {
        Self { id: message.id, terms: terms(&message.text).into_iter().map(|term| term.text).collect() }
    }

    /// Terms hold letters, digits and marks only: nothing in them needs to be escaped. PostgreSQL keeps the first 256
    /// places of a term.
    fn vector(&self) -> String {
        let mut vector = String::new();
        for (place, term) in (1..).zip(&self.terms) {
            let _ = write!(vector, "'{term}':{place} ");
        }
        vector
    }
}

fn sqlite(conn: &mut SqliteConnection, entries: &[Entry], progress: &[(i64, i64)]) -> QueryResult<()> {
    for Entry { id, terms } in entries {
        if terms.is_empty() {
            diesel::delete(message_search::table.filter(message_search::rowid.eq(id))).execute(conn)?;
        } else {
            let row = (message_search::rowid.eq(id), message_search::terms.eq(terms.join(" ")));
            diesel::replace_into(message_search::table).values(row).execute(conn)?;
        }
    }
    for (chat, rev) in progress {
        let row = (search_progress::chat_id.eq(chat), search_progress::rev.eq(rev));
        diesel::replace_into(search_progress::table).values(row).execute(conn)?;
    }
    Ok(())
}

fn postgres(conn: &mut PgConnection, entries: &[Entry], progress: &[(i64, i64)]) -> QueryResult<()> {
    let (empty, full): (Vec<&Entry>, Vec<&Entry>) = entries.iter().partition(|entry| entry.terms.is_empty());
    let vectors: Vec<String> = full.iter().map(|entry| entry.vector()).collect();
    if !full.is_empty() {
        let insert = Columns {
            before: "INSERT INTO message_search (message_id, terms) SELECT id, terms::tsvector FROM UNNEST(",
            columns: vec![
                Numbers(full.iter().map(|entry| entry.id).collect()),
                Texts(vectors.iter().map(String::as_str).collect()),
            ],
            after: ") AS t (id, terms) ON CONFLICT (message_id) DO UPDATE SET terms = EXCLUDED.terms",
        };
        insert.execute(conn)?;
    }
    if !empty.is_empty() {
        let delete = Columns {
            before: "DELETE FROM message_search WHERE message_id = ANY(",
            columns: vec![Numbers(empty.iter().map(|entry| entry.id).collect())],
            after: ")",
        };
        delete.execute(conn)?;
    }
    let advance = Columns {
        before: "INSERT INTO search_progress (chat_id, rev) SELECT * FROM UNNEST(",
        columns: vec![
            Numbers(progress.iter().map(|(chat, _)| *chat).collect()),
            Numbers(progress.iter().map(|(_, rev)| *rev).collect()),
        ],
        after: ") ON CONFLICT (chat_id) DO UPDATE SET rev = EXCLUDED.rev",
    };
    advance.execute(conn)?;
    Ok(())
}
