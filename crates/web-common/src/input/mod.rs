//! What comes in over HTTP and live sockets, read field by field, with everything that is wrong told at once.

mod check;
pub mod fields;
mod number;

use serde::de::DeserializeOwned;

use crate::Problem;
pub use check::Check;
pub use fields::given;

/// Reads fields, and makes of them what is meant; refused with everything that is wrong.
pub fn read<F: DeserializeOwned, T>(
    fields: impl IntoIterator<Item = (String, fields::Raw)>,
    make: impl FnOnce(F, &mut Check) -> Option<T>,
) -> Result<T, Problem> {
    let mut check = Check::default();
    let made = fields::read(fields.into_iter().collect(), &mut check).and_then(|read| make(read, &mut check));
    check.finish(made)
}
