//! What a client knows of one chat.

use crate::truth::Found;
use crate::values::{int, person, text};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// What a deleted account is called.
const DELETED: &str = "Deleted user";

/// How much of a message a reply shows.
const QUOTE: usize = 200;

/// One chat as its listener knows it.
#[derive(Clone, Debug)]
pub struct Room {
    /// As it was told or fetched, brought up to date by what was heard of it.
    pub chat: Value,
    /// Up to which revision all of it is known.
    pub rev: i64,
    /// Up to which revision `chat` and the members are known as a whole; older changes count no more.
    since: i64,
    /// Whether the messages and members from before were asked for: only what happens is told.
    pub fetched: bool,
    /// By id, each as it was heard last.
    pub messages: BTreeMap<i64, Value>,
    /// By username, each with a role.
    pub members: BTreeMap<String, Value>,
    /// How far people have read, of those of whom that was heard.
    pub reads: BTreeMap<String, i64>,
    /// The newest message that mentions the listener.
    mention: i64,
    /// The messages that were told as new.
    created: BTreeSet<i64>,
    /// Who deleted their account.
    gone: BTreeSet<String>,
}

impl Room {
    pub fn new(chat: &Value) -> Self {
        Self {
            rev: int(chat, "last_rev"),
            since: int(chat, "last_rev"),
            fetched: false,
            messages: BTreeMap::new(),
            members: BTreeMap::new(),
            reads: BTreeMap::new(),
            mention: 0,
            created: BTreeSet::new(),
            gone: BTreeSet::new(),
            chat: chat.clone(),
        }
    }

    /// Takes in what was fetched, which is as new as anything heard before.
    pub fn merge(&mut self, me: &str, found: Found) {
        let Found { chat, messages, members } = found;
        self.reads.insert(me.to_owned(), int(&chat, "read_seq"));
        let mentioning = messages.values().filter(|message| mentions(message, me));
        let newest = mentioning.map(|message| int(message, "seq")).max().unwrap_or(int(&chat, "last_seq"));
        self.mention = if chat["mentioned"] == true { newest } else { 0 };
        (self.rev, self.since) = (self.rev.max(int(&chat, "last_rev")), int(&chat, "last_rev"));
        self.chat = chat;
        self.members = members.into_iter().map(|(name, member)| (name, as_member(&member))).collect();
        for message in messages.into_values() {
            self.put(&message);
        }
        self.fetched = true;
    }

