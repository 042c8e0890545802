//! Whether a client has the newest already: `ETag` and `If-None-Match` (RFC 9110, 8.8.3 and 13.1.2).

use actix_web::{
    HttpMessage, HttpRequest,
    http::header::{ETag, EntityTag, Header, IfNoneMatch},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

/// A tag for what says the same whenever `parts` are the same, if not byte by byte.
pub fn weak(parts: &[&dyn AsRef<[u8]>]) -> ETag {
    ETag(EntityTag::new_weak(digest(parts)))
}

/// A tag for what is the same byte by byte whenever `parts` are the same.
pub fn strong(parts: &[&dyn AsRef<[u8]>]) -> ETag {
    ETag(EntityTag::new_strong(digest(parts)))
}

/// Whether the client has what `etag` stands for already, so that 304 is the answer.
pub fn not_modified(request: &HttpRequest, etag: &ETag) -> bool {
    if !request.headers().contains_key(IfNoneMatch::name()) {
        return false;
    }
    match request.get_header::<IfNoneMatch>() {
        Some(IfNoneMatch::Any) => true,
        Some(IfNoneMatch::Items(known)) => known.iter().any(|known| known.weak_eq(&etag.0)),
        None => false,
    }
}

/// 128 bits of a digest over the parts, each with its length, so that no two lists of parts read the same.
fn digest(parts: &[&dyn AsRef<[u8]>]) -> String {
    let mut sha = Sha256::new();
    for part in parts {
        let bytes = (*part).as_ref();
        sha.update((bytes.len() as u64).to_be_bytes());
        sha.update(bytes);
    }
    URL_SAFE_NO_PAD.encode(&sha.finalize()[..16])
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn asked_with(known: &str) -> HttpRequest {
        TestRequest::default().insert_header(("If-None-Match", known)).to_http_request()
    }

    #[test]
    fn a_client_that_has_it_is_not_sent_it_again() {
        let etag = weak(&[&"chat", &"7"]);
        let written = etag.0.to_string();

        assert!(not_modified(&asked_with(&written), &etag));
        assert!(not_modified(&asked_with(&format!("\"other\", {written}")), &etag));
        assert!(not_modified(&asked_with("*"), &etag));
        assert!(not_modified(&asked_with(written.trim_start_matches("W/")), &etag), "compared weakly");
    }

    #[test]
    fn a_client_with_something_else_or_nothing_is() {
        let etag = strong(&[&"chat", &"7"]);

        assert!(!not_modified(&asked_with("\"other\""), &etag));
        assert!(!not_modified(&asked_with("nonsense"), &etag));
        assert!(!not_modified(&TestRequest::default().to_http_request(), &etag));
    }

    #[test]
    fn parts_do_not_run_into_each_other() {
        assert_ne!(weak(&[&"ab", &"c"]).0, weak(&[&"a", &"bc"]).0);
        assert_ne!(weak(&[&"a"]).0, strong(&[&"a"]).0);
    }
}
