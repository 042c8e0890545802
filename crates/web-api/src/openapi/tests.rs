//! The document says what the server does.

use actix_web::{http::Method, test::TestRequest};
use domain::chats::{NewInvite, invites};
use serde_json::{Value, json};

use super::document;
use crate::testing::World;

fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let paths = document["paths"].as_object().unwrap();
    paths
        .iter()
        .flat_map(|(path, item)| {
            let methods = item.as_object().unwrap().iter().filter(|(_, operation)| operation.is_object());
            methods.map(|(method, operation)| (path.clone(), method.to_uppercase(), operation.clone()))
        })
        .collect()
}

/// Of an invitation that anybody may see.
const CODE: &str = "abcdefghijklmnopqrstuv";

/// A path with something in the place of each parameter.
fn filled(path: &str) -> String {
    ["{id}", "{message_id}"]
        .iter()
        .fold(path.to_owned(), |path, name| path.replace(name, "1"))
        .replace("{username}", "ana")
        .replace("{reaction}", "yum")
        .replace("{code}", CODE)
}

#[test]
fn every_operation_is_told_in_full() {
    let document = document();
    let mut ids = Vec::new();
    for (path, method, operation) in operations(&document) {
        let of = format!("{method} {path}");
        let id = operation["operationId"].as_str().unwrap().to_owned();
        assert!(!ids.contains(&id), "{of}: {id} twice");
        ids.push(id);
        assert!(operation["summary"].is_string(), "{of}");
        assert_eq!(operation["tags"].as_array().map(Vec::len), Some(1), "{of}");
        for part in path.split('/').filter(|part| part.starts_with('{')) {
            let name = part.trim_matches(['{', '}']);
            let parameters = operation["parameters"].as_array().unwrap();
            assert!(
                parameters.iter().any(|one| one["name"] == name && one["description"].is_string()),
                "{of}: {name}"
            );
        }
        for (status, response) in operation["responses"].as_object().unwrap() {
            assert!(response["description"].is_string() || response["$ref"].is_string(), "{of}: {status}");
        }
        if ["POST", "PUT", "PATCH"].contains(&method.as_str()) && operation["requestBody"].is_object() {
            for (kind, media) in operation["requestBody"]["content"].as_object().unwrap() {
                assert!(!kind.ends_with("json") || !media["example"].is_null(), "{of}: an example");
            }
        }
    }
    assert!(ids.len() >= 40, "{}", ids.len());
}

#[test]
fn every_reference_leads_somewhere() {
    fn check(value: &Value, document: &Value) {
        if let Some(reference) = value["$ref"].as_str() {
            let found = document.pointer(reference.trim_start_matches('#'));
            assert!(found.is_some(), "{reference}");
        }
        match value {
            Value::Object(map) => map.values().for_each(|value| check(value, document)),
            Value::Array(items) => items.iter().for_each(|value| check(value, document)),
            _ => {}
        }
    }
    let document = document();
    check(&document, &document);
    assert_eq!(document["openapi"], "3.1.0");
}

#[test]
fn every_frame_has_a_schema_that_its_type_tells() {
    let document = document();
    for (union, kinds) in [("LiveEvent", 19), ("LiveCommand", 5)] {
        let union = &document["components"]["schemas"][union];
        let mapping = union["discriminator"]["mapping"].as_object().unwrap();
        assert_eq!(union["discriminator"]["propertyName"], "type");
        assert_eq!((mapping.len(), union["oneOf"].as_array().unwrap().len()), (kinds, kinds));
        for (kind, reference) in mapping {
            assert!(union["oneOf"].as_array().unwrap().contains(&json!({"$ref": reference})), "{kind}");
            let frame = document.pointer(reference.as_str().unwrap().trim_start_matches('#')).unwrap();
            assert_eq!(frame["properties"]["type"]["const"], json!(kind));
            assert!(frame["required"].as_array().unwrap().contains(&json!("type")), "{kind}");
        }
    }
    let created = &document["components"]["schemas"]["MessageCreatedEvent"];
    assert_eq!(created["properties"]["message"]["$ref"], "#/components/schemas/Message");
}

#[test]
fn a_page_refers_to_what_is_on_it() {
    let document = document();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let pages: Vec<_> =
        schemas.iter().filter_map(|(name, page)| Some((name.strip_suffix("Page")?, page))).collect();

    assert!(pages.len() >= 5, "{}", pages.len());
    for (item, page) in pages {
        let items = &page["properties"]["items"]["items"];
        assert_eq!(*items, json!({"$ref": format!("#/components/schemas/{item}")}));
    }
    assert!(schemas.keys().all(|name| name.chars().all(char::is_alphanumeric)), "{:?}", schemas.keys());
}

#[test]
fn what_may_be_null_is_described_all_the_same() {
    let chat = &document()["components"]["schemas"]["Chat"]["properties"];
    for field in ["peer", "my_role", "last_message", "notifications", "created_by"] {
        assert!(chat[field]["description"].is_string(), "{field}: {}", chat[field]);
    }
}

#[actix_web::test]
async fn every_operation_is_served_and_asks_for_a_token_as_it_says() {
    let world = World::with(&["ana"]);
    {
        let mut store = world.store.lock();
        let (lunch, ana) = (store.group("Lunch", "ana", &[]), store.caller("ana"));
        let new = NewInvite { code: CODE.parse().unwrap(), lasts: None, max_uses: None };
        invites::create(&mut *store, &ana, lunch, &new).unwrap();
    }
    for (path, method, operation) in operations(&document()) {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let answered = world.call(method.clone(), &filled(&path), None, None).await;

        let is_public = operation["security"] == json!([]);
        assert_eq!(answered.status != 401, is_public, "{method} {path}: {}", answered.json);
        assert_ne!(answered.status, 404, "{method} {path}");
        assert_ne!(answered.status, 405, "{method} {path}");
    }
}

#[actix_web::test]
async fn the_page_and_all_that_it_loads_come_from_here() {
    let world = World::with(&[]);
    let page = world.send(TestRequest::get().uri("/api/docs")).await;
    let html = String::from_utf8(page.bytes.to_vec()).unwrap();

    assert!(page.header("content-security-policy").unwrap().starts_with("default-src 'none'"));
    let links: Vec<&str> = html.split(['"']).filter(|part| part.starts_with("/api/")).collect();
    assert!(links.len() >= 5, "{links:?}");
    for link in links {
        assert_eq!(world.send(TestRequest::get().uri(link)).await.status, 200, "{link}");
    }
    assert!(!html.contains("http"), "nothing from elsewhere");
    assert_eq!(world.send(TestRequest::get().uri("/api/docs/none.js")).await.status, 404);
    let written = world.send(TestRequest::post().uri("/api/docs")).await;
    assert_eq!((written.header("allow"), written.status), (Some("GET, HEAD"), 405));
}
