//! Ways to answer.

use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, http::header};
use serde::Serialize;
use web_common::{Problem, etag};

/// What a handler answers.
pub(crate) type Answer = Result<HttpResponse, Problem>;

/// 200 with `body`.
pub(crate) fn ok(body: &impl Serialize) -> Answer {
    Ok(HttpResponse::Ok().json(body))
}

/// 201 with `body`, which is now found at `location`.
pub(crate) fn created(location: &str, body: &impl Serialize) -> Answer {
    Ok(HttpResponse::Created().insert_header((header::LOCATION, location)).json(body))
}

/// 204.
pub(crate) fn done() -> Answer {
    Ok(HttpResponse::NoContent().finish())
}

/// 200 with `body` and its tag, or 304 where the caller has just that already.
pub(crate) fn tagged(request: &HttpRequest, body: &impl Serialize) -> Answer {
    let json = serde_json::to_string(body).map_err(|error| Problem::internal(error.to_string()))?;
    let etag = etag::strong(&[&json]);
    if etag::not_modified(request, &etag) {
        return Ok(headed(HttpResponse::NotModified(), etag).finish());
    }
    Ok(headed(HttpResponse::Ok(), etag).content_type("application/json").body(json))
}

fn headed(mut response: HttpResponseBuilder, etag: header::ETag) -> HttpResponseBuilder {
    response.insert_header(etag).insert_header((header::CACHE_CONTROL, "private, no-cache"));
    response
}
