//! Many values as one bind: a statement stays the same however many ids it is about, and so stays prepared.

use std::fmt::Write as _;

use diesel::{
    QueryResult,
    expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping},
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_types::{Bool, Text},
};

use domain::{UserId, messages::ClientId};

use crate::connection::{Loads, MultiBackend};

/// Whether a column of numbers or texts is one of a list.
#[derive(Debug, Clone)]
pub(crate) struct Among<C> {
    column: C,
    list: String,
    /// What stands before and behind the list.
    around: [&'static str; 2],
}

/// A JSON array as SQLite reads it.
const OF_JSON: [&str; 2] = [" IN (SELECT value FROM json_each(", "))"];

impl Loads {
    /// `column IN (ids)`, whatever their number.
    pub(crate) fn among<C>(&self, column: C, ids: impl IntoIterator<Item = i64>) -> Among<C> {
        let postgres = self.is_postgres();
        let around = if postgres { [" = ANY(", "::bigint[])"] } else { OF_JSON };
        Among { column, list: number_list(ids, postgres), around }
    }

    /// `column IN (texts)`, whatever their number.
    pub(crate) fn texts_among<C>(&self, column: C, texts: &[String]) -> Among<C> {
        let around = if self.is_postgres() {
            [" = ANY(ARRAY(SELECT json_array_elements_text(", "::json)))"]
        } else {
            OF_JSON
        };
        // Texts are always JSON.
        Among { column, list: serde_json::to_string(texts).unwrap_or_default(), around }
    }
}

impl Loads {
    /// `(first, second) IN (pairs)`, whatever their number.
    pub(crate) fn pairs_among<A, B>(&self, first: A, second: B, pairs: &[(i64, i64)]) -> PairsAmong<A, B> {
        let postgres = self.is_postgres();
        let (firsts, seconds) = if postgres {
            let firsts = number_list(pairs.iter().map(|(first, _)| *first), true);
            (firsts, number_list(pairs.iter().map(|(_, second)| *second), true))
        } else {
            let list: Vec<String> =
                pairs.iter().map(|(first, second)| format!("[{first},{second}]")).collect();
            (format!("[{}]", list.join(",")), String::new())
        };
        PairsAmong { first, second, firsts, seconds, postgres }
    }
}

/// A PostgreSQL array, or a JSON array for SQLite.
pub(crate) fn number_list(ids: impl IntoIterator<Item = i64>, postgres: bool) -> String {
    let (open, close) = if postgres { ('{', '}') } else { ('[', ']') };
    let mut list = String::from(open);
    for id in ids {
        if list.len() > 1 {
            list.push(',');
        }
        // Writing to a string can't fail.
        let _ = write!(list, "{id}");
    }
    list.push(close);
    list
}

impl<C: Expression> Expression for Among<C> {
    type SqlType = Bool;
}

impl<C, QS> AppearsOnTable<QS> for Among<C>
where
    Self: Expression,
    C: AppearsOnTable<QS>,
{
}

impl<C, QS> SelectableExpression<QS> for Among<C>
where
    Self: AppearsOnTable<QS>,
    C: SelectableExpression<QS>,
{
}

impl<C: ValidGrouping<GB>, GB> ValidGrouping<GB> for Among<C> {
    type IsAggregate = C::IsAggregate;
}

impl<C> QueryId for Among<C> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<C: QueryFragment<MultiBackend>> QueryFragment<MultiBackend> for Among<C> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        let [before, behind] = self.around;
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(before);
        out.push_bind_param::<Text, _>(&self.list)?;
        out.push_sql(behind);
        Ok(())
    }
}

/// Whether two columns of numbers are together one of a list of pairs.
#[derive(Debug, Clone)]
pub(crate) struct PairsAmong<A, B> {
    first: A,
    second: B,
    /// On SQLite the pairs, on PostgreSQL the first of each.
    firsts: String,
    seconds: String,
    postgres: bool,
}

impl<A: Expression, B: Expression> Expression for PairsAmong<A, B> {
    type SqlType = Bool;
}

