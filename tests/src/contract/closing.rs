//! Schemas that allow nothing that they don't name: what a client may ignore must still be documented.

use serde_json::{Map, Value, json};

/// All named schemas. They are closed inside; each is closed as a whole where it is used, so that one can be a part
/// of another.
pub(super) fn closed_all(schemas: &Value) -> Value {
    let schemas = schemas.as_object().into_iter().flatten();
    Value::Object(schemas.map(|(name, schema)| (name.clone(), closed_inside(schema))).collect())
}

/// A schema in the place where it is used.
pub(super) fn closed(schema: &Value) -> Value {
    let mut schema = closed_inside(schema);
    if let Some(map) = schema.as_object_mut()
        && !map.contains_key("additionalProperties")
    {
        // It sees what `$ref`, `allOf` and `oneOf` beside it have taken in, and means nothing to what is no object.
        map.insert("unevaluatedProperties".to_owned(), json!(false));
    }
    schema
}

fn closed_inside(schema: &Value) -> Value {
    let Some(map) = schema.as_object() else { return schema.clone() };
    let part = |(name, value): (&String, &Value)| (name.clone(), closed_part(name, value));
    Value::Object(map.iter().map(part).collect())
}

fn closed_part(keyword: &str, value: &Value) -> Value {
    match (keyword, value) {
        ("properties", Value::Object(properties)) => {
            let each = |(name, schema): (&String, &Value)| (name.clone(), closed(schema));
            Value::Object(properties.iter().map(each).collect::<Map<_, _>>())
        }
        ("items" | "additionalProperties", schema) => closed(schema),
        // Parts of one whole: what one of them does not name, another may.
        ("allOf" | "oneOf" | "anyOf", Value::Array(parts)) => parts.iter().map(closed_inside).collect(),
        (_, other) => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn takes(schema: &Value, value: &Value) -> bool {
        let named = json!({"Pet": {"type": "object", "properties": {"name": {"type": "string"}}}});
        let mut root = closed(schema);
        root["components"] = json!({"schemas": closed_all(&named)});
        jsonschema::options().build(&root).expect("a schema").is_valid(value)
    }

    #[test]
    fn what_a_schema_does_not_name_is_not_taken_at_any_depth() {
        let pet = json!({"$ref": "#/components/schemas/Pet"});
        let list = json!({"type": "object", "properties": {"items": {"type": "array", "items": pet}}});

        assert!(takes(&list, &json!({"items": [{"name": "rex"}]})));
        assert!(!takes(&list, &json!({"items": [{"name": "rex", "age": 7}]})));
        assert!(!takes(&list, &json!({"items": [], "more": true})));
    }

    #[test]
    fn parts_of_a_whole_are_taken_together() {
        let dog = json!({"allOf": [
            {"$ref": "#/components/schemas/Pet"},
            {"type": "object", "properties": {"barks": {"type": "boolean"}}},
        ]});
        let perhaps = json!({"oneOf": [{"type": "null"}, {"$ref": "#/components/schemas/Pet"}]});

        assert!(takes(&dog, &json!({"name": "rex", "barks": true})));
        assert!(!takes(&dog, &json!({"name": "rex", "meows": true})));
        assert!(takes(&perhaps, &Value::Null) && takes(&perhaps, &json!({"name": "rex"})));
        assert!(!takes(&perhaps, &json!({"meows": true})));
    }

    #[test]
    fn a_map_takes_any_key_with_a_value_of_its_kind() {
        let ages = json!({"type": "object", "additionalProperties": {"type": "integer"}});

        assert!(takes(&ages, &json!({"rex": 7})));
        assert!(!takes(&ages, &json!({"rex": "seven"})));
    }
}
