//! What people do, at random.

use crate::dice::Dice;
use crate::values::{int, items};
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Answer, Api, PASSWORD};

pub const PEOPLE: [&str; 5] = ["ada", "ben", "cleo", "dan", "eve"];

/// Something that somebody asks for, allowed or not.
#[derive(Clone, Debug)]
pub struct Deed {
    /// Which of the [`PEOPLE`].
    pub by: usize,
    pub what: What,
}

#[derive(Clone, Debug)]
pub enum What {
    /// A call of the API.
    Call(Method, String, Value),
    /// A frame on a live socket.
    Say(Value),
}

/// What of the server's is known to those who decide what to do next, so that most of it succeeds.
#[derive(Debug, Default)]
pub struct Known {
    /// Chats, and who seems to be in them.
    chats: Vec<(i64, [bool; PEOPLE.len()])>,
    messages: Vec<Sent>,
    client_ids: usize,
}

/// A message that was sent.
#[derive(Clone, Copy, Debug)]
struct Sent {
    chat: i64,
    id: i64,
    by: usize,
}

impl Known {
    /// Begins with a chat of these people.
    pub fn begin(chat: i64, people: &[&str]) -> Self {
        let inside = std::array::from_fn(|place| people.contains(&PEOPLE[place]));
        Self { chats: vec![(chat, inside)], ..Self::default() }
    }

    /// Takes in what an answer to somebody tells of.
    pub fn learn(&mut self, by: usize, answer: &Answer) {
        let body = &answer.body;
        for found in std::iter::once(body).chain(items(body)) {
            if found["kind"].is_string() {
                self.enters(by, int(found, "id"));
            }
            if let (Some(chat), Some(id)) = (found["chat_id"].as_i64(), found["id"].as_i64()) {
                self.messages.push(Sent { chat, id, by });
                self.enters(by, chat);
            }
        }
        let chat = answer.call.split("/chats/").nth(1).and_then(|rest| rest.split('/').next()?.parse().ok());
        let added = PEOPLE.iter().position(|name| body["user"]["username"] == **name);
        match (chat, answer.status) {
            (Some(chat), 200 | 201) => self.enters(added.unwrap_or(by), chat),
            (Some(chat), 404) => self.leaves(by, chat),
            _ => {}
        }
    }

    fn enters(&mut self, who: usize, chat: i64) {
        if self.chats.iter().all(|(id, _)| *id != chat) {
            self.chats.push((chat, [false; PEOPLE.len()]));
        }
        self.chats.iter_mut().filter(|(id, _)| *id == chat).for_each(|(_, inside)| inside[who] = true);
    }

    fn leaves(&mut self, who: usize, chat: i64) {
        self.chats.iter_mut().filter(|(id, _)| *id == chat).for_each(|(_, inside)| inside[who] = false);
    }

    /// Decides on something, more often on what people do more often.
    pub fn next(&mut self, dice: &mut Dice) -> Deed {
        let by = dice.below(PEOPLE.len());
        let chat = self.chat(dice, by);
        match dice.below(100) {
            0..24 => Deed { by, what: self.send(dice, chat) },
            24..36 => Deed { by, what: self.say(dice, chat) },
            36..46 => self.edit(dice),
            46..51 => self.delete(dice),
            51..59 => Deed { by, what: self.react(dice) },
            59..65 => Deed { by, what: self.forward(dice, chat) },
            65..69 => Deed { by, what: describe(dice, chat) },
            69..78 => Deed { by, what: add(dice, chat) },
            78..81 => Deed { by, what: remove(dice, chat, by) },
            81..86 => Deed { by, what: promote(dice, chat) },
            86..93 => Deed { by, what: read(dice, chat) },
            93..95 => Deed { by, what: make(dice) },
            95..97 => Deed { by, what: converse(dice) },
            97..99 => Deed { by, what: What::Call(Method::POST, format!("/chats/{chat}/join"), json!({})) },
            _ => Deed { by, what: What::Call(Method::DELETE, format!("/chats/{chat}"), Value::Null) },
        }
    }

    /// One of the newer chats that `by` is in, as a rule.
    fn chat(&self, dice: &mut Dice, by: usize) -> i64 {
        let own: Vec<i64> = self.chats.iter().filter(|(_, inside)| inside[by]).map(|(id, _)| *id).collect();
        if own.is_empty() || dice.chance(10) {
            return dice.pick(&self.chats).0;
        }
        *if dice.chance(60) { dice.pick(&own[own.len().saturating_sub(4)..]) } else { dice.pick(&own) }
    }

    fn message(&self, dice: &mut Dice) -> Sent {
        let newer = self.messages.len().saturating_sub(12);
        match self.messages.len() {
            0 => Sent { chat: self.chats[0].0, id: 1, by: 0 },
            _ if dice.chance(70) => *dice.pick(&self.messages[newer..]),
            _ => *dice.pick(&self.messages),
        }
    }

    fn client_id(&mut self, dice: &mut Dice) -> String {
        if self.client_ids == 0 || dice.chance(90) {
            self.client_ids += 1;
        }
        format!("c-{}", self.client_ids)
    }

    fn send(&mut self, dice: &mut Dice, chat: i64) -> What {
        let mut body = json!({"text": words(dice)});
        if dice.chance(30) {
            body["client_id"] = json!(self.client_id(dice));
        }
        let target = self.message(dice);
        if target.chat == chat && dice.chance(60) {
            body["reply_to"] = json!(target.id);
        }
        What::Call(Method::POST, format!("/chats/{chat}/messages"), body)
    }

