//! All layers around handlers that do well, fail and panic.

use actix_web::{
    App, Error, HttpMessage, HttpRequest, HttpResponse,
    dev::ServiceResponse,
    http::header::HeaderMap,
    test::{TestRequest, init_service, read_body, try_call_service},
    web,
};
use domain::{
    UserId,
    memory::{MemoryStore, SharedStore},
};
use serde_json::Value;
use slog::Level;

use super::{RequestContextLayer, SecurityHeaders, path_config};
use crate::{
    Problem,
    log::{self, RequestLog},
    request::{KnownCaller, context},
    testing,
};

async fn known(request: HttpRequest) -> HttpResponse {
    request.extensions_mut().insert(KnownCaller(UserId::new(7)));
    HttpResponse::Ok().body(context(&request).request_id)
}

async fn panics() -> HttpResponse {
    panic!("oh no")
}

async fn fails() -> Result<HttpResponse, Problem> {
    Err(Problem::internal("the disk is on fire"))
}

async fn foreign() -> Result<HttpResponse, Error> {
    Err(actix_web::error::ErrorInternalServerError("a secret of another crate"))
}

/// What a server in the middle of its life answers.
async fn asked(
    request: TestRequest,
    requests: RequestLog,
    app_log: slog::Logger,
) -> (u16, HeaderMap, String) {
    let store = SharedStore::new(MemoryStore::with(&[]));
    let mut state = testing::state(&store);
    state.log = app_log;
    let app = App::new()
        .app_data(path_config())
        .route("/known", web::get().to(known))
        .route("/panics", web::get().to(panics))
        .route("/fails", web::get().to(fails))
        .route("/foreign", web::get().to(foreign))
        .service(
            web::resource("/form").route(web::post().to(async |_: web::Form<Vec<(String, String)>>| "read")),
        )
        .service(
            web::resource("/chats/{id}").route(web::get().to(async |_: web::Path<i64>| HttpResponse::Ok())),
        )
        .wrap(RequestContextLayer::new(&state, requests))
        .wrap(SecurityHeaders::new(&state));
    let service = init_service(app).await;
    match try_call_service(&service, request.to_request()).await {
        Ok(response) => {
            let (status, headers) = (response.status().as_u16(), response.headers().clone());
            (status, headers, String::from_utf8_lossy(&read_body(response).await).into_owned())
        }
        Err(error) => {
            let response =
                ServiceResponse::new(TestRequest::default().to_http_request(), error.error_response());
            let (status, headers) = (response.status().as_u16(), response.headers().clone());
            (status, headers, String::from_utf8_lossy(&read_body(response).await).into_owned())
        }
    }
}

async fn answered(request: TestRequest) -> (u16, HeaderMap, String) {
    let log = slog::Logger::root(slog::Discard, slog::o!());
    asked(request, RequestLog::discard(), log).await
}

fn id(headers: &HeaderMap) -> String {
    headers.get("X-Request-Id").expect("an id").to_str().expect("ascii").to_owned()
}

#[actix_web::test]
async fn a_well_formed_id_is_kept_and_another_replaced() {
    let with = |id: &'static str| TestRequest::with_uri("/known").insert_header(("X-Request-Id", id));

    let (_, headers, body) = answered(with("My-id_1.2")).await;
    assert_eq!((id(&headers), body), ("My-id_1.2".to_owned(), "My-id_1.2".to_owned()));
    for bad in ["", "a b", "a\"b", "é", &"x".repeat(65)] {
        let bad: &'static str = bad.to_owned().leak();
        let (_, headers, body) = answered(with(bad)).await;
        assert_eq!(id(&headers), body);
        assert!(body != bad && (1..=64).contains(&body.len()), "{body}");
    }
}

#[actix_web::test]
async fn every_refusal_is_a_problem_with_the_id_and_the_headers() {
    let get = TestRequest::with_uri;
    let form = |body: String| {
        TestRequest::post()
            .uri("/form")
            .insert_header(("Content-Type", "application/x-www-form-urlencoded"))
            .set_payload(body)
    };
    let long = format!("/known?{}", "x".repeat(4_097));
    let cases = [
        (get("/nowhere"), 404, "not-found"),
        (get("/chats/seven"), 404, "not-found"),
        (get("/form"), 405, "method-not-allowed"),
        (get("/panics"), 500, "internal"),
        (get("/fails"), 500, "internal"),
        (get("/foreign"), 500, "internal"),
        (get(&long), 414, "uri-too-long"),
        (TestRequest::post().uri("/form").set_payload("a=b"), 415, "unsupported-media-type"),
        (form("a=b".repeat(20_000)), 413, "too-large"),
        (form("a=b".into()).insert_header(("Content-Encoding", "gzip")), 415, "unsupported-media-type"),
    ];
    for (request, expected, code) in cases {
        let (status, headers, body) = answered(request).await;

        assert_eq!(status, expected, "{code}: {body}");
        assert_eq!(headers.get("Content-Type").expect(code), "application/problem+json", "{code}");
        assert!(headers.contains_key("Content-Security-Policy"), "{code}");
        let problem: Value = serde_json::from_str(&body).expect(code);
        assert_eq!(problem["type"], format!("/problems/{code}"));
        assert_eq!((&problem["status"], &problem["request_id"]), (&expected.into(), &id(&headers).into()));
        for secret in ["oh no", "fire", "secret"] {
            assert!(!body.contains(secret), "{body}");
        }
    }
}

#[actix_web::test]
async fn the_log_has_a_line_of_each_request_and_the_cause_of_each_fault_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let logs = log::open(folder.path(), Level::Info, 30).expect("logs");
    let calls =
        [("/known?secret=1", 200), ("/nowhere", 404), ("/panics", 500), ("/fails", 500), ("/foreign", 500)];
    for (path, _) in calls {
        asked(TestRequest::with_uri(path), logs.requests.clone(), logs.app.clone()).await;
    }
    drop(logs);

    let lines = |name: &str| -> Vec<Value> {
        let text: String = std::fs::read_dir(folder.path())
            .expect("a folder")
            .map(|entry| entry.expect("an entry").path())
            .filter(|path| path.file_name().is_some_and(|file| file.to_string_lossy().starts_with(name)))
            .map(|path| std::fs::read_to_string(path).expect("a log"))
            .collect();
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    };
    let told: Vec<(String, i64)> = lines("requests")
        .iter()
        .map(|line| {
            (line["path"].as_str().expect("a path").to_owned(), line["status"].as_i64().expect("a status"))
        })
        .collect();
    let expected: Vec<(String, i64)> = calls
        .iter()
        .map(|(path, status)| (path.split('?').next().unwrap_or(path).to_owned(), *status))
        .collect();
    assert_eq!(told, expected);
    assert_eq!(lines("requests")[0]["user_id"], 7);
    let causes: Vec<String> =
        lines("natter").iter().map(|line| line["cause"].as_str().expect("a cause").to_owned()).collect();
    assert_eq!(causes, ["a handler panicked: oh no", "the disk is on fire", "a secret of another crate"]);
}
