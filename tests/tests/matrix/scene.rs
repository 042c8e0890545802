//! What an operation is about: a chat with everybody in their places, and something in it.

use crate::actors::{Actor, Cast, id, name};
use crate::calls::{picture, upload};
use crate::marks::word;
use crate::table::Row;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tests::Api;

/// Which chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// None.
    Nowhere,
    /// A private group: owner, admin, member and bystander are in it, and the former member was.
    Private,
    /// The same, but public.
    Public,
    /// A public group like that, which its owner deleted.
    Deleted,
    /// The direct chat of the owner and the member.
    Direct,
    /// The direct chat of the owner and an account that was deleted.
    Abandoned,
}

/// A chat and what in it is named.
pub struct Scene {
    pub place: Place,
    pub chat: i64,
    /// What stands for each placeholder of the path.
    pub named: BTreeMap<&'static str, String>,
    /// A word that was said in the chat, and that the file in it holds.
    pub inside: String,
    /// A word that the chat's name and description hold.
    pub outside: String,
    /// The file of somebody else that no message carries, where the state asks for one.
    pub foreign: Option<i64>,
}

impl Place {
    fn of(row: &Row) -> Self {
        match row.place() {
            "-" => Self::Nowhere,
            "private" => Self::Private,
            "public" => Self::Public,
            "deleted" => Self::Deleted,
            "direct" => Self::Direct,
            "abandoned" => Self::Abandoned,
            other => panic!("{other:?} is no place"),
        }
    }
}

impl Row {
    /// The chat that it is about.
    pub fn place(&self) -> &str {
        self.state.split('/').next().unwrap_or_default()
    }

    /// What is special about it; often nothing.
    pub fn variant(&self) -> &str {
        self.state.split_once('/').map_or("", |(_, variant)| variant)
    }

    /// The path of the operation, with its placeholders.
    pub fn path(&self) -> &str {
        self.operation.split_once(' ').map_or("", |(_, path)| path)
    }

    /// Whether what is named depends on who asks.
    pub fn is_personal(&self) -> bool {
        self.place() == "direct"
            || self.variant().starts_with("own")
            || matches!(self.variant(), "oneself" | "other" | "again" | "reused")
    }

    fn is_own(&self) -> bool {
        self.variant().starts_with("own")
    }
}

impl Scene {
    /// Sets the scene of a row for one who asks.
    pub async fn set(cast: &mut Cast<'_>, row: &Row, actor: Actor) -> Self {
        let place = Place::of(row);
        let (inside, outside) = (word("in"), word("out"));
        let mut scene = Self { place, chat: 0, named: BTreeMap::new(), inside, outside, foreign: None };
        match place {
            Place::Nowhere => {}
            Place::Abandoned => scene.enter_abandoned(cast, row),
            Place::Direct => scene.enter_direct(cast, row, actor).await,
            _ => scene.enter_group(cast, row, actor).await,
        }
        scene.name_people(cast, row, actor).await;
        scene
    }

    fn name_it(&mut self, placeholder: &'static str, value: &dyn ToString) {
        self.named.insert(placeholder, value.to_string());
    }

    fn enter_abandoned(&mut self, cast: &mut Cast<'_>, row: &Row) {
        let (chat, messages) = &mut cast.abandoned;
        self.chat = *chat;
        self.name_it("id", chat);
        let last =
            if row.operation.starts_with("DELETE") && messages.len() > 1 { messages.pop() } else { None };
        let message = last.or(messages.first().copied()).expect("a message is left");
        self.name_it("message_id", &message);
    }

    async fn enter_direct(&mut self, cast: &Cast<'_>, row: &Row, actor: Actor) {
        let (owner, member) = (cast.api(Actor::Owner), cast.api(Actor::Member));
        let by_member = matches!((actor, row.is_own()), (Actor::Owner, false) | (Actor::Member, true));
        let (author, other) = if by_member { (&member, &owner) } else { (&owner, &member) };
        let opened = author.write_to(&name(other), "hello").await;
        self.chat = opened["chat_id"].as_i64().expect("a chat");
        let chat = self.chat;
        self.name_it("id", &chat);
        self.name_it("code", &"A".repeat(43));
        self.say(row, author, author).await;
    }

