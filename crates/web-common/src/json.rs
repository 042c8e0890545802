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
    serde_path_to_error::deserialize(value)
        .map_err(|error: serde_path_to_error::Error<serde_json::Error>| invalid(&error))
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
    if error.inner().is_data() { invalid(error) } else { malformed(error.inner()) }
}

fn invalid(error: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    Problem::invalid(vec![field_error(&path(error.path()), &error.inner().to_string(), "body")])
}

/// The path to a value, as people write it; empty for the whole body.
fn path(path: &serde_path_to_error::Path) -> String {
    let path = path.to_string();
    if path == "." { String::new() } else { path }
}

/// What serde says of a value that is JSON but not what was wanted. Its words are the only place where it tells which
/// field is missing or unknown. `whole` names what the fields are in.
pub(crate) fn field_error(path: &str, said: &str, whole: &str) -> FieldError {
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
    let field = if field.is_empty() { whole.to_owned() } else { field };
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

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize, PartialEq, Eq)]
    #[serde(deny_unknown_fields)]
    struct Chat {
        name: String,
        #[serde(default)]
        members: Vec<String>,
        #[serde(default)]
        owner: Option<Owner>,
    }

    #[derive(Debug, Deserialize, PartialEq, Eq)]
    #[serde(deny_unknown_fields)]
    struct Owner {
        id: i64,
    }

    fn refused(body: &str) -> (u16, Vec<(String, String)>) {
        let problem = parse::<Chat>(body.as_bytes()).expect_err(body);
        let errors = problem.errors.into_iter().map(|error| (error.field, error.code.into_owned()));
        (problem.status.as_u16(), errors.collect())
    }

    fn about(field: &str, code: &str) -> (u16, Vec<(String, String)>) {
        (422, vec![(field.to_owned(), code.to_owned())])
    }

    #[test]
    fn a_mistake_is_told_with_its_field() {
        assert_eq!(refused(r#"{"members": []}"#), about("name", "required"));
        assert_eq!(refused(r#"{"name": 7}"#), about("name", "invalid_type"));
        assert_eq!(refused(r#"{"name": "a", "nmae": "b"}"#), about("nmae", "unknown_field"));
        assert_eq!(refused(r#"{"name": "a", "name": "b"}"#), about("name", "duplicate_field"));
        assert_eq!(refused(r#"{"name": "a", "members": ["x", 1]}"#), about("members[1]", "invalid_type"));
        assert_eq!(refused(r#"{"name": "a", "owner": {"id": "x"}}"#), about("owner.id", "invalid_type"));
        assert_eq!(refused(r#"{"name": "a", "owner": {"idd": 1}}"#), about("owner.idd", "unknown_field"));
        assert_eq!(refused(r#"{"name": "a", "owner": {}}"#), about("owner.id", "required"));
        assert_eq!(refused("7"), about("body", "invalid_type"));
    }

    #[test]
    fn what_is_not_json_is_malformed() {
        for body in ["", "{", "name=a", "{\"name\": \"a\"} x", "{'name': 'a'}", "\u{feff}{}"] {
            assert_eq!(refused(body).0, 400, "{body}");
        }
        assert_eq!(parse::<Chat>(b"{\"name\": \"\xff\"}").expect_err("no UTF-8").status.as_u16(), 400);
        assert_eq!(
            refused(&format!("{{\"name\": {}", "[".repeat(100_000))).0,
            422,
            "refused before it is deep"
        );
    }

    async fn extracted(request: TestRequest) -> Result<Chat, u16> {
        let (request, mut payload) = request.to_http_parts();
        let taken = Json::<Chat>::from_request(&request, &mut payload).await;
        taken.map(Json::into_inner).map_err(|error| error.as_response_error().status_code().as_u16())
    }

    #[actix_web::test]
    async fn a_body_is_json_of_bounded_size() {
        let body = || TestRequest::post().set_payload(r#"{"name": "a"}"#);
        let chat = Chat { name: "a".to_owned(), members: Vec::new(), owner: None };

        for kind in ["application/json", "application/json; charset=utf-8", "application/merge-patch+json"] {
            assert_eq!(extracted(body().insert_header(("Content-Type", kind))).await.as_ref(), Ok(&chat));
        }
        for kind in ["text/plain", "application/x-www-form-urlencoded", ""] {
            assert_eq!(extracted(body().insert_header(("Content-Type", kind))).await, Err(415), "{kind}");
        }
        assert_eq!(extracted(body()).await, Err(415));
        let json = TestRequest::post().insert_header(("Content-Type", "application/json"));
        assert_eq!(extracted(json.set_payload(vec![b' '; JSON_BYTES + 1])).await, Err(413));
    }
}
