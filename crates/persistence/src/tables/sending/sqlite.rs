//! On SQLite: one prepared statement, row by row. None of them answers rows, or SQLite would keep a journal for
//! each.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, Insertable, OptionalExtension, QueryDsl, QueryResult,
    RunQueryDsl, SqliteConnection,
};
use domain::{ChatId, Seq, UserId};

use super::{Growth, NewRow, Places};
use crate::schema::{chats, members, messages};

diesel::table! {
    /// SQLite's own: the highest id that each table has given out.
    sqlite_sequence (name) {
        name -> Text,
        seq -> BigInt,
    }
}

pub(super) fn grow(conn: &mut SqliteConnection, growth: &Growth) -> QueryResult<Places> {
    let mut places = Places::new();
    for (chat, (count, newest)) in growth {
        let this = chats::table.filter(chats::id.eq(chat.get()));
        let (seq, rev): (i64, i64) = this.select((chats::last_seq, chats::last_rev)).get_result(conn)?;
        let set = (
            chats::last_seq.eq(seq + count),
            chats::last_rev.eq(rev + count),
            chats::last_message_at.eq(*newest),
        );
        diesel::update(this).set(set).execute(conn)?;
        places.insert(*chat, (seq + 1, rev + 1));
    }
    Ok(places)
}

#[derive(Insertable)]
#[diesel(table_name = messages, treat_none_as_default_value = false)]
struct Row<'a> {
    id: i64,
    #[diesel(embed)]
    rest: NewRow<'a>,
}

/// The only writer knows the next id without being told.
pub(super) fn insert_rows<'a>(
    conn: &mut SqliteConnection,
    rows: impl Iterator<Item = NewRow<'a>>,
) -> QueryResult<Vec<i64>> {
    let of_messages = sqlite_sequence::table.filter(sqlite_sequence::name.eq("messages"));
    let last: Option<i64> = of_messages.select(sqlite_sequence::seq).get_result(conn).optional()?;
    let mut ids = Vec::new();
    for (id, rest) in (last.unwrap_or_default() + 1..).zip(rows) {
        diesel::insert_into(messages::table).values(Row { id, rest }).execute(conn)?;
        ids.push(id);
    }
    Ok(ids)
}

pub(super) fn mark_read(
    conn: &mut SqliteConnection,
    marks: impl Iterator<Item = ((ChatId, UserId), Seq)>,
) -> QueryResult<()> {
    for ((chat, user), seq) in marks {
        let this = members::chat_id.eq(chat.get()).and(members::user_id.eq(user.get()));
        let set = members::last_read_seq.eq(seq.get());
        diesel::update(members::table.filter(this)).set(set).execute(conn)?;
    }
    Ok(())
}
