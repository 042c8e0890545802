//! Every field of every body at its bounds: what is just within is taken, what is just beyond is refused, with the
//! field and a stable code.
//!
//! The table is the contract; nothing of it comes from the document.

mod kinds;
mod passwords;
mod paths;
mod table;

use crate::stage::{Stage, id, upload};
use kinds::{Field, Says};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tests::{Answer, PASSWORD, on_each_database};

/// What the table needs beside the stage: Ada's, and fresh names.
struct World {
    stage: Stage,
    /// Eleven of Ada's files.
    files: Vec<i64>,
    /// Twenty-one of Ada's groups.
    groups: Vec<i64>,
    fresh: std::cell::Cell<u32>,
}

impl World {
    async fn on(server: tests::Server) -> Self {
        let stage = Stage::on(server).await;
        let (mut files, mut groups) = (Vec::new(), Vec::new());
        for n in 0..11 {
            files.push(id(&upload(&stage.ada, &format!("{n}.txt"), vec![b'a'; 3]).await.expect(201)));
        }
        for n in 0..21 {
            groups.push(stage.ada.group(&format!("group {n}"), &[]).await);
            stage
                .server
                .api()
                .post("/users", json!({"username": format!("guest{n}"), "password": PASSWORD}))
                .await
                .expect(201);
        }
        Self { stage, files, groups, fresh: 0.into() }
    }

    /// The usernames of so many people beside the stage's.
    fn guests(count: usize) -> Vec<String> {
        (0..count).map(|n| format!("guest{n}")).collect()
    }

    /// A body with nothing wrong in it.
    fn body(&self, call: &str) -> Value {
        self.fresh.set(self.fresh.get() + 1);
        match call {
            "POST /users" => json!({"username": format!("user{}", self.fresh.get()), "password": PASSWORD}),
            "POST /auth/token" => json!({"username": "ada", "password": PASSWORD}),
            "POST /auth/refresh" => json!({"refresh_token": self.stage.ada.refresh_token}),
            "PUT /me/password" => json!({"current_password": PASSWORD, "new_password": "another long one"}),
            "DELETE /me" => json!({"password": PASSWORD}),
            "POST /chats" => json!({"name": "dinner", "members": ["ben"]}),
            "POST /chats/{id}/members" => json!({"username": format!("guest{}", self.fresh.get() % 21)}),
            "PATCH /chats/{id}/members/{username}" => json!({"role": "member"}),
            "PUT /chats/{id}/notifications" => json!({"level": "all"}),
            "PUT /chats/{id}/read" => json!({"seq": 1}),
            "POST /chats/{id}/messages" | "POST /conversations/{username}" => json!({"text": "hi"}),
            "PATCH /chats/{id}/messages/{message_id}" => json!({"text": "hi"}),
            "POST /chats/{id}/messages/{message_id}/forward" => json!({"chat_ids": [self.groups[0]]}),
            "PATCH /me" | "PATCH /chats/{id}" | "POST /chats/{id}/invites" => json!({}),
            call => panic!("{call} is a new call: say what a good body of it is"),
        }
    }

    async fn send(&self, call: &str, body: &Value) -> Answer {
        let (method, path) = call.split_once(' ').unwrap();
        let request = self.stage.ada.request(method.parse().unwrap(), &self.stage.filled(path));
        self.stage.ada.send(request.json(body)).await
    }

    /// One field with one value; `None` leaves it out.
    async fn try_one(&self, field: &Field, value: Option<&Value>, says: Says) {
        let mut body = self.body(field.call);
        let map = body.as_object_mut().unwrap();
        match value {
            Some(value) => map.insert(field.name.to_owned(), value.clone()),
            None => map.remove(field.name),
        };
        for (name, beside) in &field.beside {
            map.insert((*name).to_owned(), beside.clone());
        }
        let answer = self.send(field.call, &body).await;
        let told = format!("{} {} = {}: {}", field.call, field.name, shown(value), answer.body);
        match says {
            Says::Taken => {
                assert!(answer.status < 300, "{told}");
                // Who is a member already stays as they are.
                if answer.status != 200 || !field.call.starts_with("POST") {
                    stands(&answer.body, field, value);
                }
            }
            Says::Nobody => assert_eq!(answer.status, 401, "{told}"),
            Says::Refused(code) => {
                let expected = json!([[field.name, code]]);
                let errors = answer.body["errors"].as_array().into_iter().flatten();
                let told_of: Value = errors.map(|error| json!([error["field"], error["code"]])).collect();
                assert_eq!((answer.status, told_of), (422, expected), "{told}");
            }
        }
    }
}

/// What was taken is what now stands: a text without the blanks around it, an id of the caller's own and a number
/// as they are.
fn stands(answer: &Value, field: &Field, value: Option<&Value>) {
    let (Some(value), Some(stands)) = (value, answer.get(field.name)) else { return };
    match value {
        Value::String(id) if field.name == "client_id" => assert_eq!(stands, id, "{}", field.call),
        Value::String(text) => assert_eq!(stands, text.trim(), "{} {}", field.call, field.name),
        Value::Number(number) if stands.is_number() => assert_eq!(stands, &json!(number)),
        Value::Null if field.call.starts_with("PATCH") => assert!(stands.is_null(), "{answer}"),
        _ => {}
    }
}

fn shown(value: Option<&Value>) -> String {
    let text = value.map_or_else(|| "nothing".to_owned(), Value::to_string);
    if text.len() < 100 { text } else { format!("{} bytes", text.len()) }
}

#[tokio::test]
async fn every_field_is_taken_up_to_its_bounds_and_refused_beyond() {
    on_each_database(async |server| {
        let world = World::on(server).await;
        for field in table::fields(&world) {
            if let Some(says) = field.absent {
                world.try_one(&field, None, says).await;
            }
            if let Some(says) = field.null {
                world.try_one(&field, Some(&Value::Null), says).await;
            }
            for (value, says) in &field.cases {
                world.try_one(&field, Some(value), *says).await;
            }
        }
    })
    .await;
}

#[tokio::test]
async fn every_field_of_the_document_is_in_the_table() {
    let world = World::on(tests::Server::start().await).await;
    let mut documented = BTreeSet::new();
    for (method, path, operation) in world.stage.taking_json() {
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        let name = schema["$ref"].as_str().unwrap().rsplit('/').next().unwrap();
        let schema = &world.stage.contract.document()["components"]["schemas"][name];
        let fields = schema["properties"].as_object().unwrap().keys();
        documented.extend(fields.map(|field| format!("{method} {path} {field}")));
    }

    let table: BTreeSet<_> =
        table::fields(&world).iter().map(|field| format!("{} {}", field.call, field.name)).collect();

    assert_eq!(table, documented);
}
