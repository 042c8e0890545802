//! A history: people doing things at random while others listen.

use crate::deeds::{self, Deed, Known, PEOPLE, What, call};
use crate::dice::Dice;
use crate::reader::{Order, Reader};
use crate::replica::Replica;
use crate::truth::Truth;
use crate::values::int;
use futures_util::future::join_all;
use serde_json::json;
use std::collections::BTreeMap;
use tests::{Api, Server};

/// How many things happen at once, at most.
const AT_ONCE: usize = 8;

/// For how many rounds at the end nothing is said on sockets.
const QUIET: usize = 5;

/// What a history is made of.
#[derive(Clone, Copy, Debug)]
pub struct Plot {
    /// How often something happens.
    pub rounds: usize,
    /// Whether readers go and come back; they stay otherwise.
    pub restless: bool,
    /// Whether people change their names, and one deletes their account.
    pub people_change: bool,
}

/// How a history ended.
pub struct End {
    /// What each reader knows by listening.
    pub replicas: Vec<Replica>,
    /// What each of those people finds.
    pub truths: BTreeMap<String, Truth>,
}

/// People, their readers, and what they did.
struct Life {
    people: Vec<Api>,
    /// Of each reader whose it is.
    readers: Vec<(usize, Reader)>,
    bell: Bell,
    /// Who deleted their account.
    gone: Option<usize>,
    known: Known,
    dice: Dice,
    /// How often which status was answered.
    answers: BTreeMap<u16, usize>,
}

/// Lives through a history on a fresh server.
pub async fn live(server: &Server, seed: u64, plot: Plot) -> End {
    eprintln!("the history of NATTER_TEST_SEED={seed}");
    let mut life = Life::begin(server, Dice::new(seed), plot).await;
    for round in 0..plot.rounds {
        if plot.restless {
            life.disturb();
        }
        life.round(plot, round).await;
    }
    eprintln!("answers: {:?}", life.answers);
    let done =
        life.answers.iter().filter(|(status, _)| **status < 300).map(|(_, count)| count).sum::<usize>();
    assert!(done > plot.rounds, "too little happened: {:?}", life.answers);
    life.end().await
}

impl Life {
    async fn begin(server: &Server, dice: Dice, plot: Plot) -> Self {
        let anybody = server.api();
        let people = join_all(PEOPLE.iter().map(|name| anybody.sign_up(name))).await;
        people[1].group("work", &PEOPLE[2..4]).await;
        let known = Known::begin(people[0].group("lunch", &PEOPLE[1..]).await, &PEOPLE);
        let bell = Bell::hang(server).await;
        let mut readers = Vec::new();
        // One has two devices.
        for whose in (0..PEOPLE.len()).chain([0]) {
            let reader = if plot.restless {
                Reader::restless(&people[whose], server).await
            } else {
                Reader::steady(&people[whose], server).await
            };
            readers.push((whose, reader));
        }
        Self { people, readers, bell, gone: None, known, dice, answers: BTreeMap::new() }
    }

    /// Cuts somebody off, or lets them back.
    fn disturb(&mut self) {
        let dice = &mut self.dice;
        if !dice.chance(40) {
            return;
        }
        let (_, reader) = &self.readers[dice.below(self.readers.len())];
        reader.order(match dice.below(6) {
            0 => Order::Break { on_the_way: false },
            1 | 2 => Order::Break { on_the_way: true },
            3 => Order::Leave,
            _ => Order::Return,
        });
    }

    /// Some things happen at once.
    async fn round(&mut self, plot: Plot, round: usize) {
        let count = 1 + self.dice.below(AT_ONCE);
        let mut deeds: Vec<Deed> = (0..count).map(|_| self.known.next(&mut self.dice)).collect();
        if plot.people_change && self.dice.chance(15) {
            deeds.push(deeds::rename(&mut self.dice));
        }
        if plot.people_change && round == plot.rounds * 2 / 3 {
            self.gone = Some(PEOPLE.len() - 1);
            deeds.push(deeds::farewell(PEOPLE.len() - 1));
        }
        let mut calls = Vec::new();
        for deed in &deeds {
            match &deed.what {
                What::Call(method, path, body) => {
                    calls.push(call(&self.people[deed.by], method, path, body));
                }
                // Nobody knows when the last words on a broken connection are heard.
                What::Say(_) if plot.rounds - round < QUIET => {}
                What::Say(frame) => {
                    let own = self.readers.iter().find(|(whose, _)| *whose == deed.by);
                    own.unwrap().1.order(Order::Say(frame.clone()));
                }
            }
        }
        let asked = deeds.iter().filter(|deed| matches!(deed.what, What::Call(..)));
        for (deed, answer) in asked.zip(join_all(calls).await) {
            *self.answers.entry(answer.status).or_default() += 1;
            self.known.learn(deed.by, &answer);
        }
    }

