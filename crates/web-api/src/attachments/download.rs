//! Fetching a file, whole or in part (RFC 9110, 14), or its thumbnail.

use actix_web::{
    HttpMessage, HttpRequest, HttpResponse, HttpResponseBuilder,
    http::{
        Method, StatusCode,
        header::{
            ACCEPT_RANGES, ByteRangeSpec, CACHE_CONTROL, CONTENT_RANGE, CONTENT_SECURITY_POLICY, ETag,
            IF_RANGE, Range, X_CONTENT_TYPE_OPTIONS,
        },
    },
    route, web,
};
use domain::{AttachmentId, attachments::Attachment};
use serde::Deserialize;
use utoipa::IntoParams;
use web_common::{Problem, State, etag};

use super::{naming::disposition, sending::Reader};
use crate::{answer::Answer, openapi::RangeNotSatisfiable, tokens::Bearer};

/// One file.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct AttachmentPath {
    /// The file's id.
    #[param(minimum = 1, maximum = 9007199254740991_i64, example = 301)]
    id: i64,
}

impl AttachmentPath {
    fn id(&self) -> AttachmentId {
        AttachmentId::new(self.id)
    }
}

/// Get a file
///
/// Only for those who can read a message that carries it; until the first one does, for who uploaded it.
#[utoipa::path(
    get,
    tag = "Attachments",
    params(AttachmentPath, ("Range" = Option<String>, Header, nullable = false, description = "A part of it: `bytes=0-1023`.")),
    responses(
        (status = 200, description = "The file.", body = Vec<u8>, content_type = "*/*",
            headers(("ETag" = String, description = "Send it as `If-None-Match` or `If-Range`."))),
        (status = 206, description = "The part asked for.", body = Vec<u8>,
            content_type = "*/*",
            headers(("Content-Range" = String, description = "Which part: `bytes 0-1023/48213`."))),
        (status = 416, response = RangeNotSatisfiable),
    ),
)]
#[route("/attachments/{id}", method = "GET", method = "HEAD")]
pub(crate) async fn get_attachment(
    state: web::Data<State>,
    caller: Bearer,
    path: web::Path<AttachmentPath>,
    request: HttpRequest,
) -> Answer {
    let reader = Reader { state, by: caller.0, id: path.id() };
    let file = reader.find().await?;
    let etag = etag::strong(&[&file.key]);
    if etag::not_modified(&request, &etag) {
        return Ok(headed(HttpResponse::NotModified(), &file, etag).finish());
    }
    let total = u64::try_from(file.bytes).unwrap_or_default();
    let part = wanted(&request, &etag).map(|part| part.to_satisfiable_range(total));
    let (mut response, range) = match part {
        None => (HttpResponse::Ok(), 0..total),
        Some(Some((from, to))) => (partial(from, to, total), from..to + 1),
        Some(None) => return Ok(beyond(total)),
    };
    let opened = reader.open(&request, &file.key, Some(range.clone())).await?;
    if opened.size != total {
        return Err(damaged(&file, opened.size));
    }
    response.insert_header((ACCEPT_RANGES, "bytes"));
    Ok(headed(response, &file, etag).body(reader.body(opened, range.end - range.start)))
}

/// Get a thumbnail
///
/// Of a picture, for those who may get the picture.
#[utoipa::path(
    get,
    tag = "Attachments", params(AttachmentPath),
    responses((status = 200, description = "The small picture.", content((Vec<u8> = "image/png"), (Vec<u8> = "image/jpeg")),
        headers(("ETag" = String, description = "Send it as `If-None-Match`.")))),
)]
#[route("/attachments/{id}/thumbnail", method = "GET", method = "HEAD")]
pub(crate) async fn get_thumbnail(
    state: web::Data<State>,
    caller: Bearer,
    path: web::Path<AttachmentPath>,
    request: HttpRequest,
) -> Answer {
    let reader = Reader { state, by: caller.0, id: path.id() };
    let mut file = reader.find().await?;
    let key = file.thumbnail.take().ok_or_else(Problem::not_found)?;
    let etag = etag::strong(&[&key]);
    file.content_type = picture_type(&key).to_owned();
    if etag::not_modified(&request, &etag) {
        return Ok(headed(HttpResponse::NotModified(), &file, etag).finish());
    }
    // Too small for parts: the whole, whatever `Range` asks for.
    let opened = reader.open(&request, &key, None).await?;
    let size = opened.size;
    Ok(headed(HttpResponse::Ok(), &file, etag).body(reader.body(opened, size)))
}

fn partial(from: u64, to: u64, total: u64) -> HttpResponseBuilder {
    let mut response = HttpResponse::PartialContent();
    response.insert_header((CONTENT_RANGE, format!("bytes {from}-{to}/{total}")));
    response
}

/// No byte that was asked for is there.
fn beyond(total: u64) -> HttpResponse {
    let problem = Problem::new(
        StatusCode::RANGE_NOT_SATISFIABLE,
        "range-not-satisfiable",
        format!("The file has {total} bytes."),
    );
    let mut response = actix_web::ResponseError::error_response(&problem);
    if let Ok(range) = format!("bytes */{total}").parse() {
        response.headers_mut().insert(CONTENT_RANGE, range);
    }
    response
}

/// What is kept is not what was noted: nothing of it is sent, rather than something under a wrong length.
fn damaged(file: &Attachment, size: u64) -> Problem {
    Problem::internal(format!("{} has {size} bytes and had {}", file.key, file.bytes))
}

/// The one part that is asked for. Only GET knows parts (RFC 9110, 14.2).
fn wanted(request: &HttpRequest, etag: &ETag) -> Option<ByteRangeSpec> {
    if request.method() != Method::GET || !is_of_this(request, etag) {
        return None;
    }
    match request.get_header::<Range>()? {
        Range::Bytes(parts) => <[_; 1]>::try_from(parts).ok().map(|[part]| part),
        Range::Unregistered(..) => None,
    }
}

/// Whether a part would go on what the client has: without `If-Range`, it says so.
fn is_of_this(request: &HttpRequest, etag: &ETag) -> bool {
    let known = request.headers().get(IF_RANGE);
    known.is_none_or(|known| known.to_str().is_ok_and(|known| known == etag.0.to_string()))
}

fn headed(mut response: HttpResponseBuilder, file: &Attachment, etag: ETag) -> HttpResponseBuilder {
    response
        .insert_header(etag)
        .insert_header((CACHE_CONTROL, "private, no-cache"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"))
        .insert_header(disposition(&file.filename, &file.content_type))
        .content_type(file.content_type.as_str());
    response
}

/// What a thumbnail is, by the end of its name; the media store makes no others.
fn picture_type(key: &str) -> &'static str {
    if key.ends_with(".png") { "image/png" } else { "image/jpeg" }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn asked(range: &str) -> Option<Option<(u64, u64)>> {
        let request = TestRequest::default().insert_header(("Range", range)).to_http_request();
        wanted(&request, &etag::strong(&[&"k"])).map(|part| part.to_satisfiable_range(10))
    }

    #[test]
    fn a_part_is_given_where_it_is_there() {
        assert_eq!(asked("bytes=2-4"), Some(Some((2, 4))));
        assert_eq!(asked("bytes=-3"), Some(Some((7, 9))));
        assert_eq!(asked("bytes=8-99"), Some(Some((8, 9))));
        assert_eq!(asked("bytes=10-"), Some(None));
        assert_eq!(asked("bytes=0-1,3-4"), None);
        assert_eq!(asked("pages=1"), None);
    }
}
