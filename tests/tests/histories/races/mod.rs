//! Races that have one outcome, run again and again.

mod access;
mod changing;
mod direct;
mod hearing;
mod leaving;
mod sending;
mod tokens;

use crate::values::{items, text};
use futures_util::future::join_all;
use serde_json::Value;
use tests::{Answer, Api, Server};

/// How often a race is run.
const ROUNDS: usize = 8;

/// People with accounts.
async fn people<const N: usize>(server: &Server, names: [&str; N]) -> [Api; N] {
    let anybody = server.api();
    let people = join_all(names.map(|name| {
        let anybody = anybody.clone();
        async move { anybody.sign_up(name).await }
    }));
    people.await.try_into().unwrap()
}

/// Who is in the chat, as what; nothing when the caller is not.
async fn roles(api: &Api, chat: i64) -> Option<Vec<(String, String)>> {
    let members = api.get(&format!("/chats/{chat}/members")).await;
    let members = if members.status == 404 { return None } else { members.expect(200) };
    let role =
        |member: &Value| (text(&member["user"], "username").to_owned(), text(member, "role").to_owned());
    let mut roles: Vec<_> = items(&members).iter().map(role).collect();
    roles.sort();
    Some(roles)
}

fn are(roles: &[(&str, &str)]) -> Option<Vec<(String, String)>> {
    Some(roles.iter().map(|(name, role)| ((*name).to_owned(), (*role).to_owned())).collect())
}

/// The statuses, the lowest first.
fn statuses<'a>(answers: impl IntoIterator<Item = &'a Answer>) -> Vec<u16> {
    let mut statuses: Vec<u16> = answers.into_iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    statuses
}

/// Calls with a path of their own, to be awaited together.
async fn post(api: &Api, path: String, body: Value) -> Answer {
    api.post(&path, body).await
}

async fn patch(api: &Api, path: String, body: Value) -> Answer {
    api.patch(&path, body).await
}

async fn delete(api: &Api, path: String) -> Answer {
    api.delete(&path).await
}

fn member(chat: i64, name: &str) -> String {
    format!("/chats/{chat}/members/{name}")
}

fn at(message: &Value) -> String {
    format!("/chats/{}/messages/{}", message["chat_id"], message["id"])
}
