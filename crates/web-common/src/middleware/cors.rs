//! Which other origins may use the API from a browser: those that the operator names, else none.

use std::rc::Rc;

use actix_web::{
    Error, HttpResponse,
    body::{EitherBody, MessageBody},
    dev::{Service, ServiceRequest, ServiceResponse},
    http::{
        Method,
        header::{
            ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
            ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, HeaderMap,
            HeaderValue, ORIGIN, VARY,
        },
    },
};

use super::layer::{Layer, layer, with_headers};

const METHODS: &str = "GET, POST, PUT, PATCH, DELETE";
const REQUEST_HEADERS: &str = "Authorization, Content-Type, If-None-Match, Range, X-Request-Id";
const RESPONSE_HEADERS: &str =
    "ETag, Location, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Retry-After, X-Request-Id";

/// Lets the named origins use what it stands around, without cookies.
#[derive(Clone)]
pub struct Cors {
    origins: Rc<[String]>,
}

impl Cors {
    /// Origins such as `https://example.org`.
    pub fn new(origins: &[String]) -> Self {
        let plain = |origin: &String| origin.trim_end_matches('/').to_ascii_lowercase();
        Self { origins: origins.iter().map(plain).collect() }
    }

    /// The origin of the request, where it is among the named ones.
    fn named(&self, request: &ServiceRequest) -> Option<HeaderValue> {
        let origin = request.headers().get(ORIGIN)?;
        let text = origin.to_str().ok()?.to_ascii_lowercase();
        self.origins.contains(&text).then(|| origin.clone())
    }
}

impl Layer for Cors {
    async fn handle<S, B>(
        &self,
        request: ServiceRequest,
        next: &S,
    ) -> Result<ServiceResponse<EitherBody<B>>, Error>
    where
        S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
        B: MessageBody + 'static,
    {
        if self.origins.is_empty() {
            return Ok(next.call(request).await?.map_into_left_body());
        }
        let origin = self.named(&request);
        if let Some(origin) = &origin
            && request.method() == Method::OPTIONS
            && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD)
        {
            let mut response = HttpResponse::NoContent().finish();
            allow(response.headers_mut(), Some(origin));
            let headers = response.headers_mut();
            headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(METHODS));
            headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(REQUEST_HEADERS));
            headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
            return Ok(request.into_response(response).map_into_right_body());
        }
        let answer = next.call(request).await;
        with_headers(answer, |headers| allow(headers, origin.as_ref()))
            .map(ServiceResponse::map_into_left_body)
    }
}

layer!(Cors);

fn allow(headers: &mut HeaderMap, origin: Option<&HeaderValue>) {
    headers.append(VARY, HeaderValue::from_static("Origin"));
    if let Some(origin) = origin {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(RESPONSE_HEADERS));
    }
}

#[cfg(test)]
mod tests {
    use actix_web::{
        App,
        http::StatusCode,
        test::{TestRequest, call_service, init_service},
        web,
    };

    use super::*;

    async fn asked(origins: &[&str], request: TestRequest) -> (StatusCode, HeaderMap) {
        let origins: Vec<String> = origins.iter().map(|&origin| origin.to_owned()).collect();
        let app = App::new()
            .wrap(Cors::new(&origins))
            .route("/", web::get().to(async || HttpResponse::Ok().finish()));
        let service = init_service(app).await;
        let response = call_service(&service, request.to_request()).await;
        (response.status(), response.headers().clone())
    }

    fn from(origin: &'static str) -> TestRequest {
        TestRequest::get().insert_header((ORIGIN, origin))
    }

    #[actix_web::test]
    async fn a_named_origin_is_let_in_without_cookies() {
        let (_, headers) = asked(&["https://a.example"], from("https://a.example")).await;

        assert_eq!(headers.get(ACCESS_CONTROL_ALLOW_ORIGIN).unwrap(), "https://a.example");
        assert!(!headers.contains_key("Access-Control-Allow-Credentials"));
        assert_eq!(headers.get(VARY).unwrap(), "Origin");
    }

    #[actix_web::test]
    async fn its_question_beforehand_is_answered() {
        let preflight = TestRequest::with_uri("/")
            .method(Method::OPTIONS)
            .insert_header((ORIGIN, "https://a.example"))
            .insert_header((ACCESS_CONTROL_REQUEST_METHOD, "PATCH"));
        let (status, headers) = asked(&["https://a.example"], preflight).await;

        assert_eq!(status, StatusCode::NO_CONTENT);
        assert!(headers.get(ACCESS_CONTROL_ALLOW_METHODS).unwrap().to_str().unwrap().contains("PATCH"));
    }

    #[actix_web::test]
    async fn nobody_else_is() {
        for origins in [&[][..], &["https://a.example"]] {
            let (_, headers) = asked(origins, from("https://b.example")).await;
            assert!(!headers.contains_key(ACCESS_CONTROL_ALLOW_ORIGIN));
        }
    }
}
