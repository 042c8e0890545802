//! What stands around every handler: request ids and the request log, headers, origins, and readable refusals.

mod address;
mod bodies;
mod context;
mod cookies;
mod cors;
mod headers;
pub(crate) mod layer;
mod pace;
mod refusals;
pub mod same_origin;

pub use bodies::{form_config, json_config, not_found, path_config, query_config};
pub use context::RequestContextLayer;
pub use cors::Cors;
pub use headers::SecurityHeaders;
pub use pace::BodyPace;
pub use same_origin::SameOrigin;

#[cfg(test)]
mod tests;
