//! Refusals on their way out: one shape for both web adapters, after RFC 9457.

use std::{borrow::Cow, fmt};

use actix_web::{HttpResponse, ResponseError, http::StatusCode};
use domain::{Fact, Invalid, Kind};
use serde::Serialize;

use crate::request::request_id;

/// One field that can't be taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// Which field of the body or query.
    pub field: String,
    /// A stable code, such as `taken` or `too_long`.
    pub code: Cow<'static, str>,
    /// What is wrong with it, for people.
    pub message: String,
}

impl FieldError {
    /// What is wrong with `field`.
    pub fn new(field: impl Into<String>, invalid: Invalid) -> Self {
        Self { field: field.into(), code: Cow::Borrowed(invalid.code), message: invalid.message }
    }
}

/// Why a request is not answered as asked. What the caller may know of it is in here; what only the log may
/// know is [`cause`](Self::cause).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The HTTP status.
    pub status: StatusCode,
    /// A stable name, such as `not-a-member`.
    pub code: Cow<'static, str>,
    /// What happened this time, for people.
    pub detail: String,
    /// For invalid input: the fields.
    pub errors: Vec<FieldError>,
    /// In how many seconds trying again makes sense.
    pub retry_after: Option<u64>,
    /// For the log only.
    pub cause: Option<String>,
}

impl Problem {
    /// A refusal with a status, a stable name and a sentence.
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            status,
            code: Cow::Borrowed(code),
            detail: detail.into(),
            errors: Vec::new(),
            retry_after: None,
            cause: None,
        }
    }

    /// 401: nobody, or nobody any more.
    pub fn unauthenticated() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthenticated", "Sign in first.")
    }

    /// 404: not there, or not to be seen by this caller.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", "There is nothing here.")
    }

    /// 400: what came can't be read at all.
    pub fn malformed(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "malformed", detail)
    }

    /// 422: fields that can't be taken.
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        let detail = match errors.as_slice() {
            [one] => format!("{}: {}.", one.field, one.message),
            several => format!("{} fields can't be taken.", several.len()),
        };
        Self { errors, ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", detail) }
    }

    /// 429: too many, try again in so many seconds.
    pub fn throttled(retry_after: u64) -> Self {
        let detail = format!("Too many requests: try again in {retry_after} s.");
        let problem = Self::new(StatusCode::TOO_MANY_REQUESTS, "throttled", detail);
        Self { retry_after: Some(retry_after), ..problem }
    }

    /// 500: a fault of Natter's own; the cause is for the log.
    pub fn internal(cause: impl Into<String>) -> Self {
        let problem = Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "Something went wrong here. It was noted.",
        );
        Self { cause: Some(cause.into()), ..problem }
    }

    /// The stable URI reference of this kind of problem.
    pub fn type_uri(&self) -> String {
        format!("/problems/{}", self.code)
    }

    /// A short name of this kind of problem, the same every time.
    pub fn title(&self) -> String {
        let words = self.code.replace('-', " ");
        let mut chars = words.chars();
        chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
    }

    /// As `application/problem+json` (RFC 9457).
    pub fn to_json(&self, request_id: Option<&str>) -> serde_json::Value {
        let mut json = serde_json::json!({
            "type": self.type_uri(),
            "title": self.title(),
            "status": self.status.as_u16(),
            "detail": self.detail,
            "request_id": request_id,
        });
        if !self.errors.is_empty() {
            json["errors"] = serde_json::json!(self.errors);
        }
        // Beside the header, for who has no headers at hand: over a live socket there are none.
        if let Some(seconds) = self.retry_after {
            json["retry_after"] = serde_json::json!(seconds);
        }
        json
    }

    /// The response, with the id of the request it answers.
    pub fn to_response(&self, request_id: Option<&str>) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        response.content_type("application/problem+json");
        if let Some(seconds) = self.retry_after {
            response.insert_header(("Retry-After", seconds.to_string()));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            response.insert_header(("WWW-Authenticate", "Bearer"));
        }
        // Only live sockets ask for an upgrade (RFC 9110 §15.5.22, RFC 6455 §4.4).
        if self.status == StatusCode::UPGRADE_REQUIRED {
            response.insert_header(("Upgrade", "websocket")).insert_header(("Sec-WebSocket-Version", "13"));
        }
        let mut response = response.body(self.to_json(request_id).to_string());
        if self.cause.is_some() {
            response.extensions_mut().insert(self.clone());
        }
        response
    }
}

impl<E: Fact> From<E> for Problem {
    fn from(error: E) -> Self {
        let detail = format!("{}.", capitalised(&error.to_string()));
        let status = match error.kind() {
            Kind::NotFound => return Self::not_found(),
            Kind::Forbidden => StatusCode::FORBIDDEN,
            Kind::Conflict => StatusCode::CONFLICT,
            Kind::Unauthenticated => StatusCode::UNAUTHORIZED,
            Kind::Invalid => {
                let fields = error.fields();
                return Self::invalid(
                    fields.into_iter().map(|(field, invalid)| FieldError::new(field, invalid)).collect(),
                );
            }
            Kind::Unavailable => {
                let detail = "This can't be done right now: try again in a moment.";
                return Self {
                    retry_after: Some(1),
                    cause: Some(error.to_string()),
                    ..Self::new(StatusCode::SERVICE_UNAVAILABLE, error.code(), detail)
                };
            }
            Kind::Internal => return Self::internal(error.to_string()),
        };
        Self::new(status, error.code(), detail)
    }
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.status.as_u16(), self.code, self.detail)
    }
}

/// Handlers of the API answer with a problem as it is; those of the site make a page of it.
impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        self.to_response(request_id().as_deref())
    }
}
