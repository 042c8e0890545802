//! The picture of a person: what was uploaded, else initials.

use actix_web::{HttpRequest, HttpResponse};
use domain::users::User;

use crate::{FieldError, Problem, State, etag};

/// The sizes that are given out, in pixels.
pub const SIZES: [u16; 4] = [48, 96, 256, 512];

/// Answers with the picture of `user`, `size` pixels square: one of [`SIZES`], 96 where nothing is asked for.
pub async fn avatar(
    state: &State,
    user: &User,
    size: Option<u16>,
    request: &HttpRequest,
) -> Result<HttpResponse, Problem> {
    let size = size.unwrap_or(96);
    if !SIZES.contains(&size) {
        let message = "must be 48, 96, 256 or 512".to_owned();
        let error = FieldError { field: "size".to_owned(), code: "out_of_range".into(), message };
        return Err(Problem::invalid(vec![error]));
    }
    let display_name = user.display_name();
    let etag = match &user.avatar {
        Some(name) => etag::strong(&[name, &size.to_be_bytes()]),
        None => etag::strong(&[&"initials", &user.username.as_str(), &display_name]),
    };
    if etag::not_modified(request, &etag) {
        return Ok(headed(HttpResponse::NotModified(), etag).finish());
    }
    let kept = match &user.avatar {
        Some(name) => state.media.avatar(name, size).await?,
        None => None,
    };
    Ok(match kept {
        Some(picture) => {
            headed(HttpResponse::Ok(), etag).content_type(picture.content_type).body(picture.bytes)
        }
        None => {
            let drawn = state.media.initials(user.username.as_str(), &display_name);
            let mut response = headed(HttpResponse::Ok(), etag);
            // A drawing may hold script in general: alone in a tab it must not be able to do anything.
            response.insert_header((
                "Content-Security-Policy",
                "default-src 'none'; style-src 'unsafe-inline'; sandbox",
            ));
            response.content_type("image/svg+xml").body(drawn)
        }
    })
}

fn headed(
    mut response: actix_web::HttpResponseBuilder,
    etag: actix_web::http::header::ETag,
) -> actix_web::HttpResponseBuilder {
    response
        .insert_header(etag)
        // Asked about each time, as the picture may change while its address stays.
        .insert_header(("Cache-Control", "private, no-cache"))
        .insert_header(("X-Content-Type-Options", "nosniff"));
    response
}
