//! Uploaded files, whole and of bounded size.

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::{
    HttpRequest,
    http::{StatusCode, header},
    web::{self, Bytes, BytesMut},
};
use domain::Invalid;
use futures_util::{StreamExt, TryStreamExt};
use utoipa::ToSchema;
use web_common::{FieldError, Problem, media::MediaError};

use super::json::too_large;

/// A file in a form.
#[derive(ToSchema)]
#[schema(as = FileForm)]
#[expect(dead_code, reason = "describes a form for the document")]
pub(crate) struct Form {
    /// The file.
    #[schema(value_type = String, format = Binary, content_media_type = "application/octet-stream")]
    file: Vec<u8>,
}

/// A file as it came.
pub(crate) struct Upload {
    /// What it is called; empty where it was not said.
    pub(crate) filename: String,
    /// What it holds.
    pub(crate) bytes: Bytes,
}

/// The field `file` of a form.
pub(crate) async fn file(request: &HttpRequest, body: web::Payload, max: usize) -> Result<Upload, Problem> {
    if essence(request) != "multipart/form-data" {
        return Err(wrong_type("Send a form: `multipart/form-data` with the field `file`."));
    }
    announced_within(request, max)?;
    let mut form = Multipart::new(request.headers(), body);
    while let Some(mut field) = form.try_next().await.map_err(malformed)? {
        if field.name() == Some("file") {
            return collect(&mut field, max).await;
        }
        while field.try_next().await.map_err(malformed)?.is_some() {}
    }
    Err(Problem::invalid(vec![FieldError::new("file", Invalid::new("required", "is missing"))]))
}

/// A picture: the body itself, or the field `file` of a form.
pub(crate) async fn picture(request: &HttpRequest, body: web::Payload, max: usize) -> Result<Bytes, Problem> {
    let essence = essence(request);
    if essence == "multipart/form-data" {
        return Ok(file(request, body, max).await?.bytes);
    }
    if !essence.starts_with("image/") && essence != "application/octet-stream" {
        return Err(wrong_type("Send the picture as `image/…`, or a form with the field `file`."));
    }
    match body.to_bytes_limited(max).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(_)) => Err(Problem::malformed("The body ended early.")),
        Err(_) => Err(too_large(max)),
    }
}

/// What the media store refused: a file that is too large is 413, as anywhere.
pub(crate) fn refused(error: MediaError) -> Problem {
    match error {
        MediaError::TooLarge(max) => too_large(max),
        error => error.into(),
    }
}

async fn collect(field: &mut Field, max: usize) -> Result<Upload, Problem> {
    let filename = field.content_disposition().and_then(|disposition| disposition.get_filename());
    let filename = filename.unwrap_or_default().to_owned();
    let mut bytes = BytesMut::new();
    while let Some(chunk) = field.next().await {
        let chunk = chunk.map_err(malformed)?;
        if bytes.len() + chunk.len() > max {
            return Err(too_large(max));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(Upload { filename, bytes: bytes.freeze() })
}

/// Refuses what is said to be too large before it is read; the form around the file takes some room.
fn announced_within(request: &HttpRequest, max: usize) -> Result<(), Problem> {
    const AROUND: usize = 64 * 1024;
    let length = request.headers().get(header::CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if length.is_some_and(|length| length > max + AROUND) { Err(too_large(max)) } else { Ok(()) }
}

fn essence(request: &HttpRequest) -> String {
    let claimed = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = claimed.and_then(|claimed| claimed.split(';').next()).unwrap_or_default();
    essence.trim().to_ascii_lowercase()
}

fn wrong_type(detail: &str) -> Problem {
    Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", detail)
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn malformed(error: MultipartError) -> Problem {
    Problem::malformed(format!("The form can't be read: {error}."))
}