impl<A, B, QS> AppearsOnTable<QS> for PairsAmong<A, B>
where
    Self: Expression,
    A: AppearsOnTable<QS>,
    B: AppearsOnTable<QS>,
{
}

impl<A, B, QS> SelectableExpression<QS> for PairsAmong<A, B>
where
    Self: AppearsOnTable<QS>,
    A: SelectableExpression<QS>,
    B: SelectableExpression<QS>,
{
}

impl<A: ValidGrouping<GB>, B, GB> ValidGrouping<GB> for PairsAmong<A, B> {
    type IsAggregate = A::IsAggregate;
}

impl<A, B> QueryId for PairsAmong<A, B> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<A, B> QueryFragment<MultiBackend> for PairsAmong<A, B>
where
    A: QueryFragment<MultiBackend>,
    B: QueryFragment<MultiBackend>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        out.push_sql("(");
        self.first.walk_ast(out.reborrow())?;
        out.push_sql(", ");
        self.second.walk_ast(out.reborrow())?;
        if self.postgres {
            out.push_sql(") IN (SELECT * FROM UNNEST(");
            out.push_bind_param::<Text, _>(&self.firsts)?;
            out.push_sql("::bigint[], ");
            out.push_bind_param::<Text, _>(&self.seconds)?;
            out.push_sql("::bigint[]))");
        } else {
            out.push_sql(") IN (SELECT value ->> 0, value ->> 1 FROM json_each(");
            out.push_bind_param::<Text, _>(&self.firsts)?;
            out.push_sql("))");
        }
        Ok(())
    }
}

impl Loads {
    /// `(author, client_id) IN (claims)`, whatever their number.
    pub(crate) fn claims_among<A, B>(
        &self,
        author: A,
        client_id: B,
        claims: &[(UserId, ClientId)],
    ) -> ClaimsAmong<A, B> {
        let list = claims.iter().map(|(author, id)| (author.get(), id.as_str()));
        // Numbers and texts are always JSON.
        let list = serde_json::to_string(&list.collect::<Vec<_>>()).unwrap_or_default();
        ClaimsAmong { author, client_id, list, postgres: self.is_postgres() }
    }
}

/// Whether a message is one of those that authors gave an id of their own.
#[derive(Debug, Clone)]
pub(crate) struct ClaimsAmong<A, B> {
    author: A,
    client_id: B,
    list: String,
    postgres: bool,
}

impl<A: Expression, B: Expression> Expression for ClaimsAmong<A, B> {
    type SqlType = Bool;
}

impl<A, B, QS> AppearsOnTable<QS> for ClaimsAmong<A, B>
where
    Self: Expression,
    A: AppearsOnTable<QS>,
    B: AppearsOnTable<QS>,
{
}

impl<A, B, QS> SelectableExpression<QS> for ClaimsAmong<A, B>
where
    Self: AppearsOnTable<QS>,
    A: SelectableExpression<QS>,
    B: SelectableExpression<QS>,
{
}

impl<A: ValidGrouping<GB>, B, GB> ValidGrouping<GB> for ClaimsAmong<A, B> {
    type IsAggregate = A::IsAggregate;
}

impl<A, B> QueryId for ClaimsAmong<A, B> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<A, B> QueryFragment<MultiBackend> for ClaimsAmong<A, B>
where
    A: QueryFragment<MultiBackend>,
    B: QueryFragment<MultiBackend>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        out.push_sql("(");
        self.author.walk_ast(out.reborrow())?;
        out.push_sql(", ");
        self.client_id.walk_ast(out.reborrow())?;
        let (before, after) = if self.postgres {
            (") IN (SELECT (value ->> 0)::bigint, value ->> 1 FROM json_array_elements(", "::json))")
        } else {
            (") IN (SELECT value ->> 0, value ->> 1 FROM json_each(", "))")
        };
        out.push_sql(before);
        out.push_bind_param::<Text, _>(&self.list)?;
        out.push_sql(after);
        // The index of claims leaves out messages without one: this says that none of those is meant.
        out.push_sql(" AND ");
        self.client_id.walk_ast(out.reborrow())?;
        out.push_sql(" IS NOT NULL");
        Ok(())
    }
}
