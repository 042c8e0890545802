//! Looking into JSON.

use serde_json::{Value, json};

pub fn int(value: &Value, field: &str) -> i64 {
    value[field].as_i64().unwrap_or_else(|| panic!("no number `{field}` in {value}"))
}

pub fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_else(|| panic!("no text `{field}` in {value}"))
}

pub fn items(value: &Value) -> &[Value] {
    value["items"].as_array().map_or(&[], Vec::as_slice)
}

/// What a user has of a person; null stays null.
pub fn person(user: &Value) -> Value {
    if user.is_null() {
        return Value::Null;
    }
    json!({
        "id": user["id"], "username": user["username"],
        "display_name": user["display_name"], "avatar_url": user["avatar_url"],
    })
}
