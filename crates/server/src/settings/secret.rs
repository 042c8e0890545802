//! Addresses that may hold a password, and how they are shown.

use std::fmt;

/// An address with what signs in to it; shown with that masked.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretUrl(String);

impl SecretUrl {
    pub(super) fn new(url: &str) -> Self {
        Self(url.to_owned())
    }

    /// The whole address, for the one who connects to it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SecretUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&masked(&self.0))
    }
}

impl fmt::Debug for SecretUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretUrl({self})")
    }
}

const MASK: &str = "***";

/// The text without credentials. It may be anything, also an address written wrongly, so what is in doubt is masked too.
pub(super) fn masked(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else { return MASK.into() };
    let (place, query) = match rest.find(['?', '#']) {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    if query.contains('@') {
        return format!("{scheme}://{MASK}"); // perhaps a question mark in a password
    }
    let place = match place.rsplit_once('@') {
        Some((_, place)) => format!("{MASK}@{place}"),
        None if has_odd_port(place) => MASK.into(),
        None => place.into(),
    };
    format!("{scheme}://{place}{}", masked_query(query))
}

/// Whether what should be a port is something else, such as a password whose host was forgotten.
fn has_odd_port(place: &str) -> bool {
    let authority = place.split('/').next().unwrap_or_default();
    let hosts = authority.split(',').map(|host| host.rsplit(']').next().unwrap_or_default());
    hosts.into_iter().any(|host| {
        host.split_once(':').is_some_and(|(_, port)| !port.bytes().all(|byte| byte.is_ascii_digit()))
    })
}

fn masked_query(query: &str) -> String {
    query.split('&').map(masked_parameter).collect::<Vec<_>>().join("&")
}

fn masked_parameter(parameter: &str) -> String {
    match parameter.split_once('=') {
        Some((name, _)) if is_telling(name) => format!("{name}={MASK}"),
        _ => parameter.to_owned(),
    }
}

fn is_telling(name: &str) -> bool {
    let name = name.to_lowercase();
    ["pass", "pwd", "secret", "token", "key", "auth", "sig"].iter().any(|word| name.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_masked_and_the_rest_is_not() {
        let cases = [
            (
                "postgres://ada:hunter2@db:5432/natter?sslmode=require",
                "postgres://***@db:5432/natter?sslmode=require",
            ),
            ("postgres://a:b@one:1,two:2/natter", "postgres://***@one:1,two:2/natter"),
            ("postgres:///natter?host=/run/postgresql", "postgres:///natter?host=/run/postgresql"),
            ("postgres://db/natter?user=ada&password=hunter2", "postgres://db/natter?user=ada&password=***"),
            ("redis://:hunter2@cache", "redis://***@cache"),
            ("rediss://[::1]:6379/0", "rediss://[::1]:6379/0"),
            (
                "s3://bucket/a?region=eu&secret_access_key=hunter2",
                "s3://bucket/a?region=eu&secret_access_key=***",
            ),
            ("https://chat.example", "https://chat.example"),
        ];
        for (url, shown) in cases {
            assert_eq!(masked(url), shown);
        }
    }

    #[test]
    fn a_password_is_masked_also_in_an_address_written_wrongly() {
        let wrong = [
            "postgres://ada:hunt/er2@db/natter",
            "postgres://ada:hunt@er2@db/natter",
            "postgres://ada:er2?hunter2@db/natter",
            "postgres://ada:er2#hunter2@db/natter",
            "postgres://db/natter?password=hunt@er2",
            "redis://:hunter2",
            "mysql://ada:hunter2@db",
            "host=db password=hunter2",
            "hunter2",
        ];
        for url in wrong {
            let shown = masked(url);
            assert!(!shown.contains("hunt") && !shown.contains("er2"), "{url} is shown as {shown}");
        }
    }

    #[test]
    fn debugging_prints_no_password() {
        let url = SecretUrl::new("redis://:hunter2@cache");
        assert_eq!(format!("{url:?}"), "SecretUrl(redis://***@cache)");
        assert_eq!(url.expose(), "redis://:hunter2@cache");
    }
}
