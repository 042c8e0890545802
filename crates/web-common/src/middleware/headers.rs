//! What every response tells the browser to refuse.

use std::rc::Rc;

use actix_web::{
    Error,
    body::{EitherBody, MessageBody},
    dev::{Service, ServiceRequest, ServiceResponse},
    http::header::{
        CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY,
        STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
    },
};

use super::layer::{Layer, layer, with_headers};
use crate::State;

const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// Adds the headers that keep a page to itself; what a handler set stays. It belongs around everything else, also around
/// [`RequestContextLayer`](super::RequestContextLayer), which answers by itself when a handler panics.
#[derive(Clone)]
pub struct SecurityHeaders {
    headers: Rc<[(HeaderName, HeaderValue)]>,
}

impl SecurityHeaders {
    /// For a server under its public address.
    pub fn new(state: &State) -> Self {
        Self::under(&state.site.public_url)
    }

    fn under(public_url: &str) -> Self {
        let mut headers = vec![
            (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
            (OPENER_POLICY, HeaderValue::from_static("same-origin")),
            (RESOURCE_POLICY, HeaderValue::from_static("same-origin")),
            // `no-referrer` would turn `Origin` into `null`.
            (REFERRER_POLICY, HeaderValue::from_static("same-origin")),
        ];
        if let Ok(policy) = HeaderValue::from_str(&content_policy(public_url)) {
            headers.push((CONTENT_SECURITY_POLICY, policy));
        }
        if public_url.starts_with("https://") {
            headers.push((STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000")));
        }
        Self { headers: headers.into() }
    }

    fn add(&self, headers: &mut HeaderMap) {
        for (name, value) in self.headers.iter() {
            if !headers.contains_key(name) {
                headers.insert(name.clone(), value.clone());
            }
        }
    }
}

/// Nothing but from the server itself, nothing inline. Safari before 15.4 does not count a socket of the same origin as
/// `'self'`: it is named.
fn content_policy(public_url: &str) -> String {
    let socket = public_url.replacen("http", "ws", 1);
    let is_plain = socket.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~:/[]".contains(&byte));
    let socket = if is_plain { socket } else { String::new() };
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; \
         media-src 'self'; manifest-src 'self'; connect-src 'self' {socket}; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'"
    )
}

impl Layer for SecurityHeaders {
    async fn handle<S, B>(
        &self,
        request: ServiceRequest,
        next: &S,
    ) -> Result<ServiceResponse<EitherBody<B>>, Error>
    where
        S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
        B: MessageBody + 'static,
    {
        let answer = next.call(request).await;
        with_headers(answer, |headers| self.add(headers)).map(ServiceResponse::map_into_left_body)
    }
}

layer!(SecurityHeaders);

#[cfg(test)]
mod tests {
    use actix_web::{
        App, HttpResponse,
        test::{TestRequest, call_service, init_service},
        web,
    };

    use super::*;
    use crate::Problem;

    async fn headers(public_url: &str, path: &str) -> HeaderMap {
        let own =
            || async { HttpResponse::Ok().insert_header((CONTENT_SECURITY_POLICY, "sandbox")).finish() };
        let app = App::new()
            .wrap(SecurityHeaders::under(public_url))
            .route("/own", web::get().to(own))
            .route("/error", web::get().to(async || Err::<HttpResponse, _>(Problem::not_found())));
        let service = init_service(app).await;
        call_service(&service, TestRequest::with_uri(path).to_request()).await.headers().clone()
    }

    #[actix_web::test]
    async fn errors_have_them_too() {
        for path in ["/error", "/nowhere"] {
            let headers = headers("http://localhost:9000", path).await;

            let policy = headers.get(CONTENT_SECURITY_POLICY).unwrap().to_str().unwrap();
            assert!(policy.starts_with("default-src 'none';"), "{policy}");
            assert!(policy.contains("connect-src 'self' ws://localhost:9000;"), "{policy}");
            assert!(!policy.contains("unsafe"));
            for (name, value) in [
                ("X-Content-Type-Options", "nosniff"),
                ("Cross-Origin-Opener-Policy", "same-origin"),
                ("Cross-Origin-Resource-Policy", "same-origin"),
                ("Referrer-Policy", "same-origin"),
            ] {
                assert_eq!(headers.get(name).unwrap(), value);
            }
            assert!(!headers.contains_key(STRICT_TRANSPORT_SECURITY));
        }
    }

    #[actix_web::test]
    async fn what_a_handler_set_stays() {
        assert_eq!(
            headers("http://a.example", "/own").await.get(CONTENT_SECURITY_POLICY).unwrap(),
            "sandbox"
        );
    }

    #[actix_web::test]
    async fn behind_https_browsers_are_to_stay_there() {
        assert!(headers("https://a.example", "/own").await.contains_key(STRICT_TRANSPORT_SECURITY));
    }
}
