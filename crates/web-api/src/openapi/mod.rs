//! The OpenAPI document and the page to read it on.

mod refusals;

use actix_web::web;

use crate::ApiConfig;
pub(crate) use refusals::{Conflict, Forbidden, Unauthenticated};

/// The routes beside those of the version.
pub(crate) fn configure(_cfg: &mut web::ServiceConfig, _config: &ApiConfig) {}
