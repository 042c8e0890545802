//! Chats of two.

use domain::{
    ChatId,
    chats::{Bell, ChatChange, ChatError, ChatRole, direct, groups, members},
    memory::MemoryStore,
    messages::MessageError,
    ports::Reads,
};

use crate::stage::*;

fn open(store: &mut MemoryStore, by: &str, with: &str) -> Result<ChatId, ChatError> {
    let by = store.caller(by);
    store.write(|work| direct::open(work, &by, &name(with)))
}

#[test]
fn two_people_have_one_direct_chat_whoever_begins() {
    let mut store = MemoryStore::with(&["ana", "ben"]);

    let first = open(&mut store, "ana", "ben").unwrap();
    assert_eq!(heard(&store), ["chat.created", "chat.created"]);

    assert_eq!(open(&mut store, "ben", "ANA"), Ok(first));
    assert_eq!(heard(&store).len(), 2);
}

#[test]
fn one_can_write_to_oneself() {
    let mut store = MemoryStore::with(&["ana"]);

    let notebook = open(&mut store, "ana", "ana").unwrap();

    assert_eq!(heard(&store), ["chat.created"]);
    assert!(try_say(&mut store, "ana", notebook, "remember the milk").is_ok());
}

#[test]
fn nobody_begins_to_talk_to_who_is_not_there() {
    let mut store = MemoryStore::with(&["ana", "ben", "cleo"]).and_admin("root");
    set_active(&mut store, "ben", false);
    delete_account(&mut store, "cleo").unwrap();

    for peer in ["ben", "cleo", "nobody-1"] {
        assert_eq!(open(&mut store, "ana", peer), Err(ChatError::NoSuchUser), "{peer}");
        let by = store.caller("ana");
        assert_eq!(direct::find(&mut store, &by, &name(peer)), Err(ChatError::NoSuchUser), "{peer}");
    }
}

#[test]
fn an_unused_chat_is_found_to_be_unused() {
    let mut store = MemoryStore::with(&["ana", "ben"]);
    let by = store.caller("ana");

    assert_eq!(direct::find(&mut store, &by, &name("ben")), Ok(None));
    let chat = open(&mut store, "ana", "ben").unwrap();
    assert_eq!(direct::find(&mut store, &by, &name("ben")), Ok(Some(chat)));
}

#[test]
fn a_chat_with_somebody_deactivated_or_deleted_is_read_only() {
    let mut store = MemoryStore::with(&["ana", "ben", "cleo"]).and_admin("root");
    let (with_ben, with_cleo) = (store.direct("ana", "ben"), store.direct("ana", "cleo"));
    let own = store.say("ana", with_ben, "hello");
    store.say("cleo", with_cleo, "hello");
    set_active(&mut store, "ben", false);
    delete_account(&mut store, "cleo").unwrap();

    for chat in [with_ben, with_cleo] {
        assert_eq!(try_say(&mut store, "ana", chat, "still there?"), Err(MessageError::ReadOnly));
    }
    assert_eq!(edit(&mut store, "ana", with_ben, own, "hi"), Err(MessageError::ReadOnly));
    assert_eq!(react(&mut store, "ana", with_ben, own, "ok"), Err(MessageError::ReadOnly));
    assert_eq!(open(&mut store, "ana", "ben"), Ok(with_ben));
    assert_eq!(delete(&mut store, "ana", with_ben, own), Ok(()));
    set_active(&mut store, "ben", true);
    assert!(try_say(&mut store, "ana", with_ben, "welcome back").is_ok());
}

#[test]
fn a_direct_chat_has_no_name_no_members_to_manage_and_no_end() {
    let mut store = MemoryStore::with(&["ana", "ben", "cleo"]);
    let chat = store.direct("ana", "ben");
    let by = store.caller("ana");
    let rename = ChatChange { name: "us".parse().ok(), ..ChatChange::default() };

    let refusals = [
        refusal(groups::update(&mut store, &by, chat, &rename)),
        refusal(groups::delete(&mut store, &by, chat)),
        refusal(members::add(&mut store, &by, chat, &name("cleo"), ChatRole::Member)),
        refusal(members::set_role(&mut store, &by, chat, &name("ben"), ChatRole::Owner)),
        refusal(members::remove(&mut store, &by, chat, &name("ana"))),
        refusal(members::remove(&mut store, &by, chat, &name("ben"))),
    ];

    assert!(refusals.iter().all(|refusal| *refusal == ChatError::Direct), "{refusals:?}");
    members::set_bell(&mut store, &by, chat, Bell::None, None).unwrap();
    assert_eq!(store.member(chat, by.user).unwrap().unwrap().bell, Bell::None);
}

#[test]
fn a_third_person_does_not_learn_of_a_direct_chat() {
    let mut store = MemoryStore::with(&["ana", "ben", "cleo"]);
    let chat = store.direct("ana", "ben");
    let cleo = store.caller("cleo");

    assert_eq!(try_say(&mut store, "cleo", chat, "hi"), Err(MessageError::NoSuchChat));
    assert_eq!(refusal(members::join(&mut store, &cleo, chat)), ChatError::NoSuchChat);
    assert_eq!(refusal(groups::view(&mut store, cleo.user, chat)), ChatError::NoSuchChat);
}