    fn say(&mut self, dice: &mut Dice, chat: i64) -> What {
        let client_id = self.client_id(dice);
        if dice.chance(15) {
            return What::Say(json!({"type": "typing", "chat_id": chat}));
        }
        What::Say(json!({"type": "send", "client_id": client_id, "chat_id": chat, "text": words(dice)}))
    }

    fn edit(&self, dice: &mut Dice) -> Deed {
        let Sent { chat, id, by } = self.message(dice);
        let body = json!({"text": words(dice)});
        Deed { by, what: What::Call(Method::PATCH, format!("/chats/{chat}/messages/{id}"), body) }
    }

    fn delete(&self, dice: &mut Dice) -> Deed {
        let Sent { chat, id, by } = self.message(dice);
        let by = if dice.chance(80) { by } else { dice.below(PEOPLE.len()) };
        Deed { by, what: What::Call(Method::DELETE, format!("/chats/{chat}/messages/{id}"), Value::Null) }
    }

    fn react(&self, dice: &mut Dice) -> What {
        let method = if dice.chance(70) { Method::PUT } else { Method::DELETE };
        let (Sent { chat, id, .. }, reaction) =
            (self.message(dice), dice.pick(&["yum", "no", "%F0%9F%91%8D"]));
        What::Call(method, format!("/chats/{chat}/messages/{id}/reactions/{reaction}"), Value::Null)
    }

    fn forward(&self, dice: &mut Dice, to: i64) -> What {
        let Sent { chat, id, .. } = self.message(dice);
        let mut body = json!({"chat_ids": [to]});
        if dice.chance(40) {
            body["usernames"] = json!([dice.pick(&PEOPLE)]);
        }
        if dice.chance(30) {
            body["comment"] = json!(words(dice));
        }
        What::Call(Method::POST, format!("/chats/{chat}/messages/{id}/forward"), body)
    }
}

fn add(dice: &mut Dice, chat: i64) -> What {
    let role = *dice.pick(&["member", "admin", "owner"]);
    let body = json!({"username": dice.pick(&PEOPLE), "role": role});
    What::Call(Method::POST, format!("/chats/{chat}/members"), body)
}

/// Now somebody else, now oneself.
fn remove(dice: &mut Dice, chat: i64, by: usize) -> What {
    let who = if dice.chance(40) { PEOPLE[by] } else { dice.pick(&PEOPLE) };
    What::Call(Method::DELETE, format!("/chats/{chat}/members/{who}"), Value::Null)
}

fn promote(dice: &mut Dice, chat: i64) -> What {
    let (who, role) = (dice.pick(&PEOPLE), *dice.pick(&["member", "admin", "owner"]));
    What::Call(Method::PATCH, format!("/chats/{chat}/members/{who}"), json!({"role": role}))
}

fn read(dice: &mut Dice, chat: i64) -> What {
    let seq = 1 + dice.below(40);
    match dice.below(10) {
        0..4 => What::Say(json!({"type": "read", "chat_id": chat, "seq": seq})),
        4..8 => What::Call(Method::PUT, format!("/chats/{chat}/read"), json!({"seq": seq})),
        _ => What::Call(Method::PUT, format!("/chats/{chat}/read"), json!({"seq": seq, "unread": true})),
    }
}

/// Of each person's profile the name.
pub fn rename(dice: &mut Dice) -> Deed {
    let name = format!("{} {}", dice.pick(&["Anna", "Ben", "Kim", "Zoë"]), dice.below(100));
    let by = dice.below(PEOPLE.len());
    Deed { by, what: What::Call(Method::PATCH, "/me".to_owned(), json!({"first_name": name})) }
}

/// Deletes an account.
pub fn farewell(by: usize) -> Deed {
    Deed { by, what: What::Call(Method::DELETE, "/me".to_owned(), json!({"password": PASSWORD})) }
}

fn describe(dice: &mut Dice, chat: i64) -> What {
    let body = match dice.below(4) {
        0 => json!({"name": format!("group {}", dice.below(1_000))}),
        1 => json!({"description": words(dice)}),
        2 => json!({"description": null}),
        _ => json!({"visibility": dice.pick(&["private", "public"])}),
    };
    What::Call(Method::PATCH, format!("/chats/{chat}"), body)
}

fn make(dice: &mut Dice) -> What {
    let members: Vec<_> = PEOPLE.iter().filter(|_| dice.chance(70)).collect();
    let visibility = *dice.pick(&["private", "public"]);
    let body =
        json!({"name": format!("new {}", dice.below(1_000)), "members": members, "visibility": visibility});
    What::Call(Method::POST, "/chats".to_owned(), body)
}

fn converse(dice: &mut Dice) -> What {
    let body = json!({"text": words(dice)});
    What::Call(Method::POST, format!("/conversations/{}", dice.pick(&PEOPLE)), body)
}

/// Some words, now and then many of them, or somebody's name.
fn words(dice: &mut Dice) -> String {
    let mut text = format!("{} {}", dice.pick(&["soup", "*tea*", "noon", "日本"]), dice.below(10_000));
    if dice.chance(20) {
        text = format!("{text} @{}", dice.pick(&PEOPLE));
    }
    if dice.chance(10) {
        text = format!("{text} {}", "and so on ".repeat(30).trim());
    }
    text
}

/// Does it, and gives back what was answered; a call is answered, but never with an error of the server's.
pub async fn call(api: &Api, method: &Method, path: &str, body: &Value) -> Answer {
    let request = api.request(method.clone(), path);
    let answer = api.send(if body.is_null() { request } else { request.json(body) }).await;
    assert!(answer.status < 500, "{answer:?}");
    answer
}
