//! Where a request comes from.

use std::net::{IpAddr, SocketAddr};

use actix_web::http::header::{FORWARDED, HOST, HeaderMap, HeaderName};
use ipnet::IpNet;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The client's address: the peer's, or behind trusted proxies the last one in `X-Forwarded-For` that is none of them.
pub(super) fn client(peer: Option<IpAddr>, headers: &HeaderMap, trusted: &[IpNet]) -> Option<IpAddr> {
    let mut client = peer?.to_canonical();
    let is_trusted = |ip: IpAddr| trusted.iter().any(|network| network.contains(&ip));
    let told: Vec<&str> =
        headers.get_all(X_FORWARDED_FOR).flat_map(|value| value.to_str().unwrap_or("?").split(',')).collect();
    for told in told.into_iter().rev() {
        if !is_trusted(client) {
            break;
        }
        match read(told.trim()) {
            Some(ip) => client = ip,
            // The proxy could not tell.
            None => break,
        }
    }
    Some(client)
}

fn read(text: &str) -> Option<IpAddr> {
    let ip = text.parse::<IpAddr>().or_else(|_| text.parse::<SocketAddr>().map(|address| address.ip()));
    ip.or_else(|_| text.trim_start_matches('[').trim_end_matches(']').parse())
        .ok()
        .map(|ip| ip.to_canonical())
}

/// Whether a request comes straight from this machine and is addressed to it. Behind a local proxy everybody's peer is
/// this machine: hence the other conditions.
pub(super) fn is_loopback(peer: Option<IpAddr>, headers: &HeaderMap) -> bool {
    let is_forwarded = |name: &HeaderName| *name == FORWARDED || name.as_str().starts_with("x-forwarded-");
    peer.is_some_and(|peer| peer.to_canonical().is_loopback())
        && !headers.keys().any(is_forwarded)
        && headers.get_all(HOST).count() == 1
        && headers.get(HOST).and_then(|host| host.to_str().ok()).is_some_and(is_this_machine)
}

fn is_this_machine(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    name.eq_ignore_ascii_case("localhost") || name == "127.0.0.1" || name == "[::1]"
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn headers(told: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in told {
            headers.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        headers
    }

    fn client_of(peer: &str, told: &'static str, trusted: &[&str]) -> String {
        let trusted: Vec<IpNet> = trusted.iter().map(|network| network.parse().expect(network)).collect();
        let headers = headers(&[("x-forwarded-for", told)]);
        client(Some(peer.parse().expect(peer)), &headers, &trusted).expect("an address").to_string()
    }

    #[test]
    fn a_stranger_is_not_believed() {
        assert_eq!(client_of("192.0.2.9", "203.0.113.1", &[]), "192.0.2.9");
        assert_eq!(client_of("192.0.2.9", "203.0.113.1", &["10.0.0.0/8"]), "192.0.2.9");
    }

    #[test]
    fn behind_trusted_proxies_the_last_untrusted_address_counts() {
        let proxies = &["10.0.0.0/8", "::1/128"];
        assert_eq!(client_of("10.0.0.1", "203.0.113.1", proxies), "203.0.113.1");
        assert_eq!(client_of("10.0.0.1", "1.1.1.1, 203.0.113.1, 10.0.0.2", proxies), "203.0.113.1");
        assert_eq!(client_of("::ffff:10.0.0.1", "[2001:db8::1]:443", proxies), "2001:db8::1");
        assert_eq!(client_of("10.0.0.1", "203.0.113.1:8080", proxies), "203.0.113.1");
        assert_eq!(client_of("10.0.0.1", "1.1.1.1, unknown", proxies), "10.0.0.1");
        assert_eq!(client_of("10.0.0.1", "10.0.0.3", proxies), "10.0.0.3");
    }

    #[test]
    fn true_loopback_is_a_local_peer_without_proxy_asking_for_this_machine() {
        fn local(peer: &str, told: &[(&'static str, &'static str)]) -> bool {
            is_loopback(Some(peer.parse().expect(peer)), &headers(told))
        }
        for host in ["localhost:9000", "LOCALHOST", "127.0.0.1:9000", "[::1]:9000", "[::1]"] {
            let named = [("host", host)];
            assert!(local("127.0.0.1", &named), "{host}");
            assert!(local("::1", &named) && local("::ffff:127.0.0.1", &named));
            assert!(!local("192.0.2.1", &named));
        }
        for host in ["chat.example.org", "localhost.evil.example", "127.0.0.1.evil.example", "evil:localhost"]
        {
            assert!(!local("127.0.0.1", &[("host", host)]), "{host}");
        }
        for name in ["forwarded", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"] {
            assert!(!local("127.0.0.1", &[("host", "localhost"), (name, "")]), "{name}");
        }
        assert!(!local("127.0.0.1", &[]));
    }
}
