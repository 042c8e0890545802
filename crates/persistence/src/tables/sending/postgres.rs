//! On PostgreSQL: one statement for all rows.

use std::collections::HashMap;

use diesel::{PgConnection, QueryResult, RunQueryDsl, result::Error};
use domain::{ChatId, Seq, UserId};

use super::{Growth, NewRow, Places};
use crate::columns::{
    Column::{MaybeNumbers, MaybeTexts, Numbers, Texts},
    Columns,
};

pub(super) fn grow(conn: &mut PgConnection, growth: &Growth) -> QueryResult<Places> {
    let rows: Vec<(i64, i64, i64)> = Columns {
        before: "UPDATE chats SET last_seq = last_seq + g.count, last_rev = last_rev + g.count,
            last_message_at = g.newest FROM UNNEST(",
        columns: vec![
            Numbers(growth.keys().map(|chat| chat.get()).collect()),
            Numbers(growth.values().map(|(count, _)| *count).collect()),
            Numbers(growth.values().map(|(_, newest)| *newest).collect()),
        ],
        after: ") AS g (id, count, newest) WHERE chats.id = g.id
            RETURNING chats.id, chats.last_seq - g.count + 1, chats.last_rev - g.count + 1",
    }
    .load(conn)?;
    Ok(rows.into_iter().map(|(chat, seq, rev)| (ChatId::new(chat), (seq, rev))).collect())
}

pub(super) fn insert_rows<'a>(
    conn: &mut PgConnection,
    rows: impl Iterator<Item = NewRow<'a>>,
) -> QueryResult<Vec<i64>> {
    let rows: Vec<NewRow<'_>> = rows.collect();
    let made: Vec<(i64, i64, i64)> = Columns {
        before: "INSERT INTO messages (chat_id, seq, rev, created_rev, author_id, text, client_id, reply_to,
            forwarded_message, forwarded_author, forwarded_at, mentions, created_at) SELECT * FROM UNNEST(",
        columns: vec![
            Numbers(rows.iter().map(|row| row.chat_id).collect()),
            Numbers(rows.iter().map(|row| row.seq).collect()),
            Numbers(rows.iter().map(|row| row.rev).collect()),
            Numbers(rows.iter().map(|row| row.created_rev).collect()),
            Numbers(rows.iter().map(|row| row.author_id).collect()),
            Texts(rows.iter().map(|row| row.text).collect()),
            MaybeTexts(rows.iter().map(|row| row.client_id).collect()),
            MaybeNumbers(rows.iter().map(|row| row.reply_to).collect()),
            MaybeNumbers(rows.iter().map(|row| row.forwarded_message).collect()),
            MaybeNumbers(rows.iter().map(|row| row.forwarded_author).collect()),
            MaybeNumbers(rows.iter().map(|row| row.forwarded_at).collect()),
            Texts(rows.iter().map(|row| row.mentions.as_str()).collect()),
            Numbers(rows.iter().map(|row| row.created_at).collect()),
        ],
        after: ") RETURNING chat_id, seq, id",
    }
    .load(conn)?;
    // Nothing says in which order they are answered.
    let ids: HashMap<(i64, i64), i64> = made.into_iter().map(|(chat, seq, id)| ((chat, seq), id)).collect();
    rows.iter().map(|row| ids.get(&(row.chat_id, row.seq)).copied().ok_or(Error::NotFound)).collect()
}

pub(super) fn mark_read(
    conn: &mut PgConnection,
    marks: impl Iterator<Item = ((ChatId, UserId), Seq)>,
) -> QueryResult<()> {
    let (mut chats, mut users, mut seqs) = (Vec::new(), Vec::new(), Vec::new());
    for ((chat, user), seq) in marks {
        chats.push(chat.get());
        users.push(user.get());
        seqs.push(seq.get());
    }
    Columns {
        before: "UPDATE members SET last_read_seq = m.seq FROM UNNEST(",
        columns: vec![Numbers(chats), Numbers(users), Numbers(seqs)],
        after: ") AS m (chat_id, user_id, seq)
            WHERE members.chat_id = m.chat_id AND members.user_id = m.user_id",
    }
    .execute(conn)?;
    Ok(())
}
