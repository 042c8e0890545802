//! Examples of whole bodies, put together from those of their fields.

use serde_json::{Map, Value, json};

/// Gives each body that has none an example.
pub(super) fn fill_in(document: &mut Value) {
    let schemas = document["components"]["schemas"].clone();
    for place in ["paths", "components"] {
        let place = &mut document[place];
        fill(place, &schemas);
    }
}

fn fill(value: &mut Value, schemas: &Value) {
    match value {
        Value::Object(map) => {
            if let Some(content) = map.get_mut("content").and_then(Value::as_object_mut) {
                for (kind, media) in content.iter_mut().filter(|(kind, _)| kind.ends_with("json")) {
                    let example = example_of(&media["schema"], schemas, 0);
                    if let Some(example) = example.filter(|_| media["example"].is_null() && !kind.is_empty())
                    {
                        media["example"] = example;
                    }
                }
            }
            map.values_mut().for_each(|value| fill(value, schemas));
        }
        Value::Array(items) => items.iter_mut().for_each(|value| fill(value, schemas)),
        _ => {}
    }
}

/// A value that fits; nothing where the schema does not tell.
fn example_of(schema: &Value, schemas: &Value, depth: usize) -> Option<Value> {
    if let Some(examples) = schema["examples"].as_array() {
        return examples.first().cloned();
    }
    if let Some(example) = schema.get("example").or_else(|| schema.get("const")) {
        return Some(example.clone());
    }
    if depth > 8 {
        return None;
    }
    if let Some(name) = schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next()) {
        return example_of(&schemas[name], schemas, depth + 1);
    }
    if let Some(parts) = schema["allOf"].as_array() {
        let parts = parts.iter().filter_map(|part| example_of(part, schemas, depth + 1));
        return Some(Value::Object(parts.filter_map(|part| part.as_object().cloned()).flatten().collect()));
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        return choices
            .iter()
            .find(|choice| choice["type"] != "null")
            .and_then(|choice| example_of(choice, schemas, depth + 1));
    }
    if let Some(values) = schema["enum"].as_array() {
        return values.first().cloned();
    }
    if let Some(properties) = schema["properties"].as_object() {
        return Some(Value::Object(object(schema, properties, schemas, depth)));
    }
    plain(schema, schemas, depth)
}

fn object(
    schema: &Value,
    properties: &Map<String, Value>,
    schemas: &Value,
    depth: usize,
) -> Map<String, Value> {
    let is_required =
        |name: &String| schema["required"].as_array().is_some_and(|all| all.contains(&json!(name)));
    properties
        .iter()
        .filter_map(|(name, property)| {
            // What may be null and would lead round in a circle, or far away, is left out.
            let far = depth > 3 && is_nullable(property);
            let example = if far { Some(Value::Null) } else { example_of(property, schemas, depth + 1) };
            match example {
                Some(example) => Some((name.clone(), example)),
                None => is_required(name).then(|| (name.clone(), Value::Null)),
            }
        })
        .collect()
}

fn is_nullable(property: &Value) -> bool {
    let null = json!("null");
    property["type"].as_array().is_some_and(|kinds| kinds.contains(&null))
        || property["oneOf"].as_array().is_some_and(|all| all.iter().any(|one| one["type"] == "null"))
}

fn plain(schema: &Value, schemas: &Value, depth: usize) -> Option<Value> {
    let kind = schema["type"].as_str().or_else(|| {
        schema["type"].as_array()?.iter().filter_map(Value::as_str).find(|kind| *kind != "null")
    })?;
    match kind {
        "array" => Some(Value::Array(example_of(&schema["items"], schemas, depth + 1).into_iter().collect())),
        "boolean" => Some(schema.get("default").cloned().unwrap_or(json!(false))),
        "integer" => Some(schema.get("default").or(schema.get("minimum")).cloned().unwrap_or(json!(1))),
        "object" => Some(json!({})),
        _ => None,
    }
}
