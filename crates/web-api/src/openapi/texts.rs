//! Which texts a field takes: what its type in the domain refuses, said as a pattern.

use serde_json::{Value, json};

/// Anything but U+0000.
const ANY: &str = r"^[^\u0000]*$";

/// What can't be seen, within a class: without what has no four digits, which not all readers of patterns take.
macro_rules! unseen {
    () => {
        r"\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8"
    };
}

/// Control characters, within a class.
macro_rules! controls {
    () => {
        r"\u0000-\u001f\u007f-\u009f"
    };
}

/// What turns the direction of writing or ends a line, within a class.
macro_rules! turning {
    () => {
        r"\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
    };
}

/// With something to see.
const TEXT: &str = concat!(r"^[^\u0000]*[^\u0000", unseen!(), r"][^\u0000]*$");

/// With something to see, on one line: no control characters, and none that turn the direction of writing.
const LINE: &str = concat!(
    "^[^",
    controls!(),
    turning!(),
    "]*[^",
    controls!(),
    turning!(),
    unseen!(),
    "][^",
    controls!(),
    turning!(),
    "]*$"
);

/// As its sender likes: not only blanks, and no control characters.
const OWN_ID: &str = concat!("^[^", controls!(), r"]*[^\s", controls!(), "][^", controls!(), "]*$");

/// What people are called: ASCII letters and digits, and `_.-` between them.
const USERNAME: &str = "^[A-Za-z0-9][A-Za-z0-9_.-]*[A-Za-z0-9]$";

/// Bodies, their fields and what these take.
const FIELDS: [(&str, &str, &str); 17] = [
    ("SignUp", "password", ANY),
    ("SignUp", "first_name", LINE),
    ("SignUp", "last_name", LINE),
    ("UpdateMe", "first_name", LINE),
    ("UpdateMe", "last_name", LINE),
    ("UpdateMe", "bio", TEXT),
    ("ChangePassword", "new_password", ANY),
    ("CreateChat", "name", LINE),
    ("CreateChat", "description", TEXT),
    ("UpdateChat", "name", LINE),
    ("UpdateChat", "description", TEXT),
    ("AddMember", "username", USERNAME),
    ("SendMessage", "text", ANY),
    ("SendMessage", "client_id", OWN_ID),
    ("EditMessage", "text", ANY),
    ("ForwardMessage", "comment", TEXT),
    ("ForwardMessage", "client_id", OWN_ID),
];

/// Bodies with lists of people.
const PEOPLE: [(&str, &str); 2] = [("CreateChat", "members"), ("ForwardMessage", "usernames")];

/// Query parameters that look for a text; what is in a path and fits nobody is not there, as all that is not.
const SEARCHES: [(&str, &str); 3] = [("/users", "query"), ("/chats/public", "query"), ("/search", "author")];

/// Says it of each field.
pub(super) fn describe(document: &mut Value) {
    let schemas = &mut document["components"]["schemas"];
    for (schema, field, pattern) in FIELDS {
        schemas[schema]["properties"][field]["pattern"] = json!(pattern);
    }
    for (schema, field) in PEOPLE {
        let people = &mut schemas[schema]["properties"][field]["items"];
        *people = json!({"type": "string", "minLength": 3, "maxLength": 32, "pattern": USERNAME});
    }
    for (path, name) in SEARCHES {
        let parameters = document["paths"][path]["get"]["parameters"].as_array_mut();
        for parameter in parameters.into_iter().flatten().filter(|parameter| parameter["name"] == name) {
            parameter["schema"]["pattern"] = json!(ANY);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::openapi::document;

    #[test]
    fn every_field_of_which_something_is_said_is_there() {
        let document = document();
        let schemas = &document["components"]["schemas"];
        for (schema, field, _) in FIELDS {
            assert!(!schemas[schema]["properties"][field]["type"].is_null(), "{schema}.{field}");
        }
        for (schema, field) in PEOPLE {
            assert!(schemas[schema]["properties"][field]["maxItems"].is_u64(), "{schema}.{field}");
        }
        for (path, name) in SEARCHES {
            let parameters = document["paths"][path]["get"]["parameters"].as_array().unwrap();
            let found = parameters.iter().find(|parameter| parameter["name"] == name).unwrap();
            assert_eq!(found["schema"]["pattern"], ANY, "{path}: {name}");
        }
    }
}
