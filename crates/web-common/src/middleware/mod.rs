//! What stands around every handler: request ids and the request log, headers, origins, and readable refusals.

mod bodies;
mod context;
mod cookies;
mod cors;
mod headers;
pub(crate) mod layer;
pub mod same_origin;

pub use bodies::{JSON_BYTES, json_config, not_found, path_config, query_config};
pub use context::RequestContextLayer;
pub use cors::Cors;
pub use headers::SecurityHeaders;
pub use same_origin::SameOrigin;
