//! Everybody who asks.

use serde_json::json;
use std::collections::BTreeMap;
use tests::{Api, PASSWORD, Server, Socket};

/// What somebody is to the chat that an operation is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Actor {
    /// Not signed in.
    Nobody,
    /// The owner of the group; one of the two in a direct chat.
    Owner,
    /// An admin of the group; outside of the direct chat.
    Admin,
    /// A member of the group; the other of the two in a direct chat.
    Member,
    /// Signed in, and never was in the chat.
    Stranger,
    /// Was a member, and was removed.
    Former,
    /// An admin of the server, who is in no chat.
    Root,
    /// Has the token of an account that was deleted since.
    Gone,
    /// Has a token of the member's, of a session that was ended since.
    Ended,
}

impl Actor {
    /// All of them, in the order of the columns.
    pub const ALL: [Self; 9] = [
        Self::Nobody,
        Self::Owner,
        Self::Admin,
        Self::Member,
        Self::Stranger,
        Self::Former,
        Self::Root,
        Self::Gone,
        Self::Ended,
    ];

    /// Whether a token of theirs is good for anything.
    pub fn is_signed_in(self) -> bool {
        !matches!(self, Self::Nobody | Self::Gone | Self::Ended)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Owner => "ada",
            Self::Admin => "ben",
            Self::Member | Self::Ended => "cleo",
            Self::Stranger => "dan",
            Self::Former => "eve",
            Self::Root => "root",
            Self::Gone => "gus",
            Self::Nobody => "nobody",
        }
    }
}

/// One of everybody, to play all scenes with, one after the other.
pub struct Cast<'a> {
    pub server: &'a Server,
    /// Tells the accounts of several casts on one server apart.
    number: usize,
    actors: BTreeMap<Actor, Api>,
    /// A plain member of every group, who is never the one that asks.
    pub bystander: Api,
    /// Somebody who is in no chat, to be added.
    pub newcomer: Api,
    /// A group of everybody who is signed in.
    pub lobby: i64,
    /// A group of the bystander alone, and a message in it.
    pub hidden: (i64, i64),
    /// The direct chat of the owner and the account that was deleted, and messages of the owner's in it.
    pub abandoned: (i64, Vec<i64>),
    /// What the owner, the member and the bystander hear.
    pub ears: Vec<Socket>,
    understudies: usize,
}

impl<'a> Cast<'a> {
    /// Signs everybody up.
    pub async fn assemble(server: &'a Server, number: usize) -> Self {
        let mut actors = BTreeMap::from([(Actor::Nobody, server.api())]);
        for actor in [Actor::Owner, Actor::Admin, Actor::Member, Actor::Stranger, Actor::Former, Actor::Gone]
        {
            actors.insert(actor, server.api().sign_up(&format!("{}-{number}", actor.name())).await);
        }
        let root = format!("root-{number}");
        server.create_admin(&root).await;
        actors.insert(Actor::Root, server.api().sign_in(&root).await);
        let bystander = server.api().sign_up(&format!("finn-{number}")).await;
        let newcomer = server.api().sign_up(&format!("nina-{number}")).await;
        let abandoned = abandon(&actors[&Actor::Owner], &actors[&Actor::Gone]).await;
        let ended = actors[&Actor::Member].sign_in(&name(&actors[&Actor::Member])).await;
        ended.post("/auth/logout", json!(null)).await.expect(204);
        actors.insert(Actor::Ended, ended);
        let lobby = lobby(&bystander, &actors).await;
        let hidden = bystander.group("hidden", &[]).await;
        let message = id(&bystander.write(hidden, "hidden").await);
        let ears = vec![
            actors[&Actor::Owner].live().await,
            actors[&Actor::Member].live().await,
            bystander.live().await,
        ];
        let hidden = (hidden, message);
        Self { server, number, actors, bystander, newcomer, lobby, hidden, abandoned, ears, understudies: 0 }
    }

    /// The caller that an actor is.
    pub fn api(&self, actor: Actor) -> Api {
        self.actors[&actor].clone()
    }

    /// The username of an actor; for who is not signed in, one that nobody has.
    pub fn name(&self, actor: Actor) -> String {
        self.actors[&actor].username.clone().unwrap_or_else(|| format!("nobody-{}", self.number))
    }

    /// A new session of an actor's account.
    pub async fn another_session(&self, actor: Actor) -> Api {
        self.server.api().sign_in(&self.name(actor)).await
    }

    /// A new account that is, on the server, what the actor is.
    pub async fn understudy(&mut self, actor: Actor) -> Api {
        self.understudies += 1;
        let username = format!("{}-{}-{}", actor.name(), self.number, self.understudies);
        if actor == Actor::Root {
            self.server.create_admin(&username).await;
            return self.server.api().sign_in(&username).await;
        }
        self.server.api().sign_up(&username).await
    }
}

/// The username of an account.
pub fn name(api: &Api) -> String {
    api.username.clone().expect("somebody who signed in")
}

/// The id of what was answered.
pub fn id(value: &serde_json::Value) -> i64 {
    value["id"].as_i64().unwrap_or_else(|| panic!("no id in {value}"))
}

/// A direct chat, of which the other account is deleted then.
async fn abandon(owner: &Api, gone: &Api) -> (i64, Vec<i64>) {
    let mut messages = Vec::new();
    let mut chat = 0;
    for n in 0..4 {
        let message = owner.write_to(&name(gone), &format!("still there? {n}")).await;
        chat = message["chat_id"].as_i64().expect("a chat");
        messages.push(id(&message));
    }
    gone.write(chat, "not for long").await;
    let request = gone.request(reqwest::Method::DELETE, "/me").json(&json!({"password": PASSWORD}));
    gone.send(request).await.expect(204);
    (chat, messages)
}

async fn lobby(bystander: &Api, actors: &BTreeMap<Actor, Api>) -> i64 {
    let names: Vec<String> =
        actors.iter().filter(|(actor, _)| actor.is_signed_in()).map(|(_, api)| name(api)).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    bystander.group("lobby", &names).await
}
