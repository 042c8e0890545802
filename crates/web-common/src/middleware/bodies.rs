//! What actix refuses by itself, said as problems.

use actix_web::web::{JsonConfig, PathConfig, QueryConfig};

use crate::Problem;

/// The most bytes a JSON body may have: 256 KiB.
pub const JSON_BYTES: usize = 256 * 1024;

/// For `web::Json`.
pub fn json_config() -> JsonConfig {
    JsonConfig::default()
        .limit(JSON_BYTES)
        .error_handler(|error, _| Problem::malformed(error.to_string()).into())
}

/// For `web::Path`.
pub fn path_config() -> PathConfig {
    PathConfig::default().error_handler(|_, _| Problem::not_found().into())
}

/// For `web::Query`.
pub fn query_config() -> QueryConfig {
    QueryConfig::default().error_handler(|error, _| Problem::malformed(error.to_string()).into())
}

/// For `default_service`: there is nothing here.
pub async fn not_found() -> Result<actix_web::HttpResponse, Problem> {
    Err(Problem::not_found())
}
