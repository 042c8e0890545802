//! What a frame to the server may hold: nothing beside its fields, and in them what a body may hold there.

use serde_json::{Value, json};

/// A chat's id as the name of a field.
const ID: &str = "^[1-9][0-9]{0,15}$";

/// Fields of a `send` that take the same texts as those of the body that sends.
const TEXTS: [&str; 2] = ["text", "client_id"];

/// Says it of each command.
pub(super) fn bound(document: &mut Value) {
    let schemas = &mut document["components"]["schemas"];
    for name in names(schemas) {
        schemas[name.as_str()]["additionalProperties"] = json!(false);
    }
    for field in TEXTS {
        let pattern = schemas["SendMessage"]["properties"][field]["pattern"].clone();
        schemas["SendCommand"]["properties"][field]["pattern"] = pattern;
    }
    let chats = &mut schemas["ResumeCommand"]["properties"]["chats"];
    chats["propertyNames"] = json!({"pattern": ID});
    chats["additionalProperties"]["minimum"] = json!(0);
    chats["additionalProperties"]["maximum"] = json!(9_007_199_254_740_991_i64);
}

/// The schemas of all commands.
fn names(schemas: &Value) -> Vec<String> {
    let commands = schemas["LiveCommand"]["oneOf"].as_array().into_iter().flatten();
    let references = commands.filter_map(|command| command["$ref"].as_str()?.rsplit('/').next());
    references.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::openapi::document;

    /// What bounds a value, whether or not it may be null.
    fn bounds(field: &Value) -> Vec<Option<Value>> {
        let keys = ["minLength", "maxLength", "pattern", "minimum", "maximum", "maxItems", "items"];
        keys.map(|key| field.get(key).cloned()).to_vec()
    }

    #[test]
    fn a_send_is_bounded_like_the_body_that_sends() {
        let document = document();
        let fields = |schema: &str| document["components"]["schemas"][schema]["properties"].clone();
        let (frame, body) = (fields("SendCommand"), fields("SendMessage"));

        for (field, schema) in body.as_object().unwrap() {
            assert!(bounds(schema).iter().any(Option::is_some), "{field}");
            assert_eq!(bounds(&frame[field]), bounds(schema), "{field}");
        }
        assert_eq!(bounds(&fields("ReadCommand")["seq"]), bounds(&fields("MarkRead")["seq"]));
    }

    #[test]
    fn no_command_takes_what_it_does_not_name() {
        let document = document();
        let schemas = &document["components"]["schemas"];
        let names = names(schemas);

        assert_eq!(names.len(), 5, "{names:?}");
        for name in names {
            let command = &schemas[name.as_str()];
            assert_eq!(command["additionalProperties"], false, "{name}");
            let chat = &command["properties"]["chat_id"];
            assert!(chat.is_null() || (chat["minimum"] == 1 && chat["maximum"].is_u64()), "{name}: {chat}");
        }
        let chats = &schemas["ResumeCommand"]["properties"]["chats"];
        assert_eq!(chats["additionalProperties"]["minimum"], 0, "{chats}");
    }
}
