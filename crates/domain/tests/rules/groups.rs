//! Groups: who knows of them, who may change them.

use domain::{
    Audience, ChatId,
    chats::{
        ChatChange, ChatError, ChatRole, ChatView, MemberPage, NewChat, PublicPage, Visibility, groups,
        members,
    },
    memory::MemoryStore,
    messages::{MessageError, Span, history},
    ports::Reads,
};

use crate::stage::*;

const NOWHERE: ChatId = ChatId::new(9_999_999);

fn rename(store: &mut MemoryStore, by: &str, chat: ChatId, title: &str) -> Result<String, ChatError> {
    change(store, by, chat, &ChatChange { name: title.parse().ok(), ..ChatChange::default() })
}

fn change(store: &mut MemoryStore, by: &str, chat: ChatId, change: &ChatChange) -> Result<String, ChatError> {
    let by = store.caller(by);
    store
        .write(|work| groups::update(work, &by, chat, change))
        .map(|chat| chat.name.map(|name| name.to_string()).unwrap_or_default())
}

fn create(store: &mut MemoryStore, by: &str, people: &[&str]) -> Result<ChatView, ChatError> {
    let by = store.caller(by);
    let new = NewChat {
        name: "lunch".parse().expect("a name"),
        description: None,
        visibility: Visibility::Private,
    };
    let people: Vec<_> = people.iter().map(|username| name(username)).collect();
    store.write(|work| groups::create(work, &by, &new, &people))
}

fn promote(store: &mut MemoryStore, owner: &str, chat: ChatId, username: &str, role: ChatRole) {
    let by = store.caller(owner);
    members::set_role(store, &by, chat, &name(username), role).expect("an owner may");
}

#[test]
fn who_makes_a_group_owns_it_and_each_member_hears_of_it() {
    let mut store = MemoryStore::with(&["ana", "ben", "cleo"]);

    let view = create(&mut store, "ana", &["ben", "BEN", "cleo", "ana"]).unwrap();

    assert_eq!(view.member_count, 3);
    assert_eq!(view.me.map(|me| me.role), Some(ChatRole::Owner));
    let told: Vec<&Audience> = store.notices().iter().map(|notice| &notice.audience).collect();
    let each = ["ana", "ben", "cleo"].map(|username| Audience::User(store.id(username)));
    assert_eq!(told, each.iter().collect::<Vec<_>>());
}

#[test]
fn a_group_is_not_made_with_somebody_unknown() {
    let mut store = MemoryStore::with(&["ana", "ben"]).and_admin("root");
    set_active(&mut store, "ben", false);
    store.forget();

    for stranger in ["ben", "nobody-1"] {
        let refused = create(&mut store, "ana", &[stranger]);
        assert_eq!(refused.unwrap_err(), ChatError::UnknownMember(stranger.to_owned()));
    }
    assert!(store.audit().is_empty() && store.notices().is_empty());
}

#[test]
fn a_stranger_cannot_see_that_a_chat_exists() {
    let mut store = MemoryStore::with(&["ana", "ben"]);
    let secret = store.group("secret", "ana", &[]);
    let message = store.say("ana", secret, "psst");
    let ben = store.caller("ben");

    for chat in [secret, NOWHERE] {
        let rename = ChatChange { name: "x".parse().ok(), ..ChatChange::default() };
        let page = MemberPage { after: None, limit: 10 };
        let refusals = [
            refusal(groups::view(&mut store, ben.user, chat)),
            refusal(groups::update(&mut store, &ben, chat, &rename)),
            refusal(groups::delete(&mut store, &ben, chat)),
            refusal(members::list(&mut store, &ben, chat, page)),
            refusal(members::join(&mut store, &ben, chat)),
            refusal(members::add(&mut store, &ben, chat, &name("ben"), ChatRole::Member)),
            refusal(members::remove(&mut store, &ben, chat, &name("ana"))),
            refusal(members::set_role(&mut store, &ben, chat, &name("ben"), ChatRole::Owner)),
            refusal(members::set_bell(&mut store, &ben, chat, domain::chats::Bell::All, None)),
        ];
        assert!(refusals.iter().all(|refusal| *refusal == ChatError::NoSuchChat), "{refusals:?}");
        let span = Span::Newest { limit: 10 };
        assert_eq!(try_say(&mut store, "ben", chat, "hi").unwrap_err(), MessageError::NoSuchChat);
        assert_eq!(history::read(&mut store, &ben, chat, span), Err(MessageError::NoSuchChat));
        assert_eq!(history::find(&mut store, &ben, chat, message), Err(MessageError::NoSuchChat));
        assert_eq!(edit(&mut store, "ben", chat, message, "x").unwrap_err(), MessageError::NoSuchChat);
        assert_eq!(delete(&mut store, "ben", chat, message), Err(MessageError::NoSuchChat));
        assert_eq!(react(&mut store, "ben", chat, message, "ok").unwrap_err(), MessageError::NoSuchChat);
    }
}

