//! What names a thing.

use utoipa::ToSchema;

/// Names a thing, for ever. Below 2^53, so that every language reads it without loss.
#[derive(ToSchema)]
#[schema(value_type = i64, minimum = 1, maximum = 9007199254740991_i64, example = 7)]
#[expect(dead_code, reason = "describes what requests hold, for the document")]
pub(crate) struct Id(i64);
