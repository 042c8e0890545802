//! JSON bodies.

use std::marker::PhantomData;

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::{StatusCode, header},
    web::{self, Bytes},
};
use domain::Invalid;
use futures_util::future::{FutureExt, LocalBoxFuture};
use serde_json::Value;
use web_common::{
    FieldError, Problem,
    input::{fields::Raw, read},
};

use super::Input;

/// The most bytes a JSON body may have: 256 KiB.
const MAX_BYTES: usize = 256 * 1024;

/// A JSON body. It is read when the handler asks for it, so that who may not call at all learns that first.
pub(crate) struct Json<T> {
    bytes: Result<Bytes, Problem>,
    of: PhantomData<T>,
}

impl<T: Input> Json<T> {
    /// What the body says.
    ///
    /// Refused with 400 when it is no JSON, 413 when it is too large, 415 when it does not claim to be JSON, and
    /// 422 with every field that can't be taken.
    pub(crate) fn read(self) -> Result<T::Parsed, Problem> {
        let value: Value = serde_json::from_slice(&self.bytes?)
            .map_err(|error| Problem::malformed(format!("The body is not JSON: {error}.")))?;
        let Value::Object(map) = value else {
            let refusal = Invalid::new("wrong_type", "must be a JSON object");
            return Err(Problem::invalid(vec![FieldError::new("body", refusal)]));
        };
        read(map.into_iter().map(|(name, value)| (name, Raw::Json(value))), T::parse)
    }
}

impl<T: 'static> FromRequest for Json<T> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_json = claims_json(request);
        let body = web::Payload::from_request(request, payload);
        async move {
            let bytes = if is_json { collect(body.await).await } else { Err(wrong_type()) };
            Ok(Self { bytes, of: PhantomData })
        }
        .boxed_local()
    }
}

async fn collect(body: actix_web::Result<web::Payload>) -> Result<Bytes, Problem> {
    let body = body.map_err(|error| Problem::malformed(error.to_string()))?;
    match body.to_bytes_limited(MAX_BYTES).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(_)) => Err(Problem::malformed("The body ended early.")),
        Err(_) => Err(too_large(MAX_BYTES)),
    }
}

fn claims_json(request: &HttpRequest) -> bool {
    let claimed = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    claimed.and_then(|claimed| claimed.split(';').next()).is_some_and(|essence| {
        let essence = essence.trim().to_ascii_lowercase();
        essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
    })
}

fn wrong_type() -> Problem {
    Problem::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "unsupported-media-type",
        "Send JSON, with the header `Content-Type: application/json`.",
    )
}

/// 413: more than `limit` bytes.
pub(crate) fn too_large(limit: usize) -> Problem {
    let detail = format!("The body has more than {limit} bytes.");
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", detail)
}
