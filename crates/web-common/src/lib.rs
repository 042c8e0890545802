//! (to come)

pub mod log;
pub mod throttle;
