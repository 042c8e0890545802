//! Whether a page of the site itself asks for a change.

use std::rc::Rc;

use actix_web::{
    Error, HttpRequest,
    body::{EitherBody, MessageBody},
    dev::{Service, ServiceRequest, ServiceResponse},
    http::{
        StatusCode,
        header::{HOST, HeaderName, ORIGIN},
    },
};

use super::layer::{Layer, layer};
use crate::Problem;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Refuses with 403 unless a page of the site itself made the request: the browser says so in `Sec-Fetch-Site`, or
/// where it doesn't, in an `Origin` that is the address asked, or the public one.
pub fn check(request: &HttpRequest, public_url: &str) -> Result<(), Problem> {
    let is_own = match header(request, &SEC_FETCH_SITE) {
        Some(site) => site == "same-origin",
        None => header(request, &ORIGIN).and_then(Origin::parse).is_some_and(|origin| {
            let host = header(request, &HOST);
            host.is_some_and(|host| origin.is_at(host)) || Origin::parse(public_url) == Some(origin)
        }),
    };
    if is_own { Ok(()) } else { Err(foreign()) }
}

fn foreign() -> Problem {
    let detail = "This can only be asked for by a page of this site.";
    Problem::new(StatusCode::FORBIDDEN, "foreign-origin", detail)
}

/// The header, where it is there once and can be read.
fn header<'a>(request: &'a HttpRequest, name: &HeaderName) -> Option<&'a str> {
    let mut values = request.headers().get_all(name);
    let value = values.next()?.to_str().unwrap_or_default();
    Some(if values.next().is_some() { "" } else { value })
}

/// Scheme, host and port.
#[derive(Debug, PartialEq, Eq)]
struct Origin {
    is_https: bool,
    host: String,
}

impl Origin {
    /// Of a URL; nothing for `null` and other schemes.
    fn parse(url: &str) -> Option<Self> {
        let (is_https, rest) = match url.split_once("://")? {
            ("http", rest) => (false, rest),
            ("https", rest) => (true, rest),
            _ => return None,
        };
        let host = rest.split(['/', '?', '#']).next()?;
        (!host.is_empty()).then(|| Self { is_https, host: without_usual_port(host, is_https) })
    }

    fn is_at(&self, host: &str) -> bool {
        self.host == without_usual_port(host, self.is_https)
    }
}

fn without_usual_port(host: &str, is_https: bool) -> String {
    let port = if is_https { ":443" } else { ":80" };
    host.strip_suffix(port).unwrap_or(host).to_ascii_lowercase()
}

/// Refuses requests for a change that no page of the site itself made.
#[derive(Clone)]
pub struct SameOrigin {
    public_url: Rc<str>,
}

impl SameOrigin {
    /// `public_url`: under which address people reach the site.
    pub fn new(public_url: &str) -> Self {
        Self { public_url: public_url.into() }
    }
}

impl Layer for SameOrigin {
    async fn handle<S, B>(
        &self,
        request: ServiceRequest,
        next: &S,
    ) -> Result<ServiceResponse<EitherBody<B>>, Error>
    where
        S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
        B: MessageBody + 'static,
    {
        if !request.method().is_safe()
            && let Err(problem) = check(request.request(), &self.public_url)
        {
            return Ok(request.error_response(problem).map_into_right_body());
        }
        Ok(next.call(request).await?.map_into_left_body())
    }
}

layer!(SameOrigin);

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    const PUBLIC: &str = "https://chat.example.org";

    fn passes(headers: &[(&'static str, &'static str)]) -> bool {
        let request =
            headers.iter().fold(TestRequest::post(), |request, header| request.append_header(*header));
        check(&request.to_http_request(), PUBLIC).is_ok()
    }

    #[test]
    fn the_browsers_word_counts_where_it_is_given() {
        assert!(passes(&[("Sec-Fetch-Site", "same-origin")]));
        for site in ["cross-site", "same-site", "none", ""] {
            let own = ("Origin", "https://chat.example.org");
            assert!(!passes(&[("Sec-Fetch-Site", site), own]), "{site}");
        }
        assert!(!passes(&[("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Site", "cross-site")]));
    }

    #[test]
    fn without_it_the_origin_is_the_address_asked_or_the_public_one() {
        let host = ("Host", "192.168.1.5:9000");
        assert!(passes(&[host, ("Origin", "http://192.168.1.5:9000")]));
        assert!(passes(&[host, ("Origin", "https://chat.example.org")]));
        assert!(passes(&[("Host", "Localhost:80"), ("Origin", "http://localhost")]));
    }

    #[test]
    fn everything_else_is_foreign() {
        let host = ("Host", "192.168.1.5:9000");
        for origin in [
            "http://192.168.1.5",
            "http://192.168.1.5:9001",
            "http://192.168.1.5:9000.evil.example",
            "http://chat.example.org",
            "https://chat.example.org.evil.example",
            "https://evil.example",
            "ws://192.168.1.5:9000",
            "null",
            "",
        ] {
            assert!(!passes(&[host, ("Origin", origin)]), "{origin}");
        }
        assert!(!passes(&[host]));
        assert!(!passes(&[("Origin", "http://192.168.1.5:9000")]), "no Host");
    }
}
