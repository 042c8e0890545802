//! Refusals that nobody put into words yet: those of actix itself.

use actix_web::{
    HttpResponse,
    body::{BodySize, MessageBody},
    http::{
        StatusCode,
        header::{CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING},
    },
};

use crate::Problem;

/// The same refusal as a problem, where it has no words of its own: an empty body, or a line of plain text.
pub(super) fn in_words<B: MessageBody + 'static>(response: &HttpResponse<B>) -> Option<HttpResponse> {
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error()) || !is_wordless(response) {
        return None;
    }
    let said = response.error().map(ToString::to_string);
    let mut told = problem_of(status, said).to_response(crate::request::request_id().as_deref());
    for (name, value) in response.headers() {
        if ![CONTENT_TYPE, CONTENT_LENGTH, TRANSFER_ENCODING].contains(name) {
            told.headers_mut().insert(name.clone(), value.clone());
        }
    }
    Some(told)
}

fn is_wordless<B: MessageBody + 'static>(response: &HttpResponse<B>) -> bool {
    let is_empty = matches!(response.body().size(), BodySize::None | BodySize::Sized(0));
    let is_plain = response.error().is_some()
        && response
            .headers()
            .get(CONTENT_TYPE)
            .is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"));
    is_empty || is_plain
}

/// The problem that a status stands for; `said` is what is known beyond it.
pub(super) fn problem_of(status: StatusCode, said: Option<String>) -> Problem {
    let named = |code, detail: &str| Problem::new(status, code, detail);
    match status {
        StatusCode::UNAUTHORIZED => Problem::unauthenticated(),
        StatusCode::NOT_FOUND => Problem::not_found(),
        StatusCode::FORBIDDEN => named("forbidden", "This is not allowed."),
        StatusCode::METHOD_NOT_ALLOWED => {
            named("method-not-allowed", "What is here can't be asked for in this way.")
        }
        StatusCode::NOT_ACCEPTABLE => named("not-acceptable", "There is nothing here in the form asked for."),
        StatusCode::REQUEST_TIMEOUT => named("request-timeout", "The request took too long to come."),
        StatusCode::PAYLOAD_TOO_LARGE => named("too-large", "The body is too large."),
        StatusCode::URI_TOO_LONG => named("uri-too-long", "The address is too long."),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            named("unsupported-media-type", "The body is of a type that is not taken here.")
        }
        StatusCode::RANGE_NOT_SATISFIABLE => named("range-not-satisfiable", "There are no such bytes."),
        StatusCode::TOO_MANY_REQUESTS => Problem::throttled(1),
        StatusCode::SERVICE_UNAVAILABLE => Problem {
            retry_after: Some(1),
            cause: said,
            ..named("unavailable", "This can't be done right now: try again in a moment.")
        },
        status if status.is_server_error() => {
            Problem { status, ..Problem::internal(said.unwrap_or_else(|| status.to_string())) }
        }
        status => {
            let detail = said.or_else(|| status.canonical_reason().map(str::to_owned)).unwrap_or_default();
            Problem::new(status, "malformed", detail)
        }
    }
}
