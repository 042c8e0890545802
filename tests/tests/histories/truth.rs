//! What the server answers to who asks afresh.

use crate::values::{int, items, text};
use serde_json::Value;
use std::collections::BTreeMap;
use tests::Api;

/// Everything that somebody can read.
#[derive(Debug)]
pub struct Truth {
    /// The chats in the order in which they are listed.
    pub order: Vec<i64>,
    pub chats: BTreeMap<i64, Found>,
}

/// A chat as it is found.
#[derive(Clone, Debug)]
pub struct Found {
    pub chat: Value,
    /// By id.
    pub messages: BTreeMap<i64, Value>,
    /// By username.
    pub members: BTreeMap<String, Value>,
}

impl Truth {
    /// Asks for everything, while nobody changes it.
    pub async fn of(api: &Api) -> Self {
        let listed = chats(api).await;
        let order = listed.iter().map(|chat| int(chat, "id")).collect();
        let mut found = BTreeMap::new();
        for chat in listed {
            let id = int(&chat, "id");
            let look = Found::look(api, id).await.unwrap_or_else(|| panic!("{id} is listed and not there"));
            assert_eq!(look.chat, chat, "a chat reads the same in the list and by itself");
            found.insert(id, look);
        }
        Self { order, chats: found }
    }
}

impl Found {
    /// Asks for one chat; nothing when the caller is not, or no longer, a member. The chat is asked for first: what is
    /// found beside it is as new, or newer.
    pub async fn look(api: &Api, id: i64) -> Option<Self> {
        let chat = api.get(&format!("/chats/{id}")).await;
        let chat = if chat.status == 404 { return None } else { chat.expect(200) };
        let messages = messages(api, id).await?;
        let members = members(api, id).await?;
        if chat["my_role"].is_null() {
            return None;
        }
        Some(Self { chat, messages, members })
    }
}

/// The chats as they are listed.
pub async fn chats(api: &Api) -> Vec<Value> {
    pages(api, "/chats?limit=3").await.expect("one's own list is there")
}

async fn members(api: &Api, id: i64) -> Option<BTreeMap<String, Value>> {
    let members = pages(api, &format!("/chats/{id}/members?limit=3")).await?;
    Some(members.into_iter().map(|member| (text(&member["user"], "username").to_owned(), member)).collect())
}

async fn messages(api: &Api, id: i64) -> Option<BTreeMap<i64, Value>> {
    let mut found: Vec<Value> = Vec::new();
    loop {
        let after = found.last().map_or(0, |message| int(message, "seq"));
        let page = api.get(&format!("/chats/{id}/messages?after={after}&limit=100")).await;
        let page = if inside(page.status) { page.expect(200) } else { return None };
        found.extend_from_slice(items(&page));
        if page["has_after"] == false {
            break;
        }
    }
    let seqs: Vec<i64> = found.iter().map(|message| int(message, "seq")).collect();
    assert!(seqs.iter().zip(1..).all(|(seq, count)| *seq == count), "seq counts without a gap: {seqs:?}");
    Some(found.into_iter().map(|message| (int(&message, "id"), message)).collect())
}

/// All pages of a list; nothing when the caller may not see it.
async fn pages(api: &Api, path: &str) -> Option<Vec<Value>> {
    let mut found = Vec::new();
    let mut next = path.to_owned();
    loop {
        let page = api.get(&next).await;
        let page = if inside(page.status) { page.expect(200) } else { return None };
        found.extend_from_slice(items(&page));
        match page["next_cursor"].as_str() {
            Some(cursor) => next = format!("{path}&cursor={cursor}"),
            None => return Some(found),
        }
    }
}

/// Whether the answer is not that the caller has no access, of whatever reason.
fn inside(status: u16) -> bool {
    status != 404 && status != 403
}
