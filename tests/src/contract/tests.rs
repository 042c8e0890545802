//! The checker goes red: answers of which each is wrong in one way.

use super::{Asked, Contract};
use crate::Answer;
use reqwest::Method;
use reqwest::header::{HeaderMap, HeaderName};
use serde_json::{Value, json};

/// Of a server that has pets.
fn contract() -> Contract {
    let id = json!({"X-Request-Id": {"required": true, "schema": {"type": "string"}}});
    let refused = json!({"headers": id, "content": {"application/problem+json": {"schema": {"type": "object", "properties":
        {"type": {}, "title": {}, "status": {}, "detail": {}, "request_id": {}, "errors": {}}}}}});
    let pet = json!({"headers": {"ETag": {"required": true}, "Age": {"schema": {"type": "integer"}}},
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}});
    let name = json!({"type": "string", "format": "uri-reference"});
    Contract::new(json!({
        "paths": {
            "/pets/{id}": {
                "get": {"responses": {"200": pet, "404": {"$ref": "#/components/responses/Refused"}}},
                "delete": {"responses": {"204": {}}},
            },
            "/pets/best": {"get": {"responses": {"200": {"content": {"image/png": {}}}}}},
        },
        "components": {
            "schemas": {"Pet": {"type": "object", "required": ["name"], "properties": {"name": name}}},
            "responses": {"Refused": refused},
        },
    }))
}

fn answer(status: u16, kind: &str, body: &Value) -> Answer {
    let bytes = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
    let mut answer =
        Answer { call: String::new(), status, headers: HeaderMap::new(), bytes, body: body.clone() };
    for (name, value) in [("content-type", kind), ("x-request-id", "r-1"), ("etag", "\"1\"")] {
        answer.headers.insert(HeaderName::from_static(name), value.parse().expect("a value"));
    }
    answer
}

fn pet(body: &Value) -> Answer {
    answer(200, "application/json", body)
}

fn problem() -> Value {
    json!({"type": "/problems/not-found", "title": "Not found", "status": 404, "detail": "", "request_id": "r-1"})
}

fn check(method: Method, path: &str, answer: &Answer) -> Result<Option<String>, String> {
    contract().check(&Asked { method, path: path.to_owned() }, answer)
}

#[test]
fn what_is_as_it_should_be_passes() {
    let known = |name: &str| Ok(Some(name.to_owned()));

    assert_eq!(check(Method::GET, "/pets/7", &pet(&json!({"name": "rex"}))), known("GET /pets/{id}"));
    assert_eq!(check(Method::HEAD, "/pets/7", &pet(&Value::Null)), known("GET /pets/{id}"));
    assert_eq!(check(Method::DELETE, "/pets/7", &answer(204, "", &Value::Null)), known("DELETE /pets/{id}"));
    assert_eq!(
        check(Method::GET, "/pets/best", &answer(200, "image/png", &json!(1))),
        known("GET /pets/best")
    );
    let refused = answer(404, "application/problem+json", &problem());
    assert_eq!(check(Method::GET, "/pets/7", &refused), known("GET /pets/{id}"));
    assert_eq!(check(Method::GET, "/cats", &refused), Ok(None));
}

#[test]
fn a_body_must_be_all_that_is_declared_and_nothing_else() {
    for body in [json!({}), json!({"name": 7}), json!({"name": "a b"}), json!({"name": "rex", "age": 7})] {
        assert!(check(Method::GET, "/pets/7", &pet(&body)).is_err(), "{body}");
    }
    let deleted = answer(204, "", &json!("gone"));
    assert_eq!(check(Method::DELETE, "/pets/7", &deleted), Err("a body where there is none".to_owned()));
    assert!(check(Method::GET, "/pets/best", &pet(&json!({"name": "rex"}))).is_err(), "no picture");
}

#[test]
fn a_status_must_be_declared() {
    let body = json!({"name": "rex"});

    assert!(check(Method::GET, "/pets/7", &answer(201, "application/json", &body)).is_err());
    assert!(check(Method::GET, "/cats", &pet(&body)).is_err(), "another path");
    assert!(check(Method::POST, "/pets/7", &pet(&body)).is_err(), "another method");
    let refused = Value::Object({
        let mut problem = problem().as_object().cloned().unwrap_or_default();
        problem.insert("status".to_owned(), json!(410));
        problem
    });
    assert!(check(Method::GET, "/pets/7", &answer(410, "application/problem+json", &refused)).is_err());
}

#[test]
fn declared_headers_must_be_there_and_of_their_kind() {
    let good = pet(&json!({"name": "rex"}));
    for (name, value) in [("x-request-id", None), ("etag", None), ("age", Some("old"))] {
        let mut bad = good.clone();
        bad.headers.remove(name);
        if let Some(value) = value {
            bad.headers.insert(name, value.parse().expect("a value"));
        }
        assert!(check(Method::GET, "/pets/7", &bad).is_err(), "{name}");
    }
}

#[test]
fn a_refusal_must_be_a_problem_of_this_request() {
    for (field, value) in [
        ("request_id", json!("r-2")),
        ("status", json!(403)),
        ("type", json!("not-found")),
        ("title", json!("")),
        ("errors", json!([{}])),
    ] {
        let mut body = problem();
        body[field] = value;
        let refused = answer(404, "application/problem+json", &body);
        assert!(check(Method::GET, "/pets/7", &refused).is_err(), "{field}");
    }
    assert!(check(Method::GET, "/pets/7", &answer(404, "application/json", &problem())).is_err());
}

#[test]
fn another_method_is_told_which_there_are() {
    let mut body = problem();
    body["status"] = json!(405);
    let mut refused = answer(405, "application/problem+json", &body);
    assert!(check(Method::POST, "/pets/7", &refused).is_err(), "no Allow");
    refused.headers.insert("allow", "GET, DELETE".parse().expect("a value"));
    assert!(check(Method::POST, "/pets/7", &refused).is_err(), "no HEAD");
    refused.headers.insert("allow", "DELETE, GET, HEAD".parse().expect("a value"));
    assert_eq!(check(Method::POST, "/pets/7", &refused), Ok(None));
}
