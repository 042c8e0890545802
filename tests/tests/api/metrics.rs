//! `/metrics`: who may read it, and what it tells.

use std::collections::BTreeSet;

use reqwest::{Client, Method, RequestBuilder, Response, header::HOST};
use serde_json::json;
use tests::{Server, on_each_database};

/// The series that one scrape tells.
struct Scrape(String);

impl Scrape {
    async fn of(server: &Server) -> Self {
        let response = reqwest::get(server.url("/metrics")).await.unwrap();
        assert_eq!(response.status(), 200);
        Self(response.text().await.unwrap())
    }

    /// The value of one series, written as it stands: `name` or `name{label="value"}`.
    fn value(&self, series: &str) -> Option<f64> {
        let value = |line: &str| line.strip_prefix(series)?.strip_prefix(' ')?.parse().ok();
        self.0.lines().find_map(value)
    }

    /// What each series is called that has a type.
    fn names(&self) -> BTreeSet<&str> {
        self.0.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next()).collect()
    }
}

fn ask(url: &str) -> RequestBuilder {
    Client::new().get(url)
}

async fn status(request: RequestBuilder) -> u16 {
    request.send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn metrics_are_text_for_prometheus() {
    let server = Server::start().await;

    let response: Response = reqwest::get(server.url("/metrics")).await.unwrap();

    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "text/plain; version=0.0.4; charset=utf-8");
    assert_eq!(response.headers()["cache-control"], "no-store");
    assert_eq!(status(Client::new().head(server.url("/metrics"))).await, 200);
    let posted = Client::new().post(server.url("/metrics")).send().await.unwrap();
    assert_eq!((posted.status().as_u16(), &posted.headers()["allow"]), (405, &"GET, HEAD".parse().unwrap()));
}

#[tokio::test]
async fn only_the_machine_itself_reads_them() {
    let server = Server::start().await;
    let url = server.url("/metrics");

    assert_eq!(status(ask(&url).header(HOST, "localhost:9000")).await, 200);
    let elsewhere = ask(&url).header(HOST, "chat.example").send().await.unwrap();
    assert_eq!(elsewhere.status(), 403);
    let told = elsewhere.text().await.unwrap();
    assert!(told.contains("/problems/loopback-only") && !told.contains("natter_"), "{told}");
    for name in ["forwarded", "x-forwarded-for", "x-forwarded-proto"] {
        assert_eq!(status(ask(&url).header(name, "for=127.0.0.1")).await, 403, "{name}");
    }
}

#[tokio::test]
async fn with_an_address_of_their_own_they_are_there_and_nowhere_else() {
    let mut server = Server::with(|options| options.setting("metrics.bind", "127.0.0.1:0")).await;
    let own = server.metrics_url().expect("it says where");

    assert_eq!(status(ask(&server.url("/metrics"))).await, 404);
    assert_eq!(status(ask(&own)).await, 200);
    assert_eq!(status(ask(&own).header(HOST, "chat.example")).await, 200);
    assert_eq!(status(ask(&own.replace("/metrics", "/api/v1/users"))).await, 404);
    server.stop().await;
    let logged = server.request_log();
    assert!(logged.iter().any(|line| line["path"] == "/metrics" && line["status"] == 200), "{logged:?}");
}

#[tokio::test]
async fn an_address_that_is_taken_stops_the_start() {
    let server = Server::start().await;
    let taken = server.address().to_string();

    let output =
        server.cli_with(&tests::Options::default().setting("metrics.bind", &taken), &["serve"], "").await;

    assert!(!output.status.success());
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.contains(&format!("metrics.bind: cannot bind {taken}")), "{told}");
}

#[tokio::test]
async fn what_happens_is_counted() {
    on_each_database(async |server| {
        let ada = server.api().sign_up("ada").await;
        let before = Scrape::of(&server).await;
        let mut at_adas = ada.live().await;
        let chat = ada.write_to("ada", "one").await["chat_id"].clone();
        ada.write_to("ada", "two").await;
        at_adas.send(json!({"type": "typing", "chat_id": 0})).await;
        at_adas.expect("error").await;
        ada.get(&format!("/chats/{chat}/nothing")).await.expect(404);
        let wrong = json!({"username": "ada", "password": "not hers at all"});
        server.api().post("/auth/token", wrong).await.expect(401);

        let after = Scrape::of(&server).await;

        let grown = |series: &str| after.value(series).unwrap_or(0.0) - before.value(series).unwrap_or(0.0);
        let sends = "method=\"POST\",route=\"/api/v1/conversations/{username}\"";
        assert_eq!(grown(&format!("natter_http_requests_total{{{sends},status=\"201\"}}")), 2.0);
        assert_eq!(grown(&format!("natter_http_request_duration_seconds_count{{{sends}}}")), 2.0);
        assert_eq!(grown("natter_http_requests_total{method=\"GET\",route=\"none\",status=\"404\"}"), 1.0);
        assert_eq!(grown("natter_live_events_total{type=\"message.created\"}"), 2.0);
        assert_eq!(grown("natter_live_problems_total{status=\"422\"}"), 1.0);
        assert_eq!(grown("natter_sign_ins_total{outcome=\"failed\"}"), 1.0);
        assert_eq!(after.value("natter_sign_ins_total{outcome=\"succeeded\"}"), Some(1.0));
        assert_eq!(
            [before.value("natter_live_sockets"), after.value("natter_live_sockets")],
            [0.0, 1.0].map(Some)
        );
        assert_eq!(after.value("natter_live_users"), Some(1.0));
        assert_eq!(after.value("natter_database_up"), Some(1.0));
        assert!(grown("natter_writer_group_jobs_sum") >= 3.0, "two sends and a sign-in that failed");
    })
    .await;
}

#[tokio::test]
async fn a_socket_that_closed_is_counted_by_its_code() {
    let server = Server::start().await;
    let ada = server.api().sign_up("ada").await;
    let mut at_adas = ada.live().await;

    ada.post("/auth/logout", json!({})).await.expect(204);
    assert_eq!(at_adas.closed().await, Some(4401));

    let scrape = Scrape::of(&server).await;
    assert_eq!(scrape.value("natter_live_closed_total{code=\"4401\"}"), Some(1.0));
}

#[tokio::test]
async fn callers_make_no_series_of_their_own() {
    let server = Server::start().await;
    for path in ["/chats/4711", "/api/v1/chats/4711/messages", "/odd4711", "/api/v1/odd4711", "/assets/4711"]
    {
        let odd = Method::from_bytes(b"ODD4711").unwrap();
        for method in [Method::GET, Method::DELETE, odd] {
            Client::new().request(method, server.url(path)).send().await.unwrap();
        }
    }

    let scrape = Scrape::of(&server).await;

    assert!(!scrape.0.contains("4711"), "{}", scrape.0);
    assert!(scrape.0.contains("method=\"other\""));
}

/// Names in the table of `docs/metrics.md`.
fn documented() -> BTreeSet<&'static str> {
    let text = include_str!("../../../docs/metrics.md");
    let rows = text.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.filter_map(|row| row.split('`').next()).collect()
}

#[tokio::test]
async fn each_metric_is_documented_and_each_documented_one_is_there() {
    let server = Server::start().await;
    let ada = server.api().sign_up("ada").await;
    let mut at_adas = ada.live().await;
    at_adas.send(json!({"type": "typing", "chat_id": 0})).await;
    at_adas.expect("error").await;
    ada.write_to("ada", "one").await;
    ada.post("/auth/logout", json!({})).await.expect(204);
    at_adas.closed().await;

    let scrape = Scrape::of(&server).await;

    assert_eq!(scrape.names(), documented());
}
