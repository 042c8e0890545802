//! What holds for every call.

use actix_web::{http::Method, test::TestRequest};
use serde_json::json;

use crate::testing::World;

#[actix_web::test]
async fn a_call_without_a_token_that_is_good_is_asked_for_one() {
    let world = World::with(&["ana"]);
    for token in [None, Some(""), Some("not.a.token")] {
        let answered = world.call(Method::GET, "/me", token, None).await;

        assert_eq!(answered.header("www-authenticate"), Some("Bearer"));
        assert_eq!(answered.header("content-type"), Some("application/problem+json"));
        assert_eq!(answered.expect(401)["type"], "/problems/unauthenticated");
    }
}

#[actix_web::test]
async fn the_scheme_is_known_in_any_case_and_no_other_is_taken() {
    let world = World::with(&["ana"]);
    let token = world.token("ana");
    let sent = async |value: String| {
        world.send(TestRequest::get().uri("/api/v1/me").insert_header(("Authorization", value))).await.status
    };

    assert_eq!(sent(format!("bearer {token}")).await, 200);
    assert_eq!(sent(format!("Basic {token}")).await, 401);
    assert_eq!(sent(token.clone()).await, 401);
    let cookie = TestRequest::get().uri("/api/v1/me").insert_header(("Cookie", format!("token={token}")));
    assert_eq!(world.send(cookie).await.status, 401);
}

#[actix_web::test]
async fn a_path_that_is_not_there_is_a_problem() {
    let world = World::with(&[]);
    for path in ["/nothing", "", "/", "/chats/7/nothing", "/users/ana/avatar/x"] {
        let problem = world.call(Method::GET, path, None, None).await.expect(404);

        assert_eq!(
            (&problem["type"], &problem["status"]),
            (&json!("/problems/not-found"), &json!(404)),
            "{path}"
        );
    }
    let problem = world.send(TestRequest::get().uri("/api/v2/me")).await;
    assert_eq!(problem.header("content-type"), Some("application/problem+json"));
    assert_eq!(problem.status, 404);
}

#[actix_web::test]
async fn a_method_that_a_path_does_not_know_is_refused_with_those_that_it_does() {
    let world = World::with(&["ana"]);
    for (method, path, allowed) in [
        (Method::DELETE, "/chats", "GET, HEAD, POST"),
        (Method::PUT, "/chats/7", "GET, HEAD, PATCH, DELETE"),
        (Method::POST, "/chats/public", "GET, HEAD"),
        (Method::PATCH, "/chats/public", "GET, HEAD"),
        (Method::GET, "/auth/token", "POST"),
        (Method::PATCH, "/chats/7/messages/9/reactions/yum", "PUT, DELETE"),
    ] {
        let answered = world.call(method, path, None, None).await;

        assert_eq!(answered.header("allow"), Some(allowed), "{path}");
        assert_eq!(answered.expect(405)["type"], "/problems/method-not-allowed");
    }
}

#[actix_web::test]
async fn what_can_be_got_can_be_asked_for_its_head() {
    let world = World::with(&["ana"]);
    let answered = world.call(Method::HEAD, "/me", Some(&world.token("ana")), None).await;

    assert_eq!(answered.status, 200);
    assert!(answered.header("etag").is_some());
}

#[actix_web::test]
async fn a_body_is_read_strictly() {
    let world = World::with(&["ana"]);
    let token = world.token("ana");
    let sent = async |kind: Option<&'static str>, body: String| {
        let mut request = TestRequest::post()
            .uri("/api/v1/chats")
            .insert_header(("Authorization", format!("Bearer {token}")))
            .set_payload(body);
        if let Some(kind) = kind {
            request = request.insert_header(("Content-Type", kind));
        }
        world.send(request).await
    };
    let json = Some("application/json");

    sent(json, "{\"name\":".to_owned()).await.expect(400);
    sent(json, "{\"name\": \"\\ud800\"}".to_owned()).await.expect(400);
    sent(json, String::new()).await.expect(400);
    sent(json, "[".repeat(100_000)).await.expect(400);
    sent(json, "[]".to_owned()).await.expect(422);
    sent(json, format!("{{\"name\": \"{}\"}}", "x".repeat(256 * 1024))).await.expect(413);
    sent(Some("text/plain"), "{}".to_owned()).await.expect(415);
    sent(Some("application/x-www-form-urlencoded"), "name=x".to_owned()).await.expect(415);
    sent(None, "{}".to_owned()).await.expect(415);
    let good = "{\"name\": \"Lunch\", \"members\": []}".to_owned();
    sent(Some("application/json; charset=utf-8"), good).await.expect(201);
}

#[actix_web::test]
async fn every_field_that_is_wrong_is_named_at_once() {
    let world = World::with(&["ana"]);
    let token = world.token("ana");
    let body = json!({"members": ["x"], "description": 5, "visibility": "secret", "colour": "red"});

    let mut refused = world.call(Method::POST, "/chats", Some(&token), Some(body)).await.refused();

    refused.sort();
    let told: Vec<_> = refused.iter().map(|(field, code)| (field.as_str(), code.as_str())).collect();
    assert_eq!(
        told,
        [
            ("colour", "unknown_field"),
            ("description", "wrong_type"),
            ("members", "too_short"),
            ("name", "required"),
            ("visibility", "unknown_value"),
        ]
    );
}

#[actix_web::test]
async fn lists_come_in_pages() {
    let names: Vec<String> = (0..5).map(|n| format!("user{n}")).collect();
    let world = World::with(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let token = world.token("user0");
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page =
            world.call(Method::GET, &format!("/users?limit=2{cursor}"), Some(&token), None).await.expect(200);
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= 2);
        seen.extend(items.iter().map(|user| user["username"].as_str().unwrap().to_owned()));
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }

    assert_eq!(seen, names);
}

#[actix_web::test]
async fn a_page_out_of_bounds_is_refused_and_what_is_not_known_is_ignored() {
    let world = World::with(&["ana"]);
    let token = world.token("ana");
    let got =
        async |query: &str| world.call(Method::GET, &format!("/chats?{query}"), Some(&token), None).await;

    for query in ["limit=0", "limit=201", "limit=ten", "limit=", "cursor=nonsense"] {
        let field = query.split('=').next().unwrap();
        assert_eq!(got(query).await.refused()[0].0, field, "{query}");
    }
    assert_eq!(got("limit=0&cursor=nonsense").await.refused().len(), 2);
    got("limit=200&colour=red").await.expect(200);
}