    async fn enter_group(&mut self, cast: &Cast<'_>, row: &Row, actor: Actor) {
        self.found_group(cast).await;
        let former = cast.api(Actor::Former);
        let is_in = matches!(actor, Actor::Owner | Actor::Admin | Actor::Member | Actor::Former);
        let author = if row.is_own() && is_in { cast.api(actor) } else { cast.bystander.clone() };
        let unsent = row.variant() == "own-unsent" && actor.is_signed_in();
        let uploader = if unsent { cast.api(actor) } else { author.clone() };
        let message = self.say(row, &author, &uploader).await;
        self.prepare(cast, row, (actor, is_in), message).await;
        if row.path().contains("{code}") {
            self.invite(cast, row.variant()).await;
        }
        self.remove(cast, &former).await;
        if self.place == Place::Deleted {
            cast.api(Actor::Owner).delete(&format!("/chats/{}", self.chat)).await.expect(204);
        }
    }

    async fn found_group(&mut self, cast: &Cast<'_>) {
        let visibility = if self.place == Place::Private { "private" } else { "public" };
        let mut members = vec![name(&cast.bystander)];
        members.extend([Actor::Admin, Actor::Member, Actor::Former].map(|actor| cast.name(actor)));
        let body = json!({
            "name": format!("The {}", self.outside), "description": format!("About {}", self.outside),
            "visibility": visibility, "members": members,
        });
        let owner = cast.api(Actor::Owner);
        self.chat = id(&owner.post("/chats", body).await.expect(201));
        let chat = self.chat;
        self.name_it("id", &chat);
        let admin = format!("/chats/{}/members/{}", self.chat, cast.name(Actor::Admin));
        owner.patch(&admin, json!({"role": "admin"})).await.expect(200);
    }

    /// The message that the operation is about, with the file that it is about.
    async fn say(&mut self, row: &Row, author: &Api, uploader: &Api) -> i64 {
        let mut body = json!({"text": format!("I say {}", self.inside)});
        if row.path().starts_with("/attachments/") {
            let thumbnail = row.path().ends_with("/thumbnail");
            let bytes = if thumbnail { picture() } else { self.inside.clone().into_bytes() };
            let file = upload(uploader, &format!("{}.bin", self.inside), bytes).await;
            self.name_it("id", &file);
            if !row.variant().ends_with("unsent") {
                body["attachments"] = json!([file]);
            }
        }
        let path = format!("/chats/{}/messages", self.chat);
        let message = id(&author.post(&path, body).await.expect(201));
        self.name_it("message_id", &message);
        if row.path().contains("{reaction}") {
            self.name_it("reaction", &"soup");
        }
        let variant = row.variant();
        if variant == "deleted" || variant == "own-deleted" {
            author.delete(&format!("{path}/{message}")).await.expect(204);
        }
        message
    }

    /// What is special about a message or a chat.
    async fn prepare(&mut self, cast: &Cast<'_>, row: &Row, (actor, is_in): (Actor, bool), message: i64) {
        let here = format!("/chats/{}/messages", self.chat);
        match row.variant() {
            "elsewhere" if !row.path().contains("{code}") => {
                let other = cast.bystander.write(cast.lobby, "something else").await;
                self.name_it("message_id", &id(&other));
            }
            "again" if is_in => {
                let body = json!({"text": format!("I say {}", self.inside), "client_id": self.inside});
                cast.api(actor).post(&here, body).await.expect(201);
            }
            "reused" if actor.is_signed_in() => {
                let body = json!({"text": "elsewhere", "client_id": self.inside});
                let lobby = format!("/chats/{}/messages", cast.lobby);
                cast.api(actor).post(&lobby, body).await.expect(201);
            }
            "file" => self.foreign = Some(upload(&cast.bystander, "foreign.txt", b"foreign".into()).await),
            "to-public" => {
                let body = json!({"name": "elsewhere", "members": [], "visibility": "public"});
                self.foreign = Some(id(&cast.bystander.post("/chats", body).await.expect(201)));
            }
            "shared" => {
                let body = json!({"chat_ids": [cast.lobby]});
                cast.bystander.post(&format!("{here}/{message}/forward"), body).await.expect(201);
            }
            "forward" | "vanished" => self.bring_forward(cast, row.variant() == "vanished").await,
            _ => {}
        }
    }

