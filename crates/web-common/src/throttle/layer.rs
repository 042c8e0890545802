//! The throttle of requests, around all handlers.

use actix_web::{
    Error, HttpMessage,
    body::{EitherBody, MessageBody},
    dev::{Service, ServiceRequest, ServiceResponse},
    http::header::{AUTHORIZATION, COOKIE, SEC_WEBSOCKET_PROTOCOL},
};
use domain::UserId;
use moka::sync::Cache;
use sha2::{Digest, Sha256};

use super::{Address, Quota, Requester, Throttles};
use crate::{
    Problem,
    middleware::layer::{Layer, layer, with_headers},
    request::{KnownCaller, RequestContext},
};

/// Takes one token a request, by its user where they are known, else by its address, and says on each response what
/// is left of the tightest rule.
#[derive(Clone)]
pub struct ThrottleRequests {
    throttles: Throttles,
    spared: &'static [&'static str],
}

impl ThrottleRequests {
    /// Spares what [`is_spared`] says, and paths that begin with one of `spared`.
    pub fn new(throttles: Throttles, spared: &'static [&'static str]) -> Self {
        Self { throttles, spared }
    }
}

impl Layer for ThrottleRequests {
    async fn handle<S, B>(
        &self,
        request: ServiceRequest,
        next: &S,
    ) -> Result<ServiceResponse<EitherBody<B>>, Error>
    where
        S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
        B: MessageBody + 'static,
    {
        let path = request.path();
        if is_spared(path) || self.spared.iter().any(|start| path.starts_with(start)) {
            return Ok(next.call(request).await?.map_into_left_body());
        }
        let credential = Credential::of(&request);
        let requester = self.throttles.callers.requester(credential, &request);
        let quota = match self.throttles.requests.take(requester, 1) {
            Ok(quota) => quota,
            Err(throttled) => {
                let mut response = request.error_response(Problem::from(throttled));
                throttled.quota.write(response.headers_mut());
                return Ok(response.map_into_right_body());
            }
        };
        quota.note(request.request());
        let answer = next.call(request).await;
        let mut tightest = quota;
        if let Ok(response) = &answer {
            let noted = response.request().extensions();
            if let (Some(credential), Some(KnownCaller(user))) = (credential, noted.get::<KnownCaller>()) {
                self.throttles.callers.0.insert(credential, *user);
            }
            tightest = noted.get::<Quota>().map_or(quota, |noted| quota.tightest(*noted));
        }
        with_headers(answer, |headers| tightest.write(headers)).map(ServiceResponse::map_into_left_body)
    }
}

layer!(ThrottleRequests);

/// Whether requests for this path are not counted: assets, pictures of people, files and health.
pub fn is_spared(path: &str) -> bool {
    let path = path.strip_prefix("/api/v1").unwrap_or(path);
    let begins =
        ["/assets/", "/attachments/", "/media/", "/avatars/"].iter().any(|start| path.starts_with(start));
    let is = ["/healthz", "/readyz", "/metrics", "/favicon.ico"].contains(&path);
    begins || is || (path.starts_with("/users/") || path.starts_with("/people/")) && path.ends_with("/avatar")
}

/// A digest of what a request brings to prove who makes it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Credential([u8; 32]);

impl Credential {
    fn of(request: &ServiceRequest) -> Option<Self> {
        let mut sha = Sha256::new();
        let mut is_there = false;
        for name in [AUTHORIZATION, COOKIE, SEC_WEBSOCKET_PROTOCOL] {
            for value in request.headers().get_all(&name) {
                is_there = true;
                sha.update((value.len() as u64).to_be_bytes());
                sha.update(value.as_bytes());
            }
        }
        is_there.then(|| Self(sha.finalize().into()))
    }
}

/// Whom which credential turned out to be. Who calls is found out inside, after the request was counted: so the first
/// request with a credential counts for its address, and those after it for its user.
#[derive(Clone)]
pub(super) struct Callers(Cache<Credential, UserId>);

