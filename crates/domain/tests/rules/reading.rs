//! How far people have read.

use domain::{
    ChatId, Seq,
    memory::MemoryStore,
    messages::{MessageError, Reading, reading},
    ports::Reads,
};

use crate::stage::*;

fn mark(store: &mut MemoryStore, by: &str, chat: ChatId, seq: i64, unread: bool) -> Result<(), MessageError> {
    let reading = Reading { by: store.caller(by), chat, seq: Seq::new(seq), unread };
    store.write(|work| reading::mark_all(work, &[reading])?.remove(0))
}

fn unread(store: &mut MemoryStore, who: &str, chat: ChatId) -> i64 {
    let user = store.id(who);
    store.chat_view(user, chat).expect("a look").expect("the chat").unread_count()
}

fn lunch() -> (MemoryStore, ChatId) {
    let mut store = MemoryStore::with(&["ana", "ben", "cleo"]);
    let lunch = store.group("lunch", "ana", &["ben"]);
    for words in ["one", "two", "three"] {
        store.say("ana", lunch, words);
    }
    store.forget();
    (store, lunch)
}

#[test]
fn unread_is_what_came_after_the_mark_also_when_deleted() {
    let (mut store, lunch) = lunch();
    let four = store.say("ana", lunch, "four");
    delete(&mut store, "ana", lunch, four).unwrap();

    assert_eq!((unread(&mut store, "ana", lunch), unread(&mut store, "ben", lunch)), (0, 4));
    mark(&mut store, "ben", lunch, 3, false).unwrap();
    assert_eq!(unread(&mut store, "ben", lunch), 1);
}

#[test]
fn a_mark_never_moves_back_but_on_purpose() {
    let (mut store, lunch) = lunch();

    mark(&mut store, "ben", lunch, 3, false).unwrap();
    mark(&mut store, "ben", lunch, 1, false).unwrap();
    assert_eq!(unread(&mut store, "ben", lunch), 0);
    mark(&mut store, "ben", lunch, 2, true).unwrap();
    assert_eq!(unread(&mut store, "ben", lunch), 2);
    assert_eq!(heard(&store), ["read", "read"]);
}

#[test]
fn to_mark_as_unread_never_moves_forward() {
    let (mut store, lunch) = lunch();

    for seq in [3, 4, i64::MAX] {
        mark(&mut store, "ben", lunch, seq, true).unwrap();
        assert_eq!(unread(&mut store, "ben", lunch), 3, "{seq}");
    }
    assert_eq!(heard(&store), [""; 0]);
    mark(&mut store, "ben", lunch, 2, false).unwrap();
    mark(&mut store, "ben", lunch, i64::MAX, true).unwrap();
    assert_eq!(unread(&mut store, "ben", lunch), 1);
}

#[test]
fn a_mark_never_stands_beyond_the_newest_message() {
    let (mut store, lunch) = lunch();

    mark(&mut store, "ben", lunch, i64::MAX, false).unwrap();
    store.say("ana", lunch, "four");

    assert_eq!(unread(&mut store, "ben", lunch), 1);
    mark(&mut store, "ben", lunch, -5, true).unwrap();
    assert_eq!(unread(&mut store, "ben", lunch), 4);
}

#[test]
fn who_joins_has_read_everything() {
    let mut store = MemoryStore::with(&["ana", "ben"]);
    let square = store.public_group("square", "ana", &[]);
    store.say("ana", square, "before");
    let ben = store.caller("ben");

    domain::chats::members::join(&mut store, &ben, square).unwrap();

    assert_eq!(unread(&mut store, "ben", square), 0);
}

#[test]
fn a_stranger_marks_nothing() {
    let (mut store, lunch) = lunch();
    let square = store.public_group("square", "ana", &[]);

    assert_eq!(mark(&mut store, "cleo", lunch, 1, false), Err(MessageError::NoSuchChat));
    assert_eq!(mark(&mut store, "cleo", square, 1, false), Err(MessageError::NotAMember));
}
