//! Many rows as one statement on PostgreSQL: each column goes over as one array, and the statement stays
//! prepared however many rows there are.

use diesel::{
    QueryResult, RunQueryDsl,
    pg::{Pg, PgConnection},
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::{Array, BigInt, Binary, Nullable, Text},
};

/// One column of all rows.
pub(crate) enum Column<'a> {
    Numbers(Vec<i64>),
    MaybeNumbers(Vec<Option<i64>>),
    Texts(Vec<&'a str>),
    MaybeTexts(Vec<Option<&'a str>>),
    Bytes(Vec<&'a [u8]>),
}

/// A statement with its columns, parted by commas, in one place.
pub(crate) struct Columns<'a> {
    pub(crate) before: &'static str,
    pub(crate) columns: Vec<Column<'a>>,
    pub(crate) after: &'static str,
}

impl QueryFragment<Pg> for Columns<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(self.before);
        for (place, column) in self.columns.iter().enumerate() {
            if place > 0 {
                out.push_sql(", ");
            }
            match column {
                Column::Numbers(all) => out.push_bind_param::<Array<BigInt>, _>(all)?,
                Column::MaybeNumbers(all) => out.push_bind_param::<Array<Nullable<BigInt>>, _>(all)?,
                Column::Texts(all) => out.push_bind_param::<Array<Text>, _>(all)?,
                Column::MaybeTexts(all) => out.push_bind_param::<Array<Nullable<Text>>, _>(all)?,
                Column::Bytes(all) => out.push_bind_param::<Array<Binary>, _>(all)?,
            }
        }
        out.push_sql(self.after);
        Ok(())
    }
}

impl QueryId for Columns<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

/// Those that answer something answer three numbers.
impl Query for Columns<'_> {
    type SqlType = (BigInt, BigInt, BigInt);
}

impl RunQueryDsl<PgConnection> for Columns<'_> {}
