//! What protects the site's visitors: origins, headers, cookies.

use crate::{person, with_admin};
use reqwest::{Method, RequestBuilder};
use tests::{PASSWORD, Server};

#[tokio::test]
async fn a_form_from_elsewhere_changes_nothing() {
    let server = Server::start().await;
    with_admin(&server).await;
    let ada = person(&server, "ada").await;
    let trap = |request: RequestBuilder| request.form(&[("name", "Trap"), ("members", "")]);
    let form = ada.open("/chats/new").await.expect(200).attributes("form:has([name=members])", "action");
    let (method, path) = (Method::POST, form[0].as_str());

    let nowhere = || ada.request_from_nowhere(method.clone(), path);
    assert_eq!(ada.send(trap(nowhere())).await.status, 403);
    for origin in ["https://evil.example", "null", ""] {
        assert_eq!(ada.send(trap(nowhere().header("Origin", origin))).await.status, 403, "{origin}");
    }
    for site in ["cross-site", "same-site", "none"] {
        let own = ada.request(method.clone(), path);
        assert_eq!(ada.send(trap(own.header("Sec-Fetch-Site", site))).await.status, 403, "{site}");
    }

    assert!(!ada.open("/chats").await.shows("Trap"));
    assert_eq!(ada.send(trap(ada.request(method, path))).await.status, 303, "its own page may");
}

#[tokio::test]
async fn every_page_carries_its_protections_also_when_it_is_an_error() {
    let server = Server::start().await;
    let site = server.site();
    for path in ["/login", "/nothing/here"] {
        let page = site.get(path).await;
        let header =
            |name: &str| page.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default();
        let policy = header("content-security-policy");
        assert!(
            policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(header("cross-origin-opener-policy"), "same-origin", "{path}");
    }
}

#[tokio::test]
async fn nothing_inline_and_nothing_from_elsewhere_is_on_a_page() {
    let server = Server::start().await;
    with_admin(&server).await;
    let ada = person(&server, "ada").await;
    for path in ["/chats", "/people", "/settings/profile"] {
        let page = ada.open(path).await.expect(200);
        assert!(!page.has("script:not([src]):not([type='application/json'])"), "{path}");
        assert!(!page.has("style, [style], [onclick], [onload], [onerror]"), "{path}");
        for link in ["src", "href", "action"].map(|name| page.attributes(&format!("[{name}]"), name)).concat()
        {
            assert!(!link.contains("//"), "{path} names {link}");
        }
    }
}

#[tokio::test]
async fn the_session_cookie_is_out_of_reach_of_scripts_and_other_sites() {
    let server = Server::start().await;
    with_admin(&server).await;
    person(&server, "ada").await;

    let page = server
        .site()
        .fill("/login", "Sign in", &[("username", "ada"), ("password", PASSWORD)])
        .await
        .expect(303);

    let cookie = page.headers["set-cookie"].to_str().unwrap();
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Path=/"),
        "{cookie}"
    );
    assert!(!cookie.contains("Domain="), "{cookie}");
}