    /// A forward of a message of a chat that the owner is in, and that the member was removed from.
    async fn bring_forward(&mut self, cast: &Cast<'_>, vanished: bool) {
        let (owner, member) = (cast.name(Actor::Owner), cast.name(Actor::Member));
        let origin = cast.bystander.group("origin", &[&owner, &member]).await;
        let source = id(&cast.bystander.write(origin, "from afar").await);
        let path = format!("/chats/{origin}/messages/{source}");
        let forwarded = cast
            .bystander
            .post(&format!("{path}/forward"), json!({"chat_ids": [self.chat]}))
            .await
            .expect(201);
        self.name_it("message_id", &id(&forwarded["items"][0]));
        cast.bystander.delete(&format!("/chats/{origin}/members/{member}")).await.expect(204);
        if vanished {
            cast.bystander.delete(&path).await.expect(204);
        }
    }

    async fn invite(&mut self, cast: &Cast<'_>, variant: &str) {
        let (owner, former) = (cast.api(Actor::Owner), cast.api(Actor::Former));
        let (mut inviter, mut chat, mut bounds) = (&owner, self.chat, json!({}));
        match variant {
            "elsewhere" => (inviter, chat) = (&cast.bystander, cast.hidden.0),
            "spent" => bounds = json!({"max_uses": 1}),
            "of-removed" => {
                let path = format!("/chats/{chat}/members/{}", name(&former));
                owner.patch(&path, json!({"role": "admin"})).await.expect(200);
                inviter = &former;
            }
            _ => {}
        }
        let invites = format!("/chats/{chat}/invites");
        let made = inviter.post(&invites, bounds).await.expect(201);
        let code = made["code"].as_str().expect("a code").to_owned();
        match variant {
            "spent" => {
                cast.newcomer.post(&format!("/invites/{code}/accept"), Value::Null).await.expect(200);
            }
            "revoked" => {
                owner.delete(&format!("{invites}/{code}")).await.expect(204);
            }
            _ => {}
        }
        self.name_it("code", &code);
    }

    async fn remove(&self, cast: &Cast<'_>, who: &Api) {
        let path = format!("/chats/{}/members/{}", self.chat, name(who));
        cast.api(Actor::Owner).delete(&path).await.expect(204);
    }

    async fn name_people(&mut self, cast: &Cast<'_>, row: &Row, actor: Actor) {
        let other = if actor == Actor::Owner { Actor::Member } else { Actor::Owner };
        let username = match (self.place, row.variant()) {
            (_, "oneself") => cast.name(actor),
            (_, "owner") => cast.name(Actor::Owner),
            (_, "admin") => cast.name(Actor::Admin),
            (_, "outsider") => name(&cast.newcomer),
            (_, "unknown") => cast.name(Actor::Nobody),
            (Place::Abandoned, _) | (_, "gone") => cast.name(Actor::Gone),
            (Place::Direct, _) => cast.name(other),
            _ => name(&cast.bystander),
        };
        self.name_it("username", &username);
        if row.path() == "/me/sessions/{id}" {
            let whose = if row.variant() == "own" && actor.is_signed_in() { actor } else { other };
            let api = cast.another_session(whose).await;
            let sessions = api.get("/me/sessions").await.expect(200);
            let current =
                sessions["items"].as_array().and_then(|all| all.iter().find(|one| one["current"] == true));
            self.name_it("id", &id(current.expect("the session in use")));
        }
    }
}