    /// Takes in a frame about the chat; what is wrong with it, if anything. A change of a message that is not known is
    /// wrong unless what came before was `torn`.
    pub fn hear(&mut self, me: &str, kind: &str, frame: &Value, torn: bool) -> Option<&'static str> {
        if let Some(rev) = frame["rev"].as_i64().or(frame["message"]["rev"].as_i64()) {
            self.rev = self.rev.max(rev);
        }
        let is_news = frame["rev"].as_i64().is_some_and(|rev| rev > self.since);
        match kind {
            "message.created" | "message.updated" | "message.deleted" => {
                let unknown = !self.messages.contains_key(&int(&frame["message"], "id"));
                // One that is deleted before it was told of is told of as deleted only.
                if kind == "message.updated" && unknown && self.fetched && !torn {
                    return Some("a change of a message that was never told");
                }
                return self.hear_message(me, kind, frame);
            }
            "read" => {
                self.reads.insert(text(frame, "username").to_owned(), int(frame, "seq"));
            }
            "chat.updated" if is_news => {
                for field in ["name", "description", "visibility"] {
                    self.chat[field] = frame[field].clone();
                }
            }
            "member.added" | "member.updated" if is_news => {
                let name = text(&frame["user"], "username").to_owned();
                if name == me {
                    self.chat["my_role"] = frame["role"].clone();
                }
                self.members.insert(name, as_member(frame));
            }
            "member.removed" => {
                // Who comes back begins with all read, which nobody is told; nor is it fetched, so that here the older
                // changes count, too.
                let name = text(&frame["user"], "username");
                self.reads.remove(name);
                if is_news {
                    self.members.remove(name);
                }
            }
            _ => {}
        }
        None
    }

    fn hear_message(&mut self, me: &str, kind: &str, frame: &Value) -> Option<&'static str> {
        let message = &frame["message"];
        let (id, seq) = (int(message, "id"), int(message, "seq"));
        if frame["chat_id"] != message["chat_id"] {
            return Some("two chats at once");
        }
        if (kind == "message.deleted") == message["deleted_at"].is_null() {
            return Some("another kind of change than the message shows");
        }
        let before = self.messages.get(&id);
        if mentions(message, me) && !before.is_some_and(|before| mentions(before, me)) {
            self.mention = self.mention.max(seq);
        }
        let is_new = kind == "message.created";
        self.put(message);
        if let Some(author) = message["author"]["username"].as_str().filter(|_| is_new) {
            let read = self.reads.entry(author.to_owned()).or_default();
            *read = seq.max(*read);
        }
        (is_new && !self.created.insert(id)).then_some("a message as new for the second time")
    }

    fn put(&mut self, message: &Value) {
        let known = self.messages.entry(int(message, "id")).or_insert(Value::Null);
        if known.is_null() || int(known, "rev") < int(message, "rev") {
            *known = message.clone();
        }
    }

    /// Whoever shows a person shows them as they now are; of a deleted account nothing.
    pub fn rename(&mut self, person: &Value) {
        if person["display_name"] == DELETED {
            self.gone.insert(text(person, "username").to_owned());
            self.members.retain(|name, _| !self.gone.contains(name));
        }
        let all = self.messages.values_mut().chain(self.members.values_mut());
        all.chain(std::iter::once(&mut self.chat)).for_each(|value| rename(value, person));
    }

    /// The messages, with replies that show their targets as they stand.
    pub fn messages(&self) -> BTreeMap<i64, Value> {
        let mut messages = self.messages.clone();
        for message in messages.values_mut() {
            if let Some(target) = self.messages.get(&message["reply_to"]["id"].as_i64().unwrap_or_default()) {
                message["reply_to"] = quote(target);
            }
        }
        messages.values_mut().for_each(|message| self.forget_the_gone(message));
        messages
    }

    /// A deleted account has no author, no mention and no name under a reaction any more. That a mention is no link
    /// any more can't be told from the events, so what is rendered counts no more where there was one.
    fn forget_the_gone(&self, value: &mut Value) {
        let is_gone = |value: &Value| value.as_str().is_some_and(|name| self.gone.contains(name));
        match value {
            Value::Object(fields) if fields.contains_key("display_name") && is_gone(&fields["username"]) => {
                *value = Value::Null;
            }
            Value::Object(fields) => {
                if fields
                    .get("mentions")
                    .and_then(Value::as_array)
                    .is_some_and(|names| names.iter().any(is_gone))
                {
                    fields["html"] = Value::Null;
                }
                fields.values_mut().for_each(|value| self.forget_the_gone(value));
            }
            Value::Array(items) => {
                items.retain(|item| !is_gone(item));
                items.iter_mut().for_each(|value| self.forget_the_gone(value));
            }
            _ => {}
        }
    }

    /// What the list of chats shows, as far as it follows from what was heard.
    pub fn summary(&self, me: &str) -> Value {
        let messages = self.messages();
        let last = messages.values().max_by_key(|message| int(message, "seq"));
        let last_seq = last.map_or(0, |last| int(last, "seq"));
        let read = self.reads.get(me).copied().unwrap_or_default();
        let mut chat = essence(&self.chat);
        self.forget_the_gone(&mut chat);
        chat["member_count"] = json!(self.members.len());
        chat["last_message"] = json!(last);
        chat["last_seq"] = json!(last_seq);
        chat["last_rev"] = json!(self.rev);
        chat["read_seq"] = json!(read);
        chat["unread_count"] = json!((last_seq - read).max(0));
        chat["mentioned"] = json!(self.mention > read);
        chat
    }

    /// When something was last sent: the list goes by that.
    pub fn last_sent(&self) -> &str {
        let last = self.messages.values().max_by_key(|message| int(message, "seq"));
        text(last.unwrap_or(&self.chat), "created_at")
    }
}

/// A chat without what its members do not hear of: their bells, and of the other side of a direct chat what is not
/// on a person.
pub fn essence(chat: &Value) -> Value {
    let mut chat = chat.clone();
    chat["peer"] = person(&chat["peer"]);
    chat["notifications"] = Value::Null;
    chat
}

/// Of a member what is told.
pub fn as_member(member: &Value) -> Value {
    json!({"user": person(&member["user"]), "role": member["role"]})
}

fn mentions(message: &Value, me: &str) -> bool {
    message["mentions"].as_array().is_some_and(|names| names.iter().any(|name| name == me))
}

fn quote(target: &Value) -> Value {
    let shown: String = text(target, "text").chars().take(QUOTE).collect();
    let author = if target["deleted_at"].is_null() { target["author"].clone() } else { Value::Null };
    json!({"id": target["id"], "seq": target["seq"], "author": author, "text": shown})
}

fn rename(value: &mut Value, person: &Value) {
    match value {
        Value::Object(fields) => {
            if fields.contains_key("display_name") && fields["id"] == person["id"] {
                for field in ["display_name", "avatar_url"] {
                    fields[field] = person[field].clone();
                }
            }
            fields.values_mut().for_each(|value| rename(value, person));
        }
        Value::Array(items) => items.iter_mut().for_each(|value| rename(value, person)),
        _ => {}
    }
}
