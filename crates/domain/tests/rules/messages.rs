//! Messages: sent once, edited by their authors, deleted, reacted to.

use domain::{
    AttachmentId, ChatId,
    attachments::NewAttachment,
    chats::{ChatRole, members},
    memory::MemoryStore,
    messages::{Draft, MessageError, Reaction, reactions, sending::send_all},
    ports::{Reads, UnitOfWork},
};

use crate::stage::*;

fn upload(store: &mut MemoryStore, by: &str) -> AttachmentId {
    let new = NewAttachment {
        filename: "soup.png".to_owned(),
        content_type: "image/png".to_owned(),
        bytes: 1,
        size: None,
        key: "key".to_owned(),
        thumbnail: None,
    };
    let by = store.caller(by).origin;
    store.insert_attachment(&by, &new).expect("a file").id
}

fn lunch() -> (MemoryStore, ChatId) {
    let mut store = MemoryStore::with(&["ana", "ben", "cleo"]).and_admin("root");
    let lunch = store.group("lunch", "ana", &["ben", "cleo"]);
    (store, lunch)
}

#[test]
fn the_same_client_id_makes_no_second_message() {
    let (mut store, lunch) = lunch();

    let first = say_as(&mut store, "ben", lunch, "soup", "c-1").unwrap();
    edit(&mut store, "ben", lunch, first.message.id, "bread").unwrap();
    store.forget();
    let again = say_as(&mut store, "ben", lunch, "soup", "c-1").unwrap();

    assert!(first.fresh && !again.fresh);
    assert_eq!((again.message.id, again.message.text.as_str()), (first.message.id, "bread"));
    assert!(store.audit().is_empty() && store.notices().is_empty());
}

#[test]
fn the_same_client_id_answers_a_deleted_message_too() {
    let (mut store, lunch) = lunch();
    let first = say_as(&mut store, "ben", lunch, "soup", "c-1").unwrap().message;
    delete(&mut store, "ben", lunch, first.id).unwrap();

    let again = say_as(&mut store, "ben", lunch, "soup", "c-1").unwrap();

    assert_eq!((again.message.id, again.message.is_deleted()), (first.id, true));
}

#[test]
fn client_id_in_another_chat_is_a_conflict() {
    let (mut store, lunch) = lunch();
    let tea = store.group("tea", "ana", &["ben"]);
    say_as(&mut store, "ben", lunch, "soup", "c-1").unwrap();

    assert_eq!(say_as(&mut store, "ben", tea, "soup", "c-1"), Err(MessageError::ClientIdElsewhere));
    assert!(say_as(&mut store, "ana", tea, "soup", "c-1").is_ok());
}

#[test]
fn client_id_of_a_chat_that_was_lost_tells_nothing() {
    let (mut store, lunch) = lunch();
    say_as(&mut store, "ben", lunch, "soup", "c-1").unwrap();
    let ana = store.caller("ana");
    members::remove(&mut store, &ana, lunch, &name("ben")).unwrap();

    assert_eq!(say_as(&mut store, "ben", lunch, "soup", "c-1"), Err(MessageError::NoSuchChat));
}

#[test]
fn a_repeated_send_is_answered_also_where_nobody_can_write_any_more() {
    let (mut store, _) = lunch();
    let talk = store.direct("ana", "ben");
    let first = say_as(&mut store, "ana", talk, "bye", "c-1").unwrap().message;
    set_active(&mut store, "ben", false);

    assert_eq!(say_as(&mut store, "ana", talk, "bye", "c-1").unwrap().message, first);
}

#[test]
fn in_one_batch_the_same_client_id_is_one_message() {
    let (mut store, lunch) = lunch();
    let tea = store.group("tea", "ana", &["ben"]);
    store.forget();
    let named = |words: &str| Draft::of(text(words)).known_as("c-1".parse().ok());
    let batch = [
        sending(&store, "ben", lunch, named("one")),
        sending(&store, "ana", lunch, named("another's")),
        sending(&store, "ben", lunch, named("again")),
        sending(&store, "ben", tea, named("elsewhere")),
    ];

    let outcomes = store.write(|work| send_all(work, &batch)).unwrap();

    let told: Vec<_> = outcomes
        .iter()
        .map(|outcome| outcome.as_ref().map(|sent| (sent.message.text.as_str(), sent.fresh)))
        .collect();
    let expected = [
        Ok(("one", true)),
        Ok(("another's", true)),
        Ok(("one", false)),
        Err(&MessageError::ClientIdElsewhere),
    ];
    assert_eq!(told, expected);
    assert_eq!(heard(&store), ["message.created", "message.created"]);
}

