//! Forwarding: all or nothing, with the first author.

use std::sync::Arc;

use domain::{
    ChatId, MessageId,
    chats::members,
    memory::MemoryStore,
    messages::{Forwarding, MessageError, MessageView, Targets, forwarding},
    ports::Reads,
};

use crate::stage::*;

/// A forward of `by`'s, from the chat of the message to chats and people.
fn plan(
    store: &mut MemoryStore,
    by: &str,
    message: MessageId,
    chats: &[ChatId],
    people: &[&str],
) -> Forwarding {
    let chat = store.messages(&[message]).expect("a look").remove(0).chat;
    let usernames = people.iter().map(|username| name(username)).collect();
    let targets = Targets { chats: chats.to_vec(), usernames };
    Forwarding { by: store.caller(by), chat, message, targets, comment: None, client_id: None }
}

fn run(store: &mut MemoryStore, plan: &Forwarding) -> Result<Vec<Arc<MessageView>>, MessageError> {
    store.write(|work| forwarding::forward(work, plan))
}

fn forward(
    store: &mut MemoryStore,
    by: &str,
    message: MessageId,
    chats: &[ChatId],
    people: &[&str],
) -> Result<Vec<Arc<MessageView>>, MessageError> {
    let plan = plan(store, by, message, chats, people);
    run(store, &plan)
}

/// A group of ana's and ben's with a message of ana's.
fn lunch() -> (MemoryStore, ChatId, MessageId) {
    let mut store = MemoryStore::with(&["ana", "ben", "cleo", "dan"]).and_admin("root");
    let lunch = store.group("lunch", "ana", &["ben"]);
    let message = store.say("ana", lunch, "soup, @ben");
    (store, lunch, message)
}

#[test]
fn a_forward_is_all_or_nothing() {
    let (mut store, lunch, message) = lunch();
    let tea = store.group("tea", "ben", &[]);
    let secret = store.group("secret", "cleo", &[]);
    store.forget();

    let refused = forward(&mut store, "ben", message, &[tea, secret], &["dan"]);

    assert_eq!(refused, Err(MessageError::NoSuchChat));
    assert!(store.audit().is_empty() && store.notices().is_empty());
    let (ben, dan) = (store.id("ben"), store.id("dan"));
    assert_eq!(store.direct_chat(ben, dan), Ok(None));
    assert_eq!(forward(&mut store, "ben", message, &[tea, lunch], &["dan"]).unwrap().len(), 3);
}

#[test]
fn a_forward_needs_read_on_the_source() {
    let (mut store, _, message) = lunch();
    let tea = store.group("tea", "cleo", &[]);

    assert_eq!(forward(&mut store, "cleo", message, &[tea], &[]), Err(MessageError::NoSuchChat));
    let square = store.public_group("square", "ana", &[]);
    let public = store.say("ana", square, "hello");
    assert_eq!(forward(&mut store, "cleo", public, &[tea], &[]), Err(MessageError::NotAMember));
}

#[test]
fn a_forward_needs_write_on_every_target() {
    let (mut store, lunch, message) = lunch();
    let talk = store.direct("ben", "cleo");
    let square = store.public_group("square", "ana", &[]);
    set_active(&mut store, "cleo", false);

    assert_eq!(forward(&mut store, "ben", message, &[lunch, talk], &[]), Err(MessageError::ReadOnly));
    assert_eq!(forward(&mut store, "ben", message, &[square], &[]), Err(MessageError::NotAMember));
    let nobody = forward(&mut store, "ben", message, &[], &["nobody-1"]);
    assert_eq!(nobody, Err(MessageError::NoSuchUser("nobody-1".to_owned())));
}

#[test]
fn a_forward_has_one_to_twenty_targets() {
    let (mut store, lunch, message) = lunch();

    assert_eq!(forward(&mut store, "ben", message, &[], &[]), Err(MessageError::NoTargets));
    assert_eq!(forward(&mut store, "ben", message, &[lunch; 21], &[]), Err(MessageError::TooManyTargets));
    assert_eq!(forward(&mut store, "ben", message, &[lunch; 20], &[]).unwrap().len(), 1);
}

#[test]
fn a_forward_carries_the_text_the_author_and_the_time() {
    let (mut store, _, message) = lunch();
    let source = seen(&mut store, message);

    let forward = forward(&mut store, "ben", message, &[], &["cleo"]).unwrap().remove(0);

    let from = forward.forwarded_from.clone().unwrap();
    assert_eq!((from.author, from.created_at), (source.author, source.created_at));
    assert_eq!((forward.text.as_str(), forward.mentions.len()), ("soup, @ben", 0));
    assert_eq!(forward.author.as_ref().unwrap().id, store.id("ben"));
}

