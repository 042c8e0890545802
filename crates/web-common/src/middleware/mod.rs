//! What stands around every handler: request ids and the request log, headers, origins, and readable refusals.

mod address;
mod context;
mod cookies;
mod cors;
mod headers;
pub(crate) mod layer;
mod pace;
mod paths;
mod refusals;
pub mod same_origin;

pub use context::RequestContextLayer;
pub use cors::Cors;
pub use headers::SecurityHeaders;
pub use pace::BodyPace;
pub use paths::{not_found, path_config};
pub use same_origin::SameOrigin;

#[cfg(test)]
mod tests;