    /// Lets everybody hear all there was, and looks at what there is.
    async fn end(mut self) -> End {
        self.readers.retain(|(whose, _)| Some(*whose) != self.gone);
        let readers = self.readers.into_iter().map(|(whose, reader)| (PEOPLE[whose], reader)).collect();
        let replicas = self.bell.ring(readers).await;
        let mut truths = BTreeMap::new();
        for replica in &replicas {
            let api = self.people.iter().find(|api| api.username.as_deref() == Some(&replica.me)).unwrap();
            truths.insert(replica.me.clone(), Truth::of(api).await);
        }
        End { replicas, truths }
    }
}

/// Somebody who has a chat with everyone and tells them when it is over.
pub struct Bell {
    api: Api,
    /// By username.
    chats: BTreeMap<&'static str, i64>,
}

impl Bell {
    pub async fn hang(server: &Server) -> Self {
        let api = server.api().sign_up("bell").await;
        let mut chats = BTreeMap::new();
        for name in PEOPLE {
            if api.get(&format!("/users/{name}")).await.status == 200 {
                chats.insert(name, int(&api.write_to(name, "listen").await, "chat_id"));
            }
        }
        Self { api, chats }
    }

    /// What these readers know once everything is over and they heard of it: what they said on sockets, too.
    pub async fn ring(self, readers: Vec<(&'static str, Reader)>) -> Vec<Replica> {
        for (place, (name, reader)) in readers.iter().enumerate() {
            let (client_id, chat) = (format!("last-{place}"), self.chats[name]);
            let last = json!({"type": "send", "client_id": client_id, "chat_id": chat, "text": "I listen"});
            reader.settle(last).await;
        }
        let mut bells = BTreeMap::new();
        for (name, _) in &readers {
            if !bells.contains_key(name) {
                bells.insert(*name, int(&self.api.write_to(name, "the end").await, "id"));
            }
        }
        let mut replicas = Vec::new();
        for (name, reader) in readers {
            replicas.push(reader.finish(bells[name]).await);
        }
        replicas
    }
}

impl End {
    /// Fails with all that the readers complained of.
    pub fn expect_no_complaint(&self) {
        let wrong: Vec<_> = self.replicas.iter().flat_map(|replica| &replica.wrong).cloned().collect();
        assert!(wrong.is_empty(), "{} complaints:\n{}", wrong.len(), wrong.join("\n"));
        for replica in &self.replicas {
            assert_eq!(replica.wanted(), [0_i64; 0], "chats of {} that could not be fetched", replica.me);
        }
    }
}

/// What two sides say of the same, where they differ, in words.
pub fn differences(
    what: &str,
    known: &serde_json::Value,
    stored: &serde_json::Value,
    found: &mut Vec<String>,
) {
    use serde_json::Value::{Array, Object};
    match (known, stored) {
        (a, b) if a == b => {}
        (Object(a), Object(b)) => {
            let mut names: Vec<&String> = a.keys().chain(b.keys()).collect();
            names.sort();
            names.dedup();
            let nothing = json!("(nothing)");
            for name in names {
                let (a, b) = (a.get(name).unwrap_or(&nothing), b.get(name).unwrap_or(&nothing));
                differences(&format!("{what}.{name}"), a, b, found);
            }
        }
        (Array(a), Array(b)) if a.len() == b.len() => {
            for (place, (a, b)) in a.iter().zip(b).enumerate() {
                differences(&format!("{what}[{place}]"), a, b, found);
            }
        }
        (a, b) => found.push(format!("{what}: known {a}, stored {b}")),
    }
}
