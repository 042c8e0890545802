//! Gives names to what generated clients would have to make up names for: each frame of a live socket, and each kind
//! of page.

use serde_json::{Map, Value, json};

/// The unions of frames, and how the names of their members end.
const FRAMES: [(&str, &str); 2] = [("LiveEvent", "Event"), ("LiveCommand", "Command")];

/// How a page of a list is called at first: `List_Chat`.
const PAGE: &str = "List_";

const SCHEMAS: &str = "#/components/schemas/";

/// Names them, and leads all references there.
pub(super) fn give(document: &mut Value) {
    if let Some(schemas) = document["components"]["schemas"].as_object_mut() {
        for (union, end) in FRAMES {
            name_frames(schemas, union, end);
        }
        name_pages(schemas);
    }
    tidy(document);
}

/// Makes a schema of each member of a union, told apart by its `type`.
fn name_frames(schemas: &mut Map<String, Value>, union: &str, end: &str) {
    let Some(frames) = schemas.get_mut(union).and_then(|union| union["oneOf"].as_array_mut()) else { return };
    let (mut names, mut mapping) = (Vec::new(), Map::new());
    let mut members = std::mem::take(frames);
    for member in &mut members {
        let kind = member["properties"]["type"]["enum"][0].as_str().unwrap_or_default().to_owned();
        member["properties"]["type"] = json!({"type": "string", "const": kind});
        let name = format!("{}{end}", capitalised(&kind));
        mapping.insert(kind, json!(format!("{SCHEMAS}{name}")));
        names.push(name);
    }
    frames.extend(names.iter().map(|name| json!({"$ref": format!("{SCHEMAS}{name}")})));
    schemas[union]["discriminator"] = json!({"propertyName": "type", "mapping": mapping});
    schemas.extend(names.into_iter().zip(members));
}

/// `message.created` is `MessageCreated`.
fn capitalised(kind: &str) -> String {
    kind.split('.')
        .flat_map(|word| {
            let mut chars = word.chars();
            chars.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(chars)
        })
        .collect()
}

/// `List_Chat`, with a chat written out in it, becomes `ChatPage`, with a reference to `Chat`.
fn name_pages(schemas: &mut Map<String, Value>) {
    let lists: Vec<String> = schemas.keys().filter(|name| name.starts_with(PAGE)).cloned().collect();
    for list in lists {
        let Some(mut page) = schemas.remove(&list) else { continue };
        let item = &list[PAGE.len()..];
        page["properties"]["items"]["items"] = json!({"$ref": format!("{SCHEMAS}{item}")});
        schemas.insert(page_of(item), page);
    }
}

fn page_of(item: &str) -> String {
    format!("{item}Page")
}

/// References lead to the new names. What a field says of itself stands at the field, not at one of its choices.
fn tidy(value: &mut Value) {
    match value {
        Value::Object(map) => {
            if let Some(Value::String(reference)) = map.get_mut("$ref")
                && let Some(item) = reference.strip_prefix(SCHEMAS).and_then(|name| name.strip_prefix(PAGE))
            {
                *reference = format!("{SCHEMAS}{}", page_of(item));
            }
            if let Some(description) = described_in_a_choice(map) {
                map.insert("description".to_owned(), description);
            }
            map.values_mut().for_each(tidy);
        }
        Value::Array(items) => items.iter_mut().for_each(tidy),
        _ => {}
    }
}

/// Takes the description from the one choice of a field that may be null.
fn described_in_a_choice(field: &mut Map<String, Value>) -> Option<Value> {
    let is_described = field.contains_key("description");
    let choices = field.get_mut("oneOf")?.as_array_mut()?;
    let may_be_null = choices.iter().any(|choice| choice["type"] == "null");
    let choice = choices.iter_mut().find(|choice| choice["$ref"].is_string())?.as_object_mut()?;
    if may_be_null && !is_described { choice.remove("description") } else { None }
}
