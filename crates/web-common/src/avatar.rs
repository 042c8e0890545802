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
        None => etag::strong(&[&"initials", &user.username.as_str(), &display_name, &size.to_be_bytes()]),
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
            let drawn = state.media.initials(user.username.as_str(), &display_name, size);
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

#[cfg(test)]
mod tests {
    use actix_web::{body::to_bytes, http::StatusCode, test::TestRequest};
    use domain::memory::{MemoryStore, SharedStore};

    use super::*;
    use crate::testing;

    async fn asked(
        picture: Option<&str>,
        size: Option<u16>,
        known: Option<&str>,
    ) -> Result<HttpResponse, Problem> {
        let store = SharedStore::new(MemoryStore::with(&["ana"]));
        let ana = User { avatar: picture.map(str::to_owned), ..store.lock().someone("ana") };
        let mut request = TestRequest::default();
        if let Some(known) = known {
            request = request.insert_header(("If-None-Match", known));
        }
        avatar(&testing::state(&store), &ana, size, &request.to_http_request()).await
    }

    fn header<'a>(response: &'a HttpResponse, name: &str) -> &'a str {
        response.headers().get(name).map_or("", |value| value.to_str().expect("ascii"))
    }

    #[actix_web::test]
    async fn a_picture_is_given_in_the_size_asked_for() {
        let response = asked(Some("one.png"), Some(256), None).await.expect("a picture");

        assert_eq!(header(&response, "Content-Type"), "image/png");
        assert_eq!(header(&response, "X-Content-Type-Options"), "nosniff");
        assert_eq!(to_bytes(response.into_body()).await.expect("bytes"), "256 pixels");
        let error = asked(Some("one.png"), Some(100), None).await.expect_err("no such size");
        assert_eq!((error.status.as_u16(), error.errors[0].field.as_str()), (422, "size"));
    }

    #[actix_web::test]
    async fn who_has_none_gets_initials_that_can_do_nothing() {
        for picture in [None, Some("lost.png")] {
            let response = asked(picture, None, None).await.expect("a drawing");

            assert_eq!(header(&response, "Content-Type"), "image/svg+xml");
            assert!(header(&response, "Content-Security-Policy").contains("sandbox"));
            assert_eq!(to_bytes(response.into_body()).await.expect("bytes"), "<svg>ana 96</svg>");
        }
    }

    #[actix_web::test]
    async fn who_has_it_is_not_sent_it_again() {
        for picture in [None, Some("one.png")] {
            let first = asked(picture, Some(48), None).await.expect("a picture");
            let etag = header(&first, "ETag").to_owned();

            let again = asked(picture, Some(48), Some(&etag)).await.expect("an answer");

            assert_eq!((again.status(), header(&again, "ETag")), (StatusCode::NOT_MODIFIED, etag.as_str()));
        }
    }
}