#[test]
fn only_its_author_edits_a_message() {
    let (mut store, lunch) = lunch();
    let message = store.say("ben", lunch, "soup");

    for other in ["ana", "cleo"] {
        assert_eq!(edit(&mut store, other, lunch, message, "x"), Err(MessageError::NotAllowed));
    }
    assert_eq!(edit(&mut store, "ben", lunch, message, "bread").unwrap().text, "bread");
}

#[test]
fn the_same_text_again_is_no_edit() {
    let (mut store, lunch) = lunch();
    let message = store.say("ben", lunch, "soup");
    store.forget();

    let view = edit(&mut store, "ben", lunch, message, "  soup ").unwrap();

    assert_eq!(view.edited_at, None);
    assert!(store.audit().is_empty() && store.notices().is_empty());
}

#[test]
fn a_deleted_message_is_not_edited() {
    let (mut store, lunch) = lunch();
    let message = store.say("ben", lunch, "soup");
    delete(&mut store, "ben", lunch, message).unwrap();

    assert_eq!(edit(&mut store, "ben", lunch, message, "x"), Err(MessageError::Deleted));
    assert_eq!(react(&mut store, "ben", lunch, message, "ok"), Err(MessageError::Deleted));
}

#[test]
fn a_message_is_deleted_by_its_author_and_in_a_group_by_owners_and_admins() {
    let (mut store, lunch) = lunch();
    let ana = store.caller("ana");
    let messages: Vec<_> = (0..3).map(|_| store.say("ben", lunch, "soup")).collect();

    assert_eq!(delete(&mut store, "cleo", lunch, messages[0]), Err(MessageError::NotAllowed));
    members::set_role(&mut store, &ana, lunch, &name("cleo"), ChatRole::Admin).unwrap();
    for (by, message) in [("cleo", messages[0]), ("ana", messages[1]), ("ben", messages[2])] {
        assert_eq!(delete(&mut store, by, lunch, message), Ok(()), "{by}");
        assert!(seen(&mut store, message).is_deleted());
    }
}

#[test]
fn in_a_direct_chat_nobody_deletes_what_the_other_wrote() {
    let (mut store, _) = lunch();
    let talk = store.direct("ana", "ben");
    let message = store.say("ben", talk, "soup");

    assert_eq!(delete(&mut store, "ana", talk, message), Err(MessageError::NotAllowed));
}

#[test]
fn deleting_twice_is_deleting_once() {
    let (mut store, lunch) = lunch();
    let message = store.say("ben", lunch, "soup");
    store.forget();

    delete(&mut store, "ben", lunch, message).unwrap();
    delete(&mut store, "ben", lunch, message).unwrap();

    assert_eq!((heard(&store), store.audit().len()), (vec!["message.deleted"], 1));
}

#[test]
fn a_message_is_found_in_its_own_chat_only() {
    let (mut store, lunch) = lunch();
    let tea = store.group("tea", "ben", &[]);
    let message = store.say("ben", lunch, "soup");

    assert_eq!(edit(&mut store, "ben", tea, message, "x"), Err(MessageError::NoSuchMessage));
    assert_eq!(delete(&mut store, "ben", tea, message), Err(MessageError::NoSuchMessage));
    assert_eq!(react(&mut store, "ben", tea, message, "ok"), Err(MessageError::NoSuchMessage));
}

#[test]
fn a_reply_shows_its_target_as_it_stands_and_nothing_of_a_deleted_one() {
    let (mut store, lunch) = lunch();
    let target = store.say("ana", lunch, &"x".repeat(300));
    let draft = Draft::of(text("yes")).in_reply_to(Some(target));
    let reply = send(&mut store, "ben", lunch, draft).unwrap().message;

    assert_eq!(reply.reply_to.as_ref().unwrap().text.len(), 200);
    edit(&mut store, "ana", lunch, target, "short").unwrap();
    assert_eq!(seen(&mut store, reply.id).reply_to.unwrap().text, "short");
    delete(&mut store, "ana", lunch, target).unwrap();
    let left = seen(&mut store, reply.id).reply_to.unwrap();
    assert_eq!((left.text.as_str(), left.author), ("", None));
}

