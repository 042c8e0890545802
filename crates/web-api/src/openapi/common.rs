//! What all operations have in common: the refusals that any may meet, and the headers of every response.

use actix_web::http::StatusCode;
use domain::Invalid;
use serde_json::{Map, Value, json};
use web_common::{FieldError, Problem};

/// Refusals beside those that a handler names: name, status, what it says.
const REFUSALS: [(&str, &str, &str); 11] = [
    ("Malformed", "400", "What came can't be read at all."),
    ("Unauthenticated", "401", "Not proven who calls, or not any more."),
    ("NotFound", "404", "Not there, or not to be seen by this caller: the two answers are the same."),
    ("RequestTimeout", "408", "The body came too slowly."),
    ("TooLarge", "413", "The body has too many bytes."),
    ("UriTooLong", "414", "The query has more than 4 KiB."),
    ("UnsupportedMediaType", "415", "The body is of another type than this operation takes."),
    ("Invalid", "422", "Fields that can't be taken; `errors` names each of them."),
    ("Throttled", "429", "Too many requests: try again after `Retry-After`."),
    ("Internal", "500", "A fault of the server's own."),
    ("Unavailable", "503", "Something that is needed is away or full: try again after `Retry-After`."),
];

/// The id of a request in examples.
const REQUEST: &str = "01JD2X4N8Z";

/// Adds to each operation what it has in common with others.
pub(super) fn complete(document: &mut Value) {
    for (name, _, description) in REFUSALS {
        document["components"]["responses"][name] = json!({
            "description": description,
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        });
    }
    if let Some(responses) = document["components"]["responses"].as_object_mut() {
        for (name, response) in responses {
            response["headers"] = Value::Object(headers(name));
            response["content"]["application/problem+json"]["example"] = example(name);
        }
    }
    let Some(paths) = document["paths"].as_object_mut() else { return };
    for operation in paths.values_mut().filter_map(Value::as_object_mut).flat_map(Map::values_mut) {
        if operation.is_object() {
            complete_operation(operation);
        }
    }
}

/// A problem of that kind, as it is answered.
fn example(refusal: &str) -> Value {
    let (status, code, detail) = match refusal {
        "Malformed" => (StatusCode::BAD_REQUEST, "malformed", "The body is not JSON."),
        "Unauthenticated" => (StatusCode::UNAUTHORIZED, "unauthenticated", "Sign in first."),
        "Forbidden" => (StatusCode::FORBIDDEN, "not-a-member", "Only members of this chat may do this."),
        "RequestTimeout" => {
            (StatusCode::REQUEST_TIMEOUT, "request-timeout", "The request took too long to come.")
        }
        "TooLarge" => (StatusCode::PAYLOAD_TOO_LARGE, "too-large", "The body has more than 262144 bytes."),
        "Conflict" => {
            (StatusCode::CONFLICT, "last-owner", "A group needs an owner: make somebody else one first.")
        }
        "UnsupportedMediaType" => {
            (StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", "Send JSON.")
        }
        "UriTooLong" => {
            (StatusCode::URI_TOO_LONG, "uri-too-long", "The query string has at most 4096 bytes.")
        }
        "RangeNotSatisfiable" => {
            (StatusCode::RANGE_NOT_SATISFIABLE, "range-not-satisfiable", "The file has 48213 bytes.")
        }
        "UpgradeRequired" => {
            (StatusCode::UPGRADE_REQUIRED, "upgrade-required", "This address speaks WebSocket.")
        }
        "Unavailable" => (StatusCode::SERVICE_UNAVAILABLE, "busy", "This can't be done right now."),
        "Internal" => return Problem::internal("").to_json(Some(REQUEST)),
        "Throttled" => return Problem::throttled(2).to_json(Some(REQUEST)),
        "Invalid" => {
            let taken = FieldError::new("username", Invalid::new("taken", "is taken"));
            return Problem::invalid(vec![taken]).to_json(Some(REQUEST));
        }
        _ => return Problem::not_found().to_json(Some(REQUEST)),
    };
    Problem::new(status, code, detail).to_json(Some(REQUEST))
}

fn complete_operation(operation: &mut Value) {
    let is_public = operation["security"] == json!([{}]);
    let has_body = operation["requestBody"].is_object();
    let has = |place: &str| {
        operation["parameters"].as_array().is_some_and(|all| all.iter().any(|one| one["in"] == place))
    };
    let has_reaction =
        operation["parameters"].as_array().is_some_and(|all| all.iter().any(|one| one["name"] == "reaction"));
    let (has_path, has_query) = (has("path"), has("query"));
    let is_tagged = !operation["responses"]["200"]["headers"]["ETag"].is_null();
    if is_public {
        // An empty list, not a list of an empty requirement: none at all is asked for.
        operation["security"] = json!([]);
    }
    if has_body {
        operation["requestBody"]["required"] = json!(true);
    }
    if is_tagged {
        add_condition(operation);
    }
    if let Some(content) = operation.pointer_mut("/requestBody/content").and_then(Value::as_object_mut) {
        name_bytes(content);
    }
    let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) else { return };
    for response in responses.values_mut().filter_map(Value::as_object_mut) {
        if response.contains_key("$ref") {
            continue;
        }
        if let Some(content) = response.get_mut("content").and_then(Value::as_object_mut) {
            name_bytes(content);
        }
        if let Some(known) = response.entry("headers").or_insert_with(|| json!({})).as_object_mut() {
            // What a handler names, it always sends.
            known.values_mut().for_each(|header| header["required"] = json!(true));
            known.extend(headers(""));
        }
    }
    for (name, status, _) in REFUSALS {
        let met = match status {
            "400" => has_body || has_query,
            "401" => !is_public,
            "404" => has_path,
            "408" | "413" | "415" => has_body,
            "422" => has_body || has_query || has_reaction,
            _ => true,
        };
        if met && !responses.contains_key(status) {
            let reference = json!({"$ref": format!("#/components/responses/{name}")});
            responses.insert(status.to_owned(), reference);
        }
    }
}

