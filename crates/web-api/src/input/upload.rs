//! Uploaded files, whole and of bounded size.

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::{
    HttpRequest,
    http::{
        StatusCode,
        header::{self, ContentDisposition},
    },
    web::{self, Bytes, BytesMut},
};
use domain::Invalid;
use futures_util::{StreamExt, TryStreamExt};
use serde::Deserialize;
use utoipa::ToSchema;
use web_common::{FieldError, Problem, media::MediaError};

use super::json::too_large;

/// A file in a form.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
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
    let mut file = None;
    while let Some(mut field) = form.try_next().await.map_err(malformed)? {
        match field.name().unwrap_or_default() {
            "file" if file.is_none() => file = Some(collect(&mut field, max).await?),
            "file" => return Err(refused_field("file", Invalid::new("too_many", "must be one file"))),
            other => {
                let unknown = Invalid::new("unknown_field", "is not a field of this request");
                return Err(refused_field(other, unknown));
            }
        }
    }
    file.ok_or_else(|| refused_field("file", Invalid::new("required", "is missing")))
}

fn refused_field(name: &str, invalid: Invalid) -> Problem {
    Problem::invalid(vec![FieldError::new(name, invalid)])
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
    let filename = field.content_disposition().and_then(name_in).unwrap_or_default();
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

/// What a file is called. RFC 7578 (4.2) tells clients not to send `filename*`; many do for names that are not ASCII,
/// and some send nothing else.
fn name_in(disposition: &ContentDisposition) -> Option<String> {
    let in_full =
        disposition.get_filename_ext().map(|name| String::from_utf8_lossy(&name.value).into_owned());
    in_full.or_else(|| disposition.get_filename().map(str::to_owned))
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