#[test]
fn a_forward_of_a_forward_names_the_first_author() {
    let (mut store, _, message) = lunch();
    let to_cleo = forward(&mut store, "ben", message, &[], &["cleo"]).unwrap().remove(0);

    let to_dan = forward(&mut store, "cleo", to_cleo.id, &[], &["dan"]).unwrap().remove(0);

    let from = to_dan.forwarded_from.clone().unwrap();
    assert_eq!(from, to_cleo.forwarded_from.clone().unwrap());
    assert_eq!(from.author.unwrap().id, store.id("ana"));
    delete_account(&mut store, "ana").unwrap();
    assert_eq!(seen(&mut store, to_dan.id).forwarded_from.unwrap().author, None);
}

#[test]
fn a_deleted_message_is_not_forwarded() {
    let (mut store, lunch, message) = lunch();
    delete(&mut store, "ana", lunch, message).unwrap();

    assert_eq!(forward(&mut store, "ben", message, &[lunch], &[]), Err(MessageError::Deleted));
}

#[test]
fn editing_a_forwarded_message_is_refused() {
    let (mut store, _, message) = lunch();
    let forward = forward(&mut store, "ben", message, &[], &["cleo"]).unwrap().remove(0);

    let refused = edit(&mut store, "ben", forward.chat, forward.id, "never said");

    assert_eq!(refused, Err(MessageError::NotOwnWords));
    assert_eq!(delete(&mut store, "ben", forward.chat, forward.id), Ok(()));
}

#[test]
fn a_comment_is_a_message_of_its_own_before_the_forward() {
    let (mut store, lunch, message) = lunch();
    let plan = plan(&mut store, "ben", message, &[lunch], &["cleo"]);
    let plan = Forwarding { comment: Some(text("look")), ..plan };
    store.forget();

    let forwards = run(&mut store, &plan).unwrap();

    assert_eq!(forwards.iter().map(|view| view.seq.get()).collect::<Vec<_>>(), [3, 2]);
    assert_eq!(heard(&store).iter().filter(|event| **event == "message.created").count(), 4);
}

#[test]
fn a_repeated_forward_makes_no_second_one() {
    let (mut store, lunch, message) = lunch();
    let plan = plan(&mut store, "ben", message, &[lunch], &["cleo"]);
    let plan = Forwarding { comment: Some(text("look")), client_id: "c-1".parse().ok(), ..plan };
    let first = run(&mut store, &plan).unwrap();
    store.forget();

    assert_eq!(run(&mut store, &plan).unwrap(), first);
    assert!(store.audit().is_empty() && store.notices().is_empty());
    let elsewhere = Targets { chats: vec![], usernames: vec![name("dan")] };
    let other = Forwarding { targets: elsewhere, ..plan };
    assert_eq!(run(&mut store, &other), Err(MessageError::ClientIdReused));
}

#[test]
fn a_repeated_forward_shows_nothing_to_a_former_member_of_its_target() {
    let (mut store, _, message) = lunch();
    let tea = store.group("tea", "cleo", &["ben"]);
    let plan = plan(&mut store, "ben", message, &[tea], &[]);
    let plan = Forwarding { client_id: "c-1".parse().ok(), ..plan };
    run(&mut store, &plan).unwrap();
    let cleo = store.caller("cleo");
    members::remove(&mut store, &cleo, tea, &name("ben")).unwrap();

    assert_eq!(run(&mut store, &plan), Err(MessageError::NoSuchChat));
}

#[test]
fn the_source_is_told_to_who_may_see_it_only() {
    let (mut store, _, message) = lunch();
    let tea = store.group("tea", "ben", &["ana", "cleo"]);
    let forwarded = forward(&mut store, "ben", message, &[tea], &[]).unwrap().remove(0);
    let own = store.say("ben", tea, "no forward");
    let source = |store: &mut MemoryStore, by: &str, id: MessageId| {
        let by = store.caller(by);
        forwarding::source(store, &by, tea, id).map(|view| view.id)
    };

    assert_eq!(source(&mut store, "ana", forwarded.id), Ok(message));
    assert_eq!(source(&mut store, "cleo", forwarded.id), Err(MessageError::NoSuchMessage));
    assert_eq!(source(&mut store, "dan", forwarded.id), Err(MessageError::NoSuchChat));
    assert_eq!(source(&mut store, "ana", own), Err(MessageError::NoSuchMessage));
}
