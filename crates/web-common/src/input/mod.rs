//! What comes in over HTTP and live sockets, read field by field, with everything that is wrong told at once.

mod check;
pub mod fields;
mod number;

pub use check::Check;
pub use fields::given;
