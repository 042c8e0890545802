//! Points in time.

use domain::Timestamp;
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

/// RFC 3339, UTC, microseconds, `Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ToSchema)]
#[schema(
    value_type = String,
    format = DateTime,
    pattern = r"^\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$",
    example = "2026-11-18T11:06:40.000120Z"
)]
pub(crate) struct Time(Timestamp);

impl From<Timestamp> for Time {
    fn from(time: Timestamp) -> Self {
        Self(time)
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}