impl Callers {
    pub(super) fn new() -> Self {
        const REMEMBERED: u64 = 100_000;
        Self(Cache::new(REMEMBERED))
    }

    fn requester(&self, credential: Option<Credential>, request: &ServiceRequest) -> Requester {
        match credential.and_then(|credential| self.0.get(&credential)) {
            Some(user) => Requester::User(user),
            None => {
                let known = request.extensions().get::<RequestContext>().map(|context| context.ip);
                let ip = known.unwrap_or_else(|| request.peer_addr().map(|peer| peer.ip()));
                Requester::Address(Address::from(ip))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::{
        App, HttpRequest, HttpResponse,
        http::StatusCode,
        test::{TestRequest, call_service, init_service},
        web,
    };

    use super::*;
    use crate::throttle::Rule;

    async fn answer(request: HttpRequest) -> HttpResponse {
        if let Some(user) = request.headers().get(AUTHORIZATION) {
            let user = user.to_str().expect("ascii").parse().expect("a number");
            request.extensions_mut().insert(KnownCaller(UserId::new(user)));
        }
        if request.path() == "/tight" {
            Quota { limit: 3, remaining: 0, reset_seconds: 9 }.note(&request);
        }
        HttpResponse::Ok().finish()
    }

    macro_rules! server {
        ($rule:literal) => {{
            let throttles = Throttles::new(Rule::Unlimited, Rule::Unlimited, $rule.parse().expect($rule));
            let layer = ThrottleRequests::new(throttles, &["/free"]);
            init_service(App::new().wrap(layer).default_service(web::to(answer))).await
        }};
    }

    fn from(ip: &str, path: &str) -> TestRequest {
        TestRequest::with_uri(path).peer_addr(format!("{ip}:1").parse().expect(ip))
    }

    #[actix_web::test]
    async fn strangers_are_counted_by_address() {
        let server = server!("2/hour");
        for remaining in ["1", "0"] {
            let response = call_service(&server, from("192.0.2.1", "/").to_request()).await;
            assert_eq!(response.headers().get("RateLimit-Remaining").unwrap(), remaining);
            assert_eq!(response.headers().get("RateLimit-Limit").unwrap(), "2");
        }

        let response = call_service(&server, from("192.0.2.1", "/").to_request()).await;

        assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(response.headers().get("Retry-After").unwrap(), "1800");
        assert_eq!(response.headers().get("RateLimit-Remaining").unwrap(), "0");
        let other = call_service(&server, from("192.0.2.2", "/").to_request()).await;
        assert_eq!(other.status(), StatusCode::OK);
    }

    #[actix_web::test]
    async fn users_are_counted_by_themselves_wherever_they_are() {
        let server = server!("2/hour");
        let ana = |ip| from(ip, "/").insert_header((AUTHORIZATION, "1")).to_request();

        let mut statuses = Vec::new();
        for ip in ["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"] {
            statuses.push(call_service(&server, ana(ip)).await.status().as_u16());
        }

        assert_eq!(statuses, [200, 200, 200, 429], "the first counts for its address");
    }

    #[actix_web::test]
    async fn what_is_spared_is_not_counted() {
        let server = server!("1/hour");
        let spared =
            ["/assets/a.js", "/api/v1/users/ana/avatar", "/healthz", "/api/v1/attachments/7", "/free/x"];
        for path in spared {
            for _ in 0..3 {
                let response = call_service(&server, from("192.0.2.1", path).to_request()).await;
                assert_eq!(response.status(), StatusCode::OK, "{path}");
            }
        }
        assert!(!is_spared("/api/v1/users/ana"));
        assert!(!is_spared("/api/v1/attachments"), "uploads count");
    }

    #[actix_web::test]
    async fn the_tightest_rule_is_told() {
        let server = server!("50/second");

        let response = call_service(&server, from("192.0.2.1", "/tight").to_request()).await;

        assert_eq!(response.headers().get("RateLimit-Limit").unwrap(), "3");
        assert_eq!(response.headers().get("RateLimit-Reset").unwrap(), "9");
    }
}
