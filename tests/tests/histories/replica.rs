//! What a client knows by listening, and what it may complain of.

pub mod room;

use crate::truth::Found;
use crate::values::{int, text};
pub use room::Room;
use serde_json::Value;
use std::collections::BTreeMap;

/// How much of what was heard before a complaint shows.
const TRAIL: usize = 12;

/// The chats of one listener, made of what it was told.
#[derive(Debug)]
pub struct Replica {
    pub me: String,
    pub rooms: BTreeMap<i64, Room>,
    /// Where the server broke its word.
    pub wrong: Vec<String>,
    /// What was heard of which chat, in short.
    trail: Vec<(i64, String)>,
    /// How often it was told to fetch a chat, as too much had changed.
    pub resets: usize,
    /// The newest revision told of each chat on this socket.
    revs: BTreeMap<i64, i64>,
    /// Whether a `resume` is not answered yet.
    pub replaying: bool,
    /// Whether the `resume` before was never answered to its end: what is told by revision was told in part, so that
    /// the change of a message may come before its creation was heard.
    torn: bool,
}

impl Replica {
    pub fn new(me: &str) -> Self {
        Self {
            me: me.to_owned(),
            rooms: BTreeMap::new(),
            wrong: Vec::new(),
            trail: Vec::new(),
            resets: 0,
            revs: BTreeMap::new(),
            replaying: false,
            torn: false,
        }
    }

    /// Begins to listen on another socket. What the `chats` of its `resume` are.
    pub fn resume(&mut self) -> Value {
        self.revs.clear();
        self.torn |= self.replaying;
        self.replaying = true;
        self.trail.extend(self.rooms.iter().map(|(id, room)| (*id, format!("resume from {}", room.rev))));
        let known = self.rooms.iter().map(|(id, room)| (id.to_string(), Value::from(room.rev)));
        Value::Object(known.collect())
    }

    /// A chat that has to be fetched.
    pub fn wanted(&self) -> Vec<i64> {
        self.rooms.iter().filter(|(_, room)| !room.fetched).map(|(id, _)| *id).collect()
    }

    /// Takes in what was fetched of a chat.
    pub fn fetched(&mut self, id: i64, found: Found) {
        self.trail.push((id, format!("fetched at {}", found.chat["last_rev"])));
        let me = self.me.clone();
        self.rooms.entry(id).or_insert_with(|| Room::new(&found.chat)).merge(&me, found);
    }

    /// Takes in a frame.
    pub fn hear(&mut self, frame: &Value) {
        self.trail.push((chat_of(frame), step(frame)));
        match text(frame, "type") {
            "ready" | "pong" | "presence" | "ack" => {}
            "error" => self.check(int(&frame["problem"], "status") < 500, "an error of the server's", frame),
            "user.updated" => self.rename(&frame["user"]),
            "resumed" => self.resumed(frame),
            "chat.created" => self.enter(frame),
            kind => self.hear_of_chat(kind, frame),
        }
    }

    fn hear_of_chat(&mut self, kind: &str, frame: &Value) {
        let id = int(frame, "chat_id");
        let about_me = frame["user"]["username"] == *self.me;
        self.check(self.rooms.contains_key(&id), "of a chat one is not in", frame);
        if let Some(rev) = frame["rev"].as_i64().or(frame["message"]["rev"].as_i64()) {
            // Who is added hears first the chat as it then is; a replay ends with the chat as it is.
            let may_repeat =
                (kind == "member.added" && about_me) || (kind == "chat.updated" && self.replaying);
            self.rises(id, rev, may_repeat, frame);
        }
        if kind == "chat.deleted" || (kind == "member.removed" && about_me) {
            self.rooms.remove(&id);
            return;
        }
        let Some(room) = self.rooms.get_mut(&id) else { return };
        if kind == "reset" {
            self.resets += 1;
            room.fetched = false;
        }
        let told = room.hear(&self.me, kind, frame, self.torn);
        self.check(told.is_none(), told.unwrap_or_default(), frame);
    }

    fn enter(&mut self, frame: &Value) {
        let chat = &frame["chat"];
        let id = int(chat, "id");
        self.check(!self.rooms.contains_key(&id), "of a chat one is in already", frame);
        self.check(!chat["my_role"].is_null(), "of a chat one is not in", frame);
        self.rises(id, int(chat, "last_rev"), true, frame);
        self.rooms.insert(id, Room::new(chat));
    }

    fn resumed(&mut self, frame: &Value) {
        self.check(self.replaying, "without a resume", frame);
        (self.replaying, self.torn) = (false, false);
        for (id, rev) in frame["chats"].as_object().into_iter().flatten() {
            let (id, rev): (i64, _) = (id.parse().unwrap(), rev.as_i64().unwrap());
            // One that left meanwhile was told of, too.
            let Some(room) = self.rooms.get_mut(&id) else { continue };
            let told = room.rev >= rev || !room.fetched;
            room.rev = room.rev.max(rev);
            self.check(told, "of more than was told", frame);
        }
    }

    /// Whoever shows a person shows them as they now are.
    fn rename(&mut self, person: &Value) {
        self.rooms.values_mut().for_each(|room| room.rename(person));
    }

    fn rises(&mut self, chat: i64, rev: i64, may_repeat: bool, frame: &Value) {
        let before = self.revs.insert(chat, rev).unwrap_or(0);
        self.check(before < rev || (may_repeat && before == rev), format!("after revision {before}"), frame);
    }

    fn check(&mut self, holds: bool, what: impl Into<String>, frame: &Value) {
        if !holds {
            let (me, what, chat) = (&self.me, what.into(), chat_of(frame));
            let trail: Vec<&str> =
                self.trail.iter().filter(|(id, _)| *id == chat).map(|(_, step)| step.as_str()).collect();
            let trail = trail[trail.len().saturating_sub(TRAIL)..].join(", ");
            self.wrong.push(format!("{me} heard {what}: {frame}\n  after {trail}"));
        }
    }
}

fn chat_of(frame: &Value) -> i64 {
    frame["chat_id"].as_i64().or(frame["chat"]["id"].as_i64()).unwrap_or_default()
}

/// A frame in short.
fn step(frame: &Value) -> String {
    let rev = [&frame["rev"], &frame["message"]["rev"], &frame["chat"]["last_rev"]];
    let rev = rev.into_iter().find_map(Value::as_i64).map(|rev| format!(" at {rev}")).unwrap_or_default();
    let about =
        [&frame["message"]["id"], &frame["user"]["username"]].into_iter().find(|about| !about.is_null());
    let about = about.map(|about| format!(" of {about}")).unwrap_or_default();
    format!("{}{about}{rev}", text(frame, "type"))
}
