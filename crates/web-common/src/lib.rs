//! What both web adapters need: the store as handlers use it, who calls, refusals, logs, throttles, live sockets.

pub mod auth;
pub mod avatar;
pub mod etag;
pub mod input;
pub mod lasting;
pub mod live;
pub mod log;
pub mod markdown;
pub mod media;
pub mod metrics;
pub mod middleware;
pub mod problem;
pub mod request;
pub mod state;
pub mod store;
#[cfg(test)]
mod testing;
pub mod throttle;
pub mod uploads;

pub use problem::{FieldError, Problem};
pub use state::{LocalHub, SiteSettings, State};
pub use store::Store;
