//! What a form is answered with: a page for people, little for scripts.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{self, ContentType},
    },
    web::Query,
};
use web_common::etag;

/// The fields of a form, in which a name may stand more than once.
pub fn form_pairs(body: &[u8]) -> Vec<(String, String)> {
    let text = std::str::from_utf8(body).unwrap_or_default();
    Query::<Vec<(String, String)>>::from_query(text).map(Query::into_inner).unwrap_or_default()
}

/// Whether a script asks, which wants JSON and no page.
pub fn to_script(request: &HttpRequest) -> bool {
    let accepted = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
    accepted.is_some_and(|accepted| accepted.starts_with("application/json"))
}

/// A page. A browser asks for it each time, and is sent it only when it changed.
pub fn page(request: &HttpRequest, status: StatusCode, html: String) -> HttpResponse {
    let mut response = HttpResponse::build(status);
    response.insert_header((header::CACHE_CONTROL, "private, no-cache"));
    response.insert_header((header::VARY, "Accept, Cookie"));
    if status == StatusCode::OK {
        let etag = etag::weak(&[&html]);
        response.insert_header(etag.clone());
        if etag::not_modified(request, &etag) {
            return response.status(StatusCode::NOT_MODIFIED).finish();
        }
    }
    response.content_type(ContentType::html()).body(html)
}

/// Leads on to another page.
pub fn see(path: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, path)).finish()
}

/// After something was done: on to the page that shows it; a script is told no more than that.
pub fn done(request: &HttpRequest, path: &str) -> HttpResponse {
    if to_script(request) {
        return HttpResponse::NoContent().finish();
    }
    see(path)
}
