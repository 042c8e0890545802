//! JSON bodies: read strictly, refused so that the caller can tell what to mend.

use std::ops::Deref;

use actix_web::{
    Error, FromRequest, HttpMessage, HttpRequest,
    dev::Payload,
    http::{StatusCode, header::CONTENT_LENGTH},
    web::BytesMut,
};
use domain::Invalid;
use futures_util::{StreamExt, future::LocalBoxFuture};
use serde::de::DeserializeOwned;

use crate::{FieldError, Problem};

/// The most bytes a JSON body may have: 256 KiB.
pub const JSON_BYTES: usize = 256 * 1024;

/// A JSON body. Refused with 415 when it is said to be something else, 413 when it is too large, 400 when it is not
/// JSON, and 422 with the field when it is not what `T` wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Json<T>(pub T);

impl<T> Json<T> {
    /// What was in it.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> Deref for Json<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for Json<T> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self, Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_json = is_json(request);
        let announced = announced_length(request);
        let mut payload = payload.take();
        Box::pin(async move {
            if !is_json {
                return Err(wrong_media_type().into());
            }
            if announced > JSON_BYTES {
                return Err(too_large(JSON_BYTES).into());
            }
            let mut body = BytesMut::with_capacity(announced);
            while let Some(chunk) = payload.next().await {
                let chunk = chunk?;
                if body.len() + chunk.len() > JSON_BYTES {
                    return Err(too_large(JSON_BYTES).into());
                }
                body.extend_from_slice(&chunk);
            }
            Ok(Self(parse(&body)?))
        })
    }
}

/// Reads `T` from the text of a JSON value.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| refusal(&error))?;
    json.end().map_err(|error| malformed(&error))?;
    Ok(value)
}

/// Reads `T` from a JSON value.
pub(crate) fn from_value<T: DeserializeOwned>(value: serde_json::Value) -> Result<T, Problem> {
    serde_path_to_error::deserialize(value).map_err(|error| refusal(&error))
}

/// 413, with the bound.
pub fn too_large(limit: usize) -> Problem {
    let detail = format!("The body is too large: at most {limit} bytes.");
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", detail)
}

/// 415, with what would do.
pub(crate) fn wrong_media_type() -> Problem {
    let detail = "The body must be JSON, with Content-Type: application/json.";
    Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", detail)
}

pub(crate) fn malformed(error: &serde_json::Error) -> Problem {
    Problem::malformed(format!("The body is not JSON: {error}."))
}

fn refusal(error: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    if error.inner().is_data() {
        Problem::invalid(vec![field_error(&path(error.path()), &error.inner().to_string())])
    } else {
        malformed(error.inner())
    }
}

/// The path to a value, as people write it; empty for the whole body.
fn path(path: &serde_path_to_error::Path) -> String {
    let path = path.to_string();
    if path == "." { String::new() } else { path }
}

/// What serde says of a value that is JSON but not what was wanted. Its words are the only place where it tells which
/// field is missing or unknown.
pub(crate) fn field_error(path: &str, said: &str) -> FieldError {
    let said = said.split(" at line ").next().unwrap_or(said);
    let named = said.split('`').nth(1).unwrap_or_default();
    let (field, code) = match said.split('`').next().unwrap_or_default().trim() {
        "missing field" => (below(path, named), "required"),
        "unknown field" => (below(path, named), "unknown_field"),
        "duplicate field" => (below(path, named), "duplicate_field"),
        "unknown variant" => (path.to_owned(), "invalid_value"),
        words if words.starts_with("invalid type") => (path.to_owned(), "invalid_type"),
        _ => (path.to_owned(), "invalid_value"),
    };
    let field = if field.is_empty() { "body".to_owned() } else { field };
    FieldError::new(field, Invalid::new(code, said.replace('`', "\"")))
}

/// `name` in what `path` leads to, which may name it already.
fn below(path: &str, name: &str) -> String {
    if path.is_empty() || path == name {
        name.to_owned()
    } else if path.ends_with(&format!(".{name}")) {
        path.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

fn is_json(request: &HttpRequest) -> bool {
    match request.mime_type() {
        Ok(Some(mime)) => mime.subtype() == "json" || mime.suffix().is_some_and(|suffix| suffix == "json"),
        Ok(None) | Err(_) => false,
    }
}

fn announced_length(request: &HttpRequest) -> usize {
    let length = request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    length.and_then(|length| length.parse().ok()).unwrap_or(0)
}
