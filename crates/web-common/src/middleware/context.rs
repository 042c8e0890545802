//! The outermost layer: what is known of a request from its first moment, and its line in the log at the end.

use std::{any::Any, future::poll_fn, panic::AssertUnwindSafe, pin::pin, rc::Rc, sync::Arc, time::Instant};

use actix_web::{
    Error, HttpMessage, HttpRequest, HttpResponse,
    body::{EitherBody, MessageBody},
    dev::{Service, ServiceRequest, ServiceResponse},
    error::InternalError,
    http::{
        Method, StatusCode,
        header::{CONTENT_ENCODING, HeaderMap, HeaderName, HeaderValue},
    },
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::UserId;
use futures_util::FutureExt;
use slog::{Logger, error};
use time::OffsetDateTime;

use super::{
    address, cookies,
    layer::{Layer, layer},
    refusals,
};
use crate::{
    Problem, SiteSettings, State,
    log::{RequestLine, RequestLog},
    metrics,
    request::{KnownCaller, RequestContext, with_request_id},
};

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The longest query string that is looked at: 4 KiB.
const QUERY_BYTES: usize = 4 * 1024;

/// Finds out a request's id and address, answers with the id, puts into words what actix refuses, catches panics, logs
/// what went wrong, and writes the request's line. It belongs around everything but
/// [`SecurityHeaders`](super::SecurityHeaders).
#[derive(Clone)]
pub struct RequestContextLayer {
    site: Arc<SiteSettings>,
    requests: RequestLog,
    log: Logger,
}

impl RequestContextLayer {
    /// Logs to `requests`, and faults to the application log.
    pub fn new(state: &State, requests: RequestLog) -> Self {
        Self { site: state.site.clone(), requests, log: state.log.clone() }
    }

    fn context(&self, request: &ServiceRequest) -> RequestContext {
        let (peer, headers) = (request.peer_addr().map(|peer| peer.ip()), request.headers());
        RequestContext {
            request_id: presented_id(headers).unwrap_or_else(random_id),
            ip: address::client(peer, headers, &self.site.trusted_proxies),
            loopback: address::is_loopback(peer, headers),
        }
    }

    /// Writes the request's line and counts it; `routed` is the request where it got as far as a handler.
    fn note(
        &self,
        visit: &Visit,
        routed: Option<&HttpRequest>,
        status: StatusCode,
        problem: Option<&Problem>,
    ) {
        let Visit { at, began, context, method, path } = visit;
        let duration = began.elapsed();
        metrics::request(method, routed.and_then(HttpRequest::match_pattern), status, duration);
        if let Some(cause) = problem.and_then(|problem| problem.cause.as_deref()) {
            error!(self.log, "a request failed"; "cause" => cause, "request_id" => &context.request_id,
                "method" => method.as_str(), "path" => path, "status" => status.as_u16());
        }
        self.requests.write(&RequestLine {
            at: *at,
            request_id: &context.request_id,
            method: method.as_str(),
            path,
            status: status.as_u16(),
            duration,
            user_id: routed.and_then(known_caller).map(UserId::get),
            ip: context.ip,
        });
    }
}

/// A request, as far as the log is concerned.
struct Visit {
    at: OffsetDateTime,
    began: Instant,
    context: RequestContext,
    method: Method,
    path: String,
}

impl Layer for RequestContextLayer {
    async fn handle<S, B>(
        &self,
        mut request: ServiceRequest,
        next: &S,
    ) -> Result<ServiceResponse<EitherBody<B>>, Error>
    where
        S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
        B: MessageBody + 'static,
    {
        cookies::drop_encoded_names(request.headers_mut());
        let visit = Visit {
            at: OffsetDateTime::now_utc(),
            began: Instant::now(),
            context: self.context(&request),
            method: request.method().clone(),
            path: request.path().to_owned(),
        };
        request.extensions_mut().insert(visit.context.clone());
        let id: Rc<str> = visit.context.request_id.as_str().into();
        let answer = identified(&id, answer(request, next)).await;
        with_request_id(&id, || self.finish(answer, &visit))
    }
}

layer!(RequestContextLayer);

impl RequestContextLayer {
    fn finish<B: MessageBody + 'static>(
        &self,
        answer: Result<ServiceResponse<EitherBody<B>>, Error>,
        visit: &Visit,
    ) -> Result<ServiceResponse<EitherBody<B>>, Error> {
        match answer {
            Ok(mut response) => {
                if let Some(told) = refusals::in_words(response.response()) {
                    response = response.into_response(told).map_into_right_body();
                }
                identify(response.headers_mut(), &visit.context);
                let problem = response.response().extensions().get::<Problem>().cloned();
                self.note(visit, Some(response.request()), response.status(), problem.as_ref());
                Ok(response)
            }
            Err(error) => {
                // The response can be asked for once only.
                let response: HttpResponse = error.error_response();
                let mut response = refusals::in_words(&response).unwrap_or(response);
                identify(response.headers_mut(), &visit.context);
                let problem = response.extensions().get::<Problem>().cloned();
                self.note(visit, None, response.status(), problem.as_ref());
                Err(InternalError::from_response(error.to_string(), response).into())
            }
        }
    }
}

