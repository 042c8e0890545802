//! What a query finds: only in chats that the one who asks is in, which the query itself decides.

use std::collections::HashMap;

use diesel::{
    BoolExpressionMethods, ExpressionMethods, QueryDsl, QueryResult, QueryableByName, RunQueryDsl,
    query_builder::{AstPass, Query as Statement, QueryFragment, QueryId, SelectQuery},
    sql_types::{BigInt, Text},
};
use domain::{
    ChatId, MessageId, Timestamp, UserId,
    messages::Message,
    search::{Phrase, Query},
    users::Status,
};

use crate::{
    among::number_list,
    connection::{Db, Loads, MultiBackend},
    error::Outcome,
    schema::{chats, members, users},
    tables::{accesses::two_in_each, messages, users as people},
};

/// The newest first, by their ids.
pub(crate) fn find(
    db: &mut Loads,
    user: UserId,
    query: &Query,
    below: Option<MessageId>,
    limit: i64,
) -> Outcome<Vec<Message>> {
    if query.is_empty() {
        return Ok(Vec::new());
    }
    let author = match &query.from[..] {
        [] => None,
        [name] => match author(db, name)? {
            Some(author) => Some(author),
            None => return Ok(Vec::new()),
        },
        _ => return Ok(Vec::new()),
    };
    let scope = match query.chat {
        Some(chat) if query.within.is_empty() => Some(vec![chat.get()]),
        None if query.within.is_empty() => None,
        _ => Some(within(db, user, query)?),
    };
    let postgres = db.is_postgres();
    let terms = matching(&query.phrases, postgres);
    let scope = scope.map(|scope| number_list(scope, postgres));
    let search = Search {
        user: user.get(),
        by_id: !postgres && terms.is_none() && are_many(db, user, scope.as_deref())?,
        terms,
        scope,
        author,
        below: below.map_or(i64::MAX, MessageId::get),
        after: query.after.map_or(i64::MIN, Timestamp::micros),
        before: query.before.map_or(i64::MAX, Timestamp::micros),
        limit: limit.max(0),
        postgres,
    };
    let ids: Vec<i64> = db.all(search)?;
    let mut found = messages::find(db, ids)?;
    found.sort_by_key(|message| std::cmp::Reverse(message.id));
    Ok(found)
}

/// Whose lower-case name that is, unless their account is deleted.
fn author(db: &mut Loads, name: &str) -> Outcome<Option<i64>> {
    // Of no username a part, and of no text that PostgreSQL takes.
    if name.contains('\0') {
        return Ok(None);
    }
    let named = users::username_key.eq(name).and(users::status.ne(Status::Deleted.as_str()));
    db.one(users::table.filter(named).select(users::id))
}

/// Those of somebody's chats that a query asks for by name.
fn within(db: &mut Loads, user: UserId, query: &Query) -> Outcome<Vec<i64>> {
    let own = members::table
        .inner_join(chats::table)
        .filter(members::user_id.eq(user.get()).and(chats::deleted_at.is_null()))
        .select((chats::id, chats::name));
    let own: Vec<(i64, Option<String>)> = db.all(own)?;
    let direct: Vec<i64> = own.iter().filter(|(_, name)| name.is_none()).map(|(id, _)| *id).collect();
    let peers = peers(db, user, &direct)?;
    let asked = own.into_iter().filter(|(id, name)| {
        let called = name.as_deref().or_else(|| peers.get(id).map(String::as_str)).unwrap_or_default();
        query.is_within(ChatId::new(*id), called)
    });
    Ok(asked.map(|(id, _)| id).collect())
}

/// The username of the other in each direct chat.
fn peers(db: &mut Loads, user: UserId, direct: &[i64]) -> Outcome<HashMap<i64, String>> {
    let other = |(low, high): (i64, i64)| if low == user.get() { high } else { low };
    let others: HashMap<i64, i64> =
        two_in_each(db, direct)?.into_iter().map(|(chat, both)| (chat.get(), other(both))).collect();
    let persons = people::persons(db, others.values().copied())?;
    let names: HashMap<i64, String> =
        persons.into_iter().map(|person| (person.id.get(), person.username.to_string())).collect();
    let named = |(chat, peer)| Some((chat, names.get(&peer)?.clone()));
    Ok(others.into_iter().filter_map(named).collect())
}

/// How many messages there are, about: in the chats to look in, and at all.
#[derive(QueryableByName)]
struct Share {
    #[diesel(sql_type = BigInt)]
    there: i64,
    #[diesel(sql_type = BigInt)]
    all: i64,
}

