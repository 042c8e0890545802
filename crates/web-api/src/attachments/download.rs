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
    route,
    web::{self, Bytes},
};
use domain::{
    AttachmentId,
    attachments::{Attachment, files},
};
use serde::Deserialize;
use utoipa::IntoParams;
use web_common::{Problem, State, etag};

use super::naming::disposition;
use crate::{answer::Answer, openapi::RangeNotSatisfiable, tokens::Bearer};

/// One file.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct AttachmentPath {
    /// The file's id.
    #[param(minimum = 1, maximum = 9007199254740991_i64, example = 301)]
    id: i64,
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
    let file = find(&state, caller, &path).await?;
    let etag = etag::strong(&[&file.key]);
    if etag::not_modified(&request, &etag) {
        return Ok(headed(HttpResponse::NotModified(), &file, etag).finish());
    }
    let bytes = state.media.file(&file.key).await?.ok_or_else(Problem::not_found)?;
    Ok(part(&request, &file, etag, bytes))
}

/// Get a thumbnail
///
/// Of a picture, for those who may get the picture.
#[utoipa::path(
    get,
    tag = "Attachments", params(AttachmentPath),
    responses((status = 200, description = "The small picture.", content((Vec<u8> = "image/png"), (Vec<u8> = "image/jpeg"), (Vec<u8> = "image/webp")),
        headers(("ETag" = String, description = "Send it as `If-None-Match`.")))),
)]
#[route("/attachments/{id}/thumbnail", method = "GET", method = "HEAD")]
pub(crate) async fn get_thumbnail(
    state: web::Data<State>,
    caller: Bearer,
    path: web::Path<AttachmentPath>,
    request: HttpRequest,
) -> Answer {
    let mut file = find(&state, caller, &path).await?;
    let key = file.thumbnail.clone().ok_or_else(Problem::not_found)?;
    let etag = etag::strong(&[&key]);
    let bytes = state.media.file(&key).await?.ok_or_else(Problem::not_found)?;
    file.content_type = picture_type(&bytes).to_owned();
    if etag::not_modified(&request, &etag) {
        return Ok(headed(HttpResponse::NotModified(), &file, etag).finish());
    }
    // Too small for parts: the whole, whatever `Range` asks for.
    Ok(headed(HttpResponse::Ok(), &file, etag).body(bytes))
}

/// Asked anew each time: what was readable a moment ago may not be any more.
async fn find(state: &State, caller: Bearer, path: &AttachmentPath) -> Result<Attachment, Problem> {
    let (by, id) = (caller.0, AttachmentId::new(path.id));
    Ok(state.store.read(move |reads| files::find(reads, &by, id)).await?)
}

/// The whole, or the one part that is asked for; several parts at once are answered with the whole.
fn part(request: &HttpRequest, file: &Attachment, etag: ETag, bytes: Bytes) -> HttpResponse {
    let total = bytes.len() as u64;
    let Some(part) = wanted(request, &etag) else {
        return headed(HttpResponse::Ok(), file, etag).insert_header((ACCEPT_RANGES, "bytes")).body(bytes);
    };
    match part.to_satisfiable_range(total) {
        Some((from, to)) => headed(HttpResponse::PartialContent(), file, etag)
            .insert_header((ACCEPT_RANGES, "bytes"))
            .insert_header((CONTENT_RANGE, format!("bytes {from}-{to}/{total}")))
            .body(bytes.slice(index(from)..=index(to))),
        None => {
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
    }
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

fn index(position: u64) -> usize {
    usize::try_from(position).unwrap_or(usize::MAX)
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

/// What a thumbnail is, from its first bytes; the media store makes no others.
fn picture_type(bytes: &[u8]) -> &'static str {
    match bytes {
        [0x89, b'P', b'N', b'G', ..] => "image/png",
        [0xff, 0xd8, ..] => "image/jpeg",
        _ => "image/webp",
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use domain::Timestamp;

    use super::*;

    fn file(filename: &str, content_type: &str) -> Attachment {
        Attachment {
            id: AttachmentId::new(1),
            owner: None,
            filename: filename.to_owned(),
            content_type: content_type.to_owned(),
            bytes: 10,
            size: None,
            key: "k".to_owned(),
            thumbnail: None,
            created_at: Timestamp::default(),
        }
    }

    fn asked(range: &str) -> (u16, Option<String>) {
        let request = TestRequest::default().insert_header(("Range", range)).to_http_request();
        let response = part(
            &request,
            &file("a", "text/plain"),
            etag::strong(&[&"k"]),
            Bytes::from_static(b"0123456789"),
        );
        let range = response.headers().get(CONTENT_RANGE).map(|range| range.to_str().unwrap().to_owned());
        (response.status().as_u16(), range)
    }

    #[test]
    fn a_part_is_given_where_it_is_there() {
        assert_eq!(asked("bytes=2-4"), (206, Some("bytes 2-4/10".to_owned())));
        assert_eq!(asked("bytes=-3"), (206, Some("bytes 7-9/10".to_owned())));
        assert_eq!(asked("bytes=8-99"), (206, Some("bytes 8-9/10".to_owned())));
        assert_eq!(asked("bytes=10-"), (416, Some("bytes */10".to_owned())));
        assert_eq!(asked("bytes=0-1,3-4"), (200, None));
        assert_eq!(asked("pages=1"), (200, None));
    }
}