/// What the handlers answer, whatever happens to them.
async fn answer<S, B>(request: ServiceRequest, next: &S) -> Result<ServiceResponse<EitherBody<B>>, Error>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody + 'static,
{
    if let Some(problem) = refusal(&request) {
        return Ok(request.error_response(problem).map_into_right_body());
    }
    match AssertUnwindSafe(async { next.call(request).await }).catch_unwind().await {
        Ok(answer) => answer.map(ServiceResponse::map_into_left_body),
        Err(panic) => Err(Problem::internal(format!("a handler panicked: {}", words(&*panic))).into()),
    }
}

/// Why no handler is to see the request, if so.
fn refusal(request: &ServiceRequest) -> Option<Problem> {
    if request.query_string().len() > QUERY_BYTES {
        let detail = format!("The query string has at most {QUERY_BYTES} bytes.");
        return Some(Problem::new(StatusCode::URI_TOO_LONG, "uri-too-long", detail));
    }
    // Unpacking has no bound that a sender can't get around: nobody reads what is packed.
    if request.headers().get_all(CONTENT_ENCODING).any(|coding| coding != "identity") {
        let detail = "Bodies are taken as they are: send it without `Content-Encoding`.";
        return Some(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", detail));
    }
    None
}

/// Runs `future` so that error responses made in it find `id`.
async fn identified<F: Future>(id: &Rc<str>, future: F) -> F::Output {
    let mut future = pin!(future);
    poll_fn(|context| with_request_id(id, || future.as_mut().poll(context))).await
}

fn known_caller(request: &HttpRequest) -> Option<UserId> {
    request.extensions().get::<KnownCaller>().map(|known| known.0)
}

fn words(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without words")
}

fn identify(headers: &mut HeaderMap, context: &RequestContext) {
    if let Ok(id) = HeaderValue::from_str(&context.request_id) {
        headers.insert(X_REQUEST_ID, id);
    }
}

/// The caller's own id, where it has 1 to 64 letters, digits, `_`, `.` and `-`.
fn presented_id(headers: &HeaderMap) -> Option<String> {
    let id = headers.get(X_REQUEST_ID)?.to_str().ok()?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
    ((1..=64).contains(&id.len()) && id.bytes().all(is_plain)).then(|| id.to_owned())
}

fn random_id() -> String {
    let mut bytes = [0; 15];
    if getrandom::fill(&mut bytes).is_err() {
        // An id need not be secret; this one is good enough to tell requests apart.
        let nanos = OffsetDateTime::now_utc().unix_timestamp_nanos().to_be_bytes();
        bytes.copy_from_slice(&nanos[1..]);
    }
    URL_SAFE_NO_PAD.encode(bytes)
}
