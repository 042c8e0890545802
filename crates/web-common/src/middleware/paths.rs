//! Paths that lead nowhere.

use actix_web::{HttpResponse, web::PathConfig};

use crate::Problem;

/// For `web::Path`: what can't be an id leads nowhere.
pub fn path_config() -> PathConfig {
    PathConfig::default().error_handler(|_, _| Problem::not_found().into())
}

/// For `default_service`: there is nothing here.
pub async fn not_found() -> Result<HttpResponse, Problem> {
    Err(Problem::not_found())
}