/// Files are bytes, not lists of numbers. Beside pictures as they are, a form has one in it too.
fn name_bytes(content: &mut Map<String, Value>) {
    let pictures: Vec<_> = content.keys().filter(|kind| kind.starts_with("image/")).cloned().collect();
    if let Some(form) = content.get_mut("multipart/form-data").filter(|_| !pictures.is_empty()) {
        form["encoding"] = json!({"file": {"contentType": pictures.join(", ")}});
    }
    for media in content.values_mut().filter(|media| media["schema"]["type"] == "array") {
        media["schema"] = json!({"type": "string", "format": "binary"});
    }
}

/// What a client that has it already sends, and what it is answered.
fn add_condition(operation: &mut Value) {
    let condition = json!({
        "name": "If-None-Match", "in": "header", "required": false, "schema": {"type": "string"},
        "description": "The `ETag` of what the client has already.",
    });
    match operation.get_mut("parameters").and_then(Value::as_array_mut) {
        Some(parameters) => parameters.push(condition),
        None => operation["parameters"] = json!([condition]),
    }
    let tag = json!({"schema": {"type": "string"}, "description": "As it was sent."});
    operation["responses"]["304"] = json!({"description": "Nothing has changed.", "headers": {"ETag": tag}});
}

/// The headers of a response; of a refusal, those that it has besides.
fn headers(refusal: &str) -> Map<String, Value> {
    let header =
        |description: &str, kind: &str| json!({"description": description, "schema": {"type": kind}});
    let always = |description: &str, kind: &str| {
        let mut header = header(description, kind);
        header["required"] = json!(true);
        header
    };
    let mut headers = Map::new();
    headers.insert(
        "X-Request-Id".to_owned(),
        always("The caller's own id for the request where it is well-formed, else one made here.", "string"),
    );
    for (name, description) in [
        ("RateLimit-Limit", "How much can be asked for at once, by the tightest rule."),
        ("RateLimit-Remaining", "How much of that is left."),
        ("RateLimit-Reset", "In how many seconds all of it is there again."),
    ] {
        headers.insert(name.to_owned(), header(description, "integer"));
    }
    match refusal {
        "Unauthenticated" => {
            headers.insert("WWW-Authenticate".to_owned(), always("`Bearer`.", "string"));
        }
        "Throttled" | "Unavailable" => {
            headers.insert("Retry-After".to_owned(), always("In seconds.", "integer"));
        }
        _ => {}
    }
    headers
}