/// Whether so large a part of all messages is in the chats to look in that it is best to go through all of them from
/// the newest on, which ends when enough are found and reads a row four times as fast as one chat by one does. SQLite
/// does not find that out by itself.
fn are_many(db: &mut Loads, user: UserId, scope: Option<&str>) -> Outcome<bool> {
    let scope = scope.map_or(String::new(), |ids| {
        // A list of numbers: nothing in it needs to be escaped.
        format!(" AND chats.id IN (SELECT value FROM json_each('{ids}'))")
    });
    let shares: Vec<Share> = db.written(&format!(
        "SELECT COALESCE((SELECT MAX(id) FROM messages), 0) AS \"all\",
            COALESCE((SELECT SUM(chats.last_seq) FROM members JOIN chats ON chats.id = members.chat_id
                WHERE members.user_id = {user}{scope}), 0) AS there"
    ))?;
    Ok(shares.iter().any(|share| share.there > share.all / 4))
}

/// All phrases, as the index wants them said; terms hold nothing that means anything to it.
fn matching(phrases: &[Phrase], postgres: bool) -> Option<String> {
    let one = |Phrase { terms, prefix }: &Phrase| {
        if postgres {
            format!("'{}'{}", terms.join("' <-> '"), if *prefix { ":*" } else { "" })
        } else {
            format!("\"{}\"{}", terms.join(" "), if *prefix { " *" } else { "" })
        }
    };
    let all: Vec<String> = phrases.iter().map(one).collect();
    (!all.is_empty()).then(|| all.join(if postgres { " & " } else { " AND " }))
}

/// The one statement that searches: the ids of messages.
struct Search {
    user: i64,
    /// Whether to go through all messages, the newest first.
    by_id: bool,
    /// What the index is asked for, if it is.
    terms: Option<String>,
    /// The ids of the chats to look in; all without.
    scope: Option<String>,
    author: Option<i64>,
    below: i64,
    after: i64,
    before: i64,
    limit: i64,
    postgres: bool,
}

impl Search {
    /// Where to look. SQLite walks the index from its end, so that it is done as soon as it has found enough.
    fn source(&self) -> &'static str {
        match (self.terms.is_some(), self.postgres) {
            (true, false) => "message_search CROSS JOIN messages ON messages.id = message_search.rowid",
            (true, true) => "messages JOIN message_search ON message_search.message_id = messages.id",
            (false, _) => "messages",
        }
    }

    /// Joins what a message belongs to. SQLite then keeps to the order in which things are named.
    fn join(&self) -> &'static str {
        if self.by_id { " CROSS JOIN " } else { " JOIN " }
    }

    fn id(&self) -> &'static str {
        if self.terms.is_some() && !self.postgres { "message_search.rowid" } else { "messages.id" }
    }
}

impl QueryFragment<MultiBackend> for Search {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        out.push_sql("SELECT messages.id FROM ");
        out.push_sql(self.source());
        out.push_sql(self.join());
        out.push_sql("members ON members.chat_id = messages.chat_id AND members.user_id = ");
        out.push_bind_param::<BigInt, _>(&self.user)?;
        out.push_sql(self.join());
        out.push_sql("chats ON chats.id = messages.chat_id WHERE ");
        if let Some(terms) = &self.terms {
            out.push_sql(if self.postgres { "message_search.terms @@ " } else { "message_search MATCH " });
            out.push_bind_param::<Text, _>(terms)?;
            out.push_sql(if self.postgres { "::tsquery AND " } else { " AND " });
        }
        out.push_sql("chats.deleted_at IS NULL AND messages.deleted_at IS NULL AND ");
        out.push_sql(self.id());
        for (condition, bound) in [
            (" < ", &self.below),
            (" AND messages.created_at >= ", &self.after),
            (" AND messages.created_at < ", &self.before),
        ] {
            out.push_sql(condition);
            out.push_bind_param::<BigInt, _>(bound)?;
        }
        if let Some(author) = &self.author {
            out.push_sql(" AND messages.author_id = ");
            out.push_bind_param::<BigInt, _>(author)?;
        }
        if let Some(scope) = &self.scope {
            let (before, after) = if self.postgres {
                ("= ANY(", "::bigint[])")
            } else {
                ("IN (SELECT value FROM json_each(", "))")
            };
            out.push_sql(" AND messages.chat_id ");
            out.push_sql(before);
            out.push_bind_param::<Text, _>(scope)?;
            out.push_sql(after);
        }
        out.push_sql(" ORDER BY ");
        out.push_sql(self.id());
        out.push_sql(" DESC LIMIT ");
        out.push_bind_param::<BigInt, _>(&self.limit)
    }
}

impl QueryId for Search {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Statement for Search {
    type SqlType = BigInt;
}

impl SelectQuery for Search {
    type SqlType = BigInt;
}

impl RunQueryDsl<Db> for Search {}
