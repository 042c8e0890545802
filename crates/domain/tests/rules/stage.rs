//! What the tests of all nouns need.

use std::sync::Arc;

use domain::{
    ChatId, MessageId,
    chats::ChatError,
    memory::MemoryStore,
    messages::{
        Draft, MessageError, MessageText, MessageView, Reaction, Sending, Sent, editing, reactions, sending,
    },
    ports::Reads,
    users::{AccountError, UserChange, Username, accounts, profile},
};

pub fn name(username: &str) -> Username {
    username.parse().expect("a username")
}

pub fn text(text: &str) -> MessageText {
    text.parse().expect("a text")
}

pub fn sending(store: &MemoryStore, by: &str, chat: ChatId, draft: Draft) -> Sending {
    Sending { by: store.caller(by), chat, draft }
}

pub fn send(store: &mut MemoryStore, by: &str, chat: ChatId, draft: Draft) -> Result<Sent, MessageError> {
    let sending = sending(store, by, chat, draft);
    store.write(|work| sending::send(work, sending))
}

pub fn try_say(store: &mut MemoryStore, by: &str, chat: ChatId, words: &str) -> Result<Sent, MessageError> {
    send(store, by, chat, Draft::of(text(words)))
}

/// Says something under a `client_id`.
pub fn say_as(
    store: &mut MemoryStore,
    by: &str,
    chat: ChatId,
    words: &str,
    id: &str,
) -> Result<Sent, MessageError> {
    send(store, by, chat, Draft::of(text(words)).known_as(id.parse().ok()))
}

pub fn edit(
    store: &mut MemoryStore,
    by: &str,
    chat: ChatId,
    id: MessageId,
    words: &str,
) -> Result<Arc<MessageView>, MessageError> {
    let by = store.caller(by);
    store.write(|work| editing::edit(work, &by, chat, id, text(words)))
}

pub fn delete(store: &mut MemoryStore, by: &str, chat: ChatId, id: MessageId) -> Result<(), MessageError> {
    let by = store.caller(by);
    store.write(|work| editing::delete(work, &by, chat, id))
}

pub fn react(
    store: &mut MemoryStore,
    by: &str,
    chat: ChatId,
    id: MessageId,
    with: &str,
) -> Result<Arc<MessageView>, MessageError> {
    let (by, with): (_, Reaction) = (store.caller(by), with.parse().expect("a reaction"));
    store.write(|work| reactions::add(work, &by, chat, id, &with))
}

pub fn seen(store: &mut MemoryStore, id: MessageId) -> MessageView {
    let messages = store.messages(&[id]).expect("a look");
    store.depict(messages).expect("a look").remove(0)
}

/// Deactivates somebody, or activates them again; `root` is the admin who does it.
pub fn set_active(store: &mut MemoryStore, username: &str, active: bool) {
    let root = store.caller("root");
    store
        .write(|work| accounts::administer(work, &root, &name(username), None, Some(active)))
        .expect("an admin may");
}

pub fn delete_account(store: &mut MemoryStore, username: &str) -> Result<(), AccountError> {
    let by = store.caller(username);
    store.write(|work| accounts::delete(work, &by, &MemoryStore::password_of(username)))
}

pub fn rename_person(store: &mut MemoryStore, username: &str, first_name: &str) {
    let by = store.caller(username);
    let change = UserChange { first_name: Some(first_name.parse().ok()), ..UserChange::default() };
    store.write(|work| profile::update(work, &by, change)).expect("an own name");
}

/// What was told since the store last forgot, by name.
pub fn heard(store: &MemoryStore) -> Vec<&'static str> {
    store.notices().iter().map(|notice| notice.event.name()).collect()
}

/// Why a chat was not changed.
pub fn refusal<T: std::fmt::Debug>(outcome: Result<T, ChatError>) -> ChatError {
    outcome.expect_err("a refusal")
}