#[test]
fn mentions_resolve_to_members_of_the_chat() {
    let (mut store, _) = lunch();
    let tea = store.group("tea", "ana", &["ben"]);

    let message = try_say(&mut store, "ana", tea, "@ben @cleo @nobody-1 mail@ben").unwrap().message;

    let names: Vec<&str> = message.mentions.iter().map(domain::users::Username::as_str).collect();
    assert_eq!(names, ["ben"]);
}

#[test]
fn an_attachment_is_a_message_without_text() {
    let (mut store, lunch) = lunch();
    let file = upload(&mut store, "ben");

    let message = send(&mut store, "ben", lunch, Draft::new("", vec![file, file]).unwrap()).unwrap().message;

    assert_eq!((message.text.as_str(), message.attachments.len()), ("", 1));
    let stolen = send(&mut store, "ana", lunch, Draft::new("", vec![file]).unwrap());
    assert_eq!(stolen, Err(MessageError::NoSuchAttachment));
}

#[test]
fn a_file_is_readable_as_long_as_a_message_that_carries_it_is() {
    let (mut store, lunch) = lunch();
    let file = upload(&mut store, "ben");
    let message = send(&mut store, "ben", lunch, Draft::new("", vec![file]).unwrap()).unwrap().message;
    let (ana, cleo, root) = (store.caller("ana"), store.id("cleo"), store.id("root"));

    assert_eq!(store.may_read_attachment(cleo, file), Ok(true));
    assert_eq!(store.may_read_attachment(root, file), Ok(false));
    members::remove(&mut store, &ana, lunch, &name("cleo")).unwrap();
    assert_eq!(store.may_read_attachment(cleo, file), Ok(false));
    delete(&mut store, "ana", lunch, message.id).unwrap();
    assert_eq!(store.may_read_attachment(ana.user, file), Ok(false));
}

#[test]
fn the_same_reaction_again_changes_nothing() {
    let (mut store, lunch) = lunch();
    let message = store.say("ana", lunch, "soup?");
    store.forget();

    react(&mut store, "ben", lunch, message, "👍").unwrap();
    let view = react(&mut store, "ben", lunch, message, "👍").unwrap();

    assert_eq!((view.reactions[0].count, heard(&store)), (1, vec!["message.updated"]));
}

#[test]
fn a_reaction_is_taken_back_by_who_gave_it() {
    let (mut store, lunch) = lunch();
    let message = store.say("ana", lunch, "soup?");
    react(&mut store, "ben", lunch, message, "👍").unwrap();
    let ok: Reaction = "👍".parse().unwrap();

    for (by, left) in [("ana", 1), ("ben", 0)] {
        let by = store.caller(by);
        let view = store.write(|work| reactions::remove(work, &by, lunch, message, &ok)).unwrap();
        assert_eq!(view.reactions.len(), left);
    }
}

#[test]
fn from_a_deleted_message_no_reaction_is_taken_back() {
    let (mut store, lunch) = lunch();
    let message = store.say("ana", lunch, "soup?");
    react(&mut store, "ben", lunch, message, "👍").unwrap();
    delete(&mut store, "ana", lunch, message).unwrap();
    store.forget();

    let (ben, ok): (_, Reaction) = (store.caller("ben"), "👍".parse().unwrap());
    let view = store.write(|work| reactions::remove(work, &ben, lunch, message, &ok)).unwrap();

    assert!(view.is_deleted() && heard(&store).is_empty());
}

#[test]
fn a_message_has_at_most_twenty_different_reactions() {
    let (mut store, lunch) = lunch();
    let message = store.say("ana", lunch, "soup?");
    for n in 0..20 {
        react(&mut store, "ana", lunch, message, &format!("r{n}")).unwrap();
    }

    assert_eq!(react(&mut store, "ben", lunch, message, "r20"), Err(MessageError::TooManyReactions));
    assert!(react(&mut store, "ben", lunch, message, "r0").is_ok());
}
