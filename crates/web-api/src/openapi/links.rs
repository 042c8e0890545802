//! Where a response leads: what was made is named in it, and these calls take that name.

use serde_json::{Map, Value, json};

/// From one response on.
struct Links {
    /// The operation, as method and path.
    from: &'static str,
    /// With which status it was answered.
    status: &'static str,
    /// Where in the call and its answer what the next calls need is found.
    found: &'static [(&'static str, &'static str)],
    /// The next calls.
    to: &'static [&'static str],
}

const LINKS: [Links; 8] = [
    Links {
        from: "POST /users",
        status: "201",
        found: &[("username", "$response.body#/username")],
        to: &["GET /users/{username}", "GET /users/{username}/avatar", "GET /conversations/{username}"],
    },
    Links {
        from: "POST /chats",
        status: "201",
        found: &[("id", "$response.body#/id")],
        to: &[
            "GET /chats/{id}",
            "PATCH /chats/{id}",
            "DELETE /chats/{id}",
            "GET /chats/{id}/members",
            "POST /chats/{id}/members",
            "GET /chats/{id}/messages",
            "POST /chats/{id}/messages",
            "GET /chats/{id}/invites",
            "POST /chats/{id}/invites",
            "PUT /chats/{id}/notifications",
            "PUT /chats/{id}/read",
        ],
    },
    Links {
        from: "POST /chats/{id}/messages",
        status: "201",
        found: &[("id", "$response.body#/chat_id"), ("message_id", "$response.body#/id")],
        to: &MESSAGE,
    },
    Links {
        from: "POST /conversations/{username}",
        status: "201",
        found: &[("id", "$response.body#/chat_id"), ("message_id", "$response.body#/id")],
        to: &MESSAGE,
    },
    Links {
        from: "POST /chats/{id}/messages/{message_id}/forward",
        status: "201",
        found: &[("id", "$response.body#/items/0/chat_id"), ("message_id", "$response.body#/items/0/id")],
        to: &["GET /chats/{id}/messages/{message_id}", "GET /chats/{id}/messages/{message_id}/source"],
    },
    Links {
        from: "POST /chats/{id}/members",
        status: "201",
        found: &[("id", "$request.path.id"), ("username", "$response.body#/user/username")],
        to: &["PATCH /chats/{id}/members/{username}", "DELETE /chats/{id}/members/{username}"],
    },
    Links {
        from: "POST /chats/{id}/invites",
        status: "201",
        found: &[("id", "$request.path.id"), ("code", "$response.body#/code")],
        to: &["GET /invites/{code}", "POST /invites/{code}/accept", "DELETE /chats/{id}/invites/{code}"],
    },
    Links {
        from: "POST /attachments",
        status: "201",
        found: &[("id", "$response.body#/id")],
        to: &["GET /attachments/{id}", "GET /attachments/{id}/thumbnail"],
    },
];

/// What is done with a message.
const MESSAGE: [&str; 5] = [
    "GET /chats/{id}/messages/{message_id}",
    "PATCH /chats/{id}/messages/{message_id}",
    "DELETE /chats/{id}/messages/{message_id}",
    "POST /chats/{id}/messages/{message_id}/forward",
    "PUT /chats/{id}/messages/{message_id}/reactions/{reaction}",
];

/// Adds them to the responses.
pub(super) fn add(document: &mut Value) {
    for links in &LINKS {
        let all: Map<String, Value> = links.to.iter().filter_map(|to| link(document, links, to)).collect();
        if let Some(operation) = pointer(links.from).and_then(|place| document.pointer_mut(&place)) {
            operation["responses"][links.status]["links"] = Value::Object(all);
        }
    }
}

/// One of them, under the name of the operation that it leads to.
fn link(document: &Value, links: &Links, to: &str) -> Option<(String, Value)> {
    let operation = document.pointer(&pointer(to)?)?["operationId"].as_str()?;
    let taken = links.found.iter().filter(|(name, _)| to.contains(&format!("{{{name}}}")));
    let parameters: Map<String, Value> =
        taken.map(|(name, place)| ((*name).to_owned(), json!(place))).collect();
    Some((operation.to_owned(), json!({"operationId": operation, "parameters": parameters})))
}

/// Where in the document `GET /chats` stands.
fn pointer(operation: &str) -> Option<String> {
    let (method, path) = operation.split_once(' ')?;
    Some(format!("/paths/{}/{}", path.replace('/', "~1"), method.to_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::openapi::document;

    #[test]
    fn every_link_is_there_with_what_its_operation_takes() {
        let document = document();
        for Links { from, status, to, .. } in &LINKS {
            let response = &document.pointer(&pointer(from).unwrap()).unwrap()["responses"][status];
            assert!(response["description"].is_string(), "{from} is not answered {status}");
            assert_eq!(response["links"].as_object().map(Map::len), Some(to.len()), "{from}");
            for to in *to {
                let operation = &document.pointer(&pointer(to).unwrap()).unwrap()["operationId"];
                let link = &response["links"][operation.as_str().unwrap()];
                let needed = to.matches('{').count() - usize::from(to.contains("{reaction}"));
                assert_eq!(link["parameters"].as_object().map(Map::len), Some(needed), "{from} → {to}");
            }
        }
    }
}
