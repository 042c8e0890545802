//! What a form is answered with: a page for people, little for scripts.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{self, ContentType},
    },
    web::Query,
};

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

/// A page. It may be shown again without asking only as long as nothing changed.
pub fn page(status: StatusCode, html: String) -> HttpResponse {
    HttpResponse::build(status)
        .content_type(ContentType::html())
        .insert_header((header::CACHE_CONTROL, "private, no-cache"))
        .body(html)
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
