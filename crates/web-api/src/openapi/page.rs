//! `/api/openapi.json`, and `/api/docs`: the page to read it on. It loads nothing from outside.

use std::sync::{Arc, LazyLock};

use actix_web::{
    HttpResponse, HttpResponseBuilder, Resource, Route, guard,
    http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, ContentType},
    web::{self, Bytes},
};
use utoipa_swagger_ui::Config;
use web_common::Problem;

use crate::{answer::Answer, routes};

/// The page itself. What it needs comes from beside it.
const PAGE: &str = include_str!("page.html");

/// How the page begins: `swagger-initializer.js`, without anything of the viewer's own default.
const START: &str = include_str!("page.js");

/// The viewer sets styles of its own by script; it runs and loads only what this server has.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
                      img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'none'; \
                      base-uri 'none'; frame-ancestors 'none'";

/// The document, written once for all workers.
static DOCUMENT: LazyLock<Bytes> = LazyLock::new(|| Bytes::from(super::document().to_string()));

/// The routes beside those of the version.
pub(crate) fn configure(cfg: &mut web::ServiceConfig) {
    cfg.service(at("/openapi.json").route(reading().to(openapi)))
        .service(at("/docs").route(reading().to(page)))
        .service(at("/docs/").route(reading().to(page)))
        .service(at("/docs/{file}").route(reading().to(asset)));
}

fn at(path: &str) -> Resource {
    web::resource(path).default_service(web::to(async || routes::refuse_method("GET, HEAD")))
}

fn reading() -> Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

async fn openapi() -> HttpResponse {
    HttpResponse::Ok()
        .content_type(ContentType::json())
        .insert_header((CACHE_CONTROL, "no-cache"))
        .body(DOCUMENT.clone())
}

async fn page() -> HttpResponse {
    guarded().content_type(ContentType::html()).body(PAGE)
}

async fn asset(file: web::Path<String>) -> Answer {
    if *file == "start.js" {
        return Ok(guarded().content_type("text/javascript; charset=utf-8").body(START));
    }
    let found = utoipa_swagger_ui::serve(&file, Arc::new(Config::from("/api/openapi.json")));
    let found = found.map_err(|error| Problem::internal(error.to_string()))?;
    let found = found.ok_or_else(Problem::not_found)?;
    let mut response = guarded();
    if found.gzpipped {
        response.insert_header((CONTENT_ENCODING, "gzip"));
    }
    Ok(response.content_type(found.content_type).body(found.bytes.into_owned()))
}

fn guarded() -> HttpResponseBuilder {
    let mut response = HttpResponse::Ok();
    response.insert_header((CONTENT_SECURITY_POLICY, POLICY)).insert_header((CACHE_CONTROL, "no-cache"));
    response
}
