//! What actix's own extractors refuse, said as problems.

use actix_web::{
    ResponseError,
    error::JsonPayloadError,
    http::StatusCode,
    web::{FormConfig, JsonConfig, PathConfig, QueryConfig},
};

use super::refusals;
use crate::{
    Problem,
    json::{JSON_BYTES, field_error, malformed, too_large, wrong_media_type},
};

/// For `web::Json`. [`Json`](crate::Json) tells the field of more mistakes.
pub fn json_config() -> JsonConfig {
    JsonConfig::default().limit(JSON_BYTES).error_handler(|error, _| json_problem(&error).into())
}

/// For `web::Path`: what can't be an id leads nowhere.
pub fn path_config() -> PathConfig {
    PathConfig::default().error_handler(|_, _| Problem::not_found().into())
}

/// For `web::Query`. [`Query`](crate::Query) tells the parameter of more mistakes.
pub fn query_config() -> QueryConfig {
    QueryConfig::default()
        .error_handler(|error, _| Problem::invalid(vec![field_error("", &error.to_string(), "query")]).into())
}

/// For `web::Form`.
pub fn form_config() -> FormConfig {
    FormConfig::default()
        .limit(JSON_BYTES)
        .error_handler(|error, _| refusals::problem_of(error.status_code(), Some(error.to_string())).into())
}

/// For `default_service`: there is nothing here.
pub async fn not_found() -> Result<actix_web::HttpResponse, Problem> {
    Err(Problem::not_found())
}

fn json_problem(error: &JsonPayloadError) -> Problem {
    match error {
        JsonPayloadError::ContentType => wrong_media_type(),
        JsonPayloadError::Overflow { limit } | JsonPayloadError::OverflowKnownLength { limit, .. } => {
            too_large(*limit)
        }
        JsonPayloadError::Deserialize(error) if error.is_data() => {
            Problem::invalid(vec![field_error("", &error.to_string(), "body")])
        }
        JsonPayloadError::Deserialize(error) => malformed(error),
        error if error.status_code() == StatusCode::PAYLOAD_TOO_LARGE => too_large(JSON_BYTES),
        error => Problem::malformed(error.to_string()),
    }
}
