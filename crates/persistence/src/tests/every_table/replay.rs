//! What the log says must stand in the database: its entries folded, one after the other.

use std::collections::BTreeMap;

use domain::{
    audit::{Action, Entity, Value},
    contract::Recorded,
};

use super::{Fields, Rows, stored::fields};

/// Every table that the log tells of.
pub(super) fn tables(log: &[Recorded]) -> BTreeMap<&'static str, Rows> {
    let mut tables: BTreeMap<&'static str, Rows> = BTreeMap::new();
    for entry in log {
        apply(&mut tables, entry);
    }
    let directs = directs(&tables);
    tables.insert("direct_chats", directs);
    tables
}

fn apply(tables: &mut BTreeMap<&'static str, Rows>, entry: &Recorded) {
    match entry.entity {
        Entity::User => fold(tables.entry("users").or_default(), entry, Gone::AsItSays),
        Entity::Session => fold(tables.entry("sessions").or_default(), entry, Gone::Marked),
        Entity::Chat => fold(tables.entry("chats").or_default(), entry, Gone::Marked),
        Entity::Member => fold(tables.entry("members").or_default(), entry, Gone::Removed),
        Entity::Reaction => fold(tables.entry("reactions").or_default(), entry, Gone::Removed),
        Entity::Invite => {
            let rows = tables.entry("invites").or_default();
            fold(rows, entry, Gone::Removed);
            if let (Some(row), Some(by)) = (rows.get_mut(&id(entry)), entry.by.actor) {
                row.insert("by".to_owned(), by.to_string());
            }
        }
        Entity::Message => message(tables, entry),
        Entity::Attachment => {
            fold(tables.entry("attachments").or_default(), entry, Gone::Removed);
            if entry.action == Action::Delete {
                let file = id(entry);
                let carried = tables.entry("message_attachments").or_default();
                carried.retain(|_, fields| fields.get("attachment") != Some(&file));
            }
        }
        other => panic!("nobody knows what an entry about {other:?} changes"),
    }
}

/// What a `delete` leaves.
#[derive(Clone, Copy, PartialEq)]
enum Gone {
    Removed,
    /// The row with all it had, marked as deleted.
    Marked,
    /// The row with what the entry says it has now.
    AsItSays,
}

fn fold(rows: &mut Rows, entry: &Recorded, gone: Gone) {
    let key = id(entry);
    match entry.action {
        Action::Create => {
            assert!(rows.insert(key.clone(), Fields::new()).is_none(), "{key} is made twice");
            set(rows, &key, entry);
        }
        Action::Update => set(rows, &key, entry),
        Action::Delete => match gone {
            Gone::Removed => assert!(rows.remove(&key).is_some(), "{key} is not there"),
            Gone::Marked => {
                let fields = rows.get_mut(&key).expect("what is deleted is there");
                fields.insert("deleted".to_owned(), "true".to_owned());
            }
            Gone::AsItSays => set(rows, &key, entry),
        },
        other => panic!("{other:?} is no change"),
    }
}

fn set(rows: &mut Rows, key: &str, entry: &Recorded) {
    let fields = rows.get_mut(key).expect("what is changed is there");
    for (name, old, new) in &entry.changes {
        if name == "password" || name == "refresh_token" {
            continue;
        }
        assert_eq!(fields.get(name), text(old).as_ref(), "{key}: {name} was something else before");
        match text(new) {
            Some(value) => fields.insert(name.clone(), value),
            None => fields.remove(name),
        };
    }
}

fn message(tables: &mut BTreeMap<&'static str, Rows>, entry: &Recorded) {
    let key = id(entry);
    let new = |name: &str| entry.changes.iter().find(|(field, ..)| field == name).map(|(.., new)| new);
    let plain = |name: &str| new(name).and_then(text);
    match entry.action {
        Action::Create => {
            if let Some(Value::Numbers(files)) = new("attachments") {
                let carried = tables.entry("message_attachments").or_default();
                for (position, file) in files.iter().enumerate() {
                    let row = fields([("attachment", Some(file.to_string()))]);
                    carried.insert(format!("{key}:{position}"), row);
                }
            }
            let row = fields([
                ("chat", plain("chat")),
                ("seq", plain("seq")),
                ("author", entry.by.actor.map(|actor| actor.to_string())),
                ("length", plain("length")),
                ("reply_to", plain("reply_to")),
                ("forwarded_from", plain("forwarded_from")),
            ]);
            assert!(tables.entry("messages").or_default().insert(key, row).is_none());
        }
        Action::Update | Action::Delete => {
            let row = tables.entry("messages").or_default().get_mut(&key).expect("the message is there");
            row.remove("length");
            row.remove("text");
            row.extend(fields([("text", plain("text"))]));
            if entry.action == Action::Delete {
                row.insert("deleted".to_owned(), "true".to_owned());
            }
        }
        other => panic!("{other:?} is no change"),
    }
}

/// A reaction's id leaves out which one it is.
fn id(entry: &Recorded) -> String {
    let id = entry.entity_id.clone().expect("what is changed has an id");
    if entry.entity != Entity::Reaction {
        return id;
    }
    let reaction = entry.changes.iter().find(|(name, ..)| name == "reaction").expect("which reaction");
    let either = text(&reaction.1).or_else(|| text(&reaction.2)).expect("which reaction");
    format!("{id}:{either}")
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::Text(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Flag(flag) => Some(flag.to_string()),
        Value::Numbers(numbers) => Some(format!("{numbers:?}")),
    }
}

/// A direct chat's two are its members: nobody ever leaves one.
fn directs(tables: &BTreeMap<&'static str, Rows>) -> Rows {
    let none = Rows::new();
    let (chats, members) = (tables.get("chats").unwrap_or(&none), tables.get("members").unwrap_or(&none));
    let direct = chats.iter().filter(|(_, chat)| chat.get("kind").is_some_and(|kind| kind == "direct"));
    direct
        .map(|(id, _)| {
            let of_chat = members.values().filter(|member| member.get("chat") == Some(id));
            let mut two: Vec<i64> = of_chat.map(|member| member["user"].parse().expect("an id")).collect();
            two.sort_unstable();
            let (low, high) = (two.first().map(i64::to_string), two.last().map(i64::to_string));
            (id.clone(), fields([("low", low), ("high", high)]))
        })
        .collect()
}