#[test]
fn a_stranger_sees_of_a_public_chat_what_is_outside_only() {
    let mut store = MemoryStore::with(&["ana", "ben"]);
    let square = store.public_group("square", "ana", &[]);
    let message = store.say("ana", square, "hello");
    let ben = store.caller("ben");

    let view = groups::view(&mut store, ben.user, square).unwrap();
    assert_eq!((view.title().as_str(), view.member_count, view.last_message), ("square", 1, None));
    let span = Span::Newest { limit: 10 };
    assert_eq!(history::read(&mut store, &ben, square, span), Err(MessageError::NotAMember));
    assert_eq!(history::find(&mut store, &ben, square, message), Err(MessageError::NotAMember));
    assert_eq!(try_say(&mut store, "ben", square, "hi"), Err(MessageError::NotAMember));
    let page = MemberPage { after: None, limit: 10 };
    assert_eq!(members::list(&mut store, &ben, square, page), Err(ChatError::NotAMember));
    let listed = store.public_chats(ben.user, &PublicPage { limit: 10, ..PublicPage::default() }).unwrap();
    assert_eq!(listed.iter().map(|view| view.chat.id).collect::<Vec<_>>(), [square]);
}

#[test]
fn a_member_cannot_rename_a_chat() {
    let mut store = MemoryStore::with(&["ana", "ben", "cleo"]);
    let lunch = store.group("lunch", "ana", &["ben", "cleo"]);
    promote(&mut store, "ana", lunch, "cleo", ChatRole::Admin);
    store.forget();

    assert_eq!(rename(&mut store, "ben", lunch, "dinner"), Err(ChatError::NotAllowed));
    assert!(store.audit().is_empty());
    assert_eq!(rename(&mut store, "cleo", lunch, "dinner").as_deref(), Ok("dinner"));
    assert_eq!(heard(&store), ["chat.updated"]);
}

#[test]
fn the_same_name_again_is_no_change() {
    let mut store = MemoryStore::with(&["ana"]);
    let lunch = store.group("lunch", "ana", &[]);
    store.forget();

    assert_eq!(rename(&mut store, "ana", lunch, " lunch ").as_deref(), Ok("lunch"));

    assert!(store.audit().is_empty() && store.notices().is_empty());
}

#[test]
fn only_owners_change_who_knows_of_a_chat() {
    let mut store = MemoryStore::with(&["ana", "ben"]);
    let lunch = store.group("lunch", "ana", &["ben"]);
    promote(&mut store, "ana", lunch, "ben", ChatRole::Admin);
    let public = |visibility| ChatChange { visibility: Some(visibility), ..ChatChange::default() };

    let refused = change(&mut store, "ben", lunch, &public(Visibility::Public));
    assert_eq!(refused, Err(ChatError::NotAllowed));
    assert!(change(&mut store, "ben", lunch, &public(Visibility::Private)).is_ok());
    assert!(change(&mut store, "ana", lunch, &public(Visibility::Public)).is_ok());
}

#[test]
fn only_owners_delete_a_group_which_hides_it_at_once() {
    let mut store = MemoryStore::with(&["ana", "ben"]);
    let lunch = store.group("lunch", "ana", &["ben"]);
    promote(&mut store, "ana", lunch, "ben", ChatRole::Admin);
    store.forget();
    let delete = |store: &mut MemoryStore, by: &str| {
        let by = store.caller(by);
        store.write(|work| groups::delete(work, &by, lunch))
    };

    assert_eq!(delete(&mut store, "ben"), Err(ChatError::NotAllowed));
    assert_eq!(delete(&mut store, "ana"), Ok(()));
    assert_eq!(delete(&mut store, "ana"), Err(ChatError::NoSuchChat));
    assert_eq!(try_say(&mut store, "ben", lunch, "hello?"), Err(MessageError::NoSuchChat));
    assert_eq!(heard(&store), ["chat.deleted"]);
}
