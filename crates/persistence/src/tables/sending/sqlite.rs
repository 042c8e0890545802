//! On SQLite: prepared statements, row by row. No change answers rows, or SQLite would keep a journal for each.

use diesel::{
    ExpressionMethods, Insertable, OptionalExtension, QueryDsl, QueryResult, RunQueryDsl, SqliteConnection,
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_types::BigInt,
    sqlite::Sqlite,
};
use domain::{ChatId, Seq, UserId};

use super::{Growth, NewRow, Places};
use crate::schema::{chats, messages};

/// An update of numbers that stays prepared: Diesel's own are parsed each time.
struct Update<const N: usize> {
    /// What stands before each number.
    parts: &'static [&'static str; N],
    numbers: [i64; N],
}

const GROW: [&str; 4] =
    ["UPDATE chats SET last_seq = ", ", last_rev = ", ", last_message_at = ", " WHERE id = "];
const MARK: [&str; 3] = ["UPDATE members SET last_read_seq = ", " WHERE chat_id = ", " AND user_id = "];

impl<const N: usize> QueryFragment<Sqlite> for Update<N> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        for (part, number) in self.parts.iter().zip(&self.numbers) {
            out.push_sql(part);
            out.push_bind_param::<BigInt, _>(number)?;
        }
        Ok(())
    }
}

impl<const N: usize> QueryId for Update<N> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<const N: usize> RunQueryDsl<SqliteConnection> for Update<N> {}

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
        let numbers = [seq + count, rev + count, *newest, chat.get()];
        Update { parts: &GROW, numbers }.execute(conn)?;
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
        Update { parts: &MARK, numbers: [seq.get(), chat.get(), user.get()] }.execute(conn)?;
    }
    Ok(())
}
