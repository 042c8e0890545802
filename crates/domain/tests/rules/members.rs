//! Who is in a group, as what, and that it never lacks an owner.

use domain::{
    ChatId,
    chats::{ChatError, ChatRole, MemberPage, members},
    memory::MemoryStore,
    messages::MessageError,
    ports::Reads,
};

use crate::stage::*;

fn add(
    store: &mut MemoryStore,
    by: &str,
    chat: ChatId,
    who: &str,
    role: ChatRole,
) -> Result<bool, ChatError> {
    let by = store.caller(by);
    store.write(|work| members::add(work, &by, chat, &name(who), role)).map(|(_, _, fresh)| fresh)
}

fn set_role(
    store: &mut MemoryStore,
    by: &str,
    chat: ChatId,
    who: &str,
    role: ChatRole,
) -> Result<(), ChatError> {
    let by = store.caller(by);
    store.write(|work| members::set_role(work, &by, chat, &name(who), role)).map(|_| ())
}

fn remove(store: &mut MemoryStore, by: &str, chat: ChatId, who: &str) -> Result<(), ChatError> {
    let by = store.caller(by);
    store.write(|work| members::remove(work, &by, chat, &name(who)))
}

fn leave(store: &mut MemoryStore, chat: ChatId, who: &str) {
    remove(store, who, chat, who).expect("anybody may leave");
}

fn join(store: &mut MemoryStore, by: &str, chat: ChatId) -> Result<(), ChatError> {
    let by = store.caller(by);
    store.write(|work| members::join(work, &by, chat))
}

fn role(store: &mut MemoryStore, chat: ChatId, who: &str) -> Option<ChatRole> {
    let user = store.id(who);
    store.member(chat, user).expect("a look").map(|member| member.role)
}

/// A group of ana's with ben as admin and cleo and dan as members.
fn lunch() -> (MemoryStore, ChatId) {
    let mut store = MemoryStore::with(&["ana", "ben", "cleo", "dan", "eve"]).and_admin("root");
    let lunch = store.group("lunch", "ana", &["ben", "cleo", "dan"]);
    set_role(&mut store, "ana", lunch, "ben", ChatRole::Admin).expect("an owner may");
    store.forget();
    (store, lunch)
}

#[test]
fn owners_add_in_any_role_and_admins_plain_members_only() {
    let (mut store, lunch) = lunch();

    assert_eq!(add(&mut store, "cleo", lunch, "eve", ChatRole::Member), Err(ChatError::NotAllowed));
    assert_eq!(add(&mut store, "ben", lunch, "eve", ChatRole::Admin), Err(ChatError::NotAllowed));
    assert_eq!(add(&mut store, "ben", lunch, "eve", ChatRole::Member), Ok(true));
    assert_eq!(heard(&store), ["chat.created", "member.added"]);
    leave(&mut store, lunch, "eve");
    assert_eq!(add(&mut store, "ana", lunch, "eve", ChatRole::Owner), Ok(true));
    assert_eq!(role(&mut store, lunch, "eve"), Some(ChatRole::Owner));
}

#[test]
fn who_is_there_already_stays_as_they_are() {
    let (mut store, lunch) = lunch();

    assert_eq!(add(&mut store, "ana", lunch, "ben", ChatRole::Member), Ok(false));

    assert_eq!(role(&mut store, lunch, "ben"), Some(ChatRole::Admin));
    assert!(store.notices().is_empty() && store.audit().is_empty());
}

#[test]
fn nobody_unknown_deactivated_or_deleted_is_added() {
    let (mut store, lunch) = lunch();
    set_active(&mut store, "eve", false);

    for who in ["eve", "nobody-1"] {
        let refused = add(&mut store, "ana", lunch, who, ChatRole::Member);
        assert_eq!(refused, Err(ChatError::UnknownMember(who.to_owned())));
    }
}

#[test]
fn anybody_joins_a_public_group_and_nobody_a_private_one() {
    let (mut store, lunch) = lunch();
    let square = store.public_group("square", "ana", &[]);

    assert_eq!(join(&mut store, "eve", square), Ok(()));
    assert_eq!(join(&mut store, "eve", square), Ok(()));
    assert_eq!(role(&mut store, square, "eve"), Some(ChatRole::Member));
    assert_eq!(join(&mut store, "eve", lunch), Err(ChatError::NoSuchChat));
}

#[test]
fn only_owners_change_roles() {
    let (mut store, lunch) = lunch();

    assert_eq!(set_role(&mut store, "ben", lunch, "cleo", ChatRole::Admin), Err(ChatError::NotAllowed));
    assert_eq!(set_role(&mut store, "ben", lunch, "ben", ChatRole::Owner), Err(ChatError::NotAllowed));
    assert_eq!(set_role(&mut store, "ana", lunch, "eve", ChatRole::Admin), Err(ChatError::NoSuchMember));
    assert_eq!(set_role(&mut store, "ana", lunch, "cleo", ChatRole::Admin), Ok(()));
    assert_eq!(heard(&store), ["member.updated"]);
}

#[test]
fn the_last_owner_cannot_step_down() {
    let (mut store, lunch) = lunch();

    let refused = set_role(&mut store, "ana", lunch, "ana", ChatRole::Member);
    assert_eq!(refused, Err(ChatError::LastOwner));
    set_role(&mut store, "ana", lunch, "cleo", ChatRole::Owner).unwrap();
    assert_eq!(set_role(&mut store, "ana", lunch, "ana", ChatRole::Member), Ok(()));
}

#[test]
fn a_deactivated_owner_does_not_count_as_one() {
    let (mut store, lunch) = lunch();
    set_role(&mut store, "ana", lunch, "cleo", ChatRole::Owner).unwrap();
    set_active(&mut store, "cleo", false);

    let refused = set_role(&mut store, "ana", lunch, "ana", ChatRole::Member);

    assert_eq!(refused, Err(ChatError::LastOwner));
}

#[test]
fn of_two_owners_who_demote_each_other_one_stays() {
    let (mut store, lunch) = lunch();
    set_role(&mut store, "ana", lunch, "cleo", ChatRole::Owner).unwrap();

    assert_eq!(set_role(&mut store, "ana", lunch, "cleo", ChatRole::Member), Ok(()));

    assert_eq!(set_role(&mut store, "cleo", lunch, "ana", ChatRole::Member), Err(ChatError::NotAllowed));
}

#[test]
fn one_removes_those_below() {
    let (mut store, lunch) = lunch();

    assert_eq!(remove(&mut store, "cleo", lunch, "dan"), Err(ChatError::NotAllowed));
    assert_eq!(remove(&mut store, "ben", lunch, "ana"), Err(ChatError::NotAllowed));
    assert_eq!(remove(&mut store, "ben", lunch, "dan"), Ok(()));
    set_role(&mut store, "ana", lunch, "cleo", ChatRole::Admin).unwrap();
    assert_eq!(remove(&mut store, "ben", lunch, "cleo"), Err(ChatError::NotAllowed));
    assert_eq!(remove(&mut store, "ana", lunch, "cleo"), Ok(()));
    assert_eq!(remove(&mut store, "ana", lunch, "eve"), Err(ChatError::NoSuchMember));
}

#[test]
fn who_was_removed_reads_nothing_more() {
    let (mut store, lunch) = lunch();
    let own = store.say("dan", lunch, "mine");

    remove(&mut store, "ana", lunch, "dan").unwrap();

    assert_eq!(heard(&store).last(), Some(&"member.removed"));
    assert_eq!(try_say(&mut store, "dan", lunch, "hello?"), Err(MessageError::NoSuchChat));
    assert_eq!(edit(&mut store, "dan", lunch, own, "x"), Err(MessageError::NoSuchChat));
    assert_eq!(delete(&mut store, "dan", lunch, own), Err(MessageError::NoSuchChat));
}

#[test]
fn from_the_last_owner_the_longest_standing_admin_takes_over() {
    let (mut store, lunch) = lunch();

    leave(&mut store, lunch, "ana");

    assert_eq!(heard(&store), ["member.updated", "member.removed"]);
    assert_eq!(role(&mut store, lunch, "ben"), Some(ChatRole::Owner));
    leave(&mut store, lunch, "ben");
    assert_eq!(role(&mut store, lunch, "cleo"), Some(ChatRole::Owner));
    assert_eq!(role(&mut store, lunch, "dan"), Some(ChatRole::Member));
}

#[test]
fn while_there_is_another_owner_nobody_takes_over() {
    let (mut store, lunch) = lunch();
    set_role(&mut store, "ana", lunch, "dan", ChatRole::Owner).unwrap();

    leave(&mut store, lunch, "ana");

    assert_eq!(role(&mut store, lunch, "ben"), Some(ChatRole::Admin));
}

#[test]
fn the_last_member_leaving_deletes_the_group() {
    let mut store = MemoryStore::with(&["ana"]);
    let chat = store.group("alone", "ana", &[]);

    leave(&mut store, chat, "ana");

    let ana = store.id("ana");
    assert_eq!(store.access(ana, chat), Ok(None));
}

#[test]
fn when_the_last_owner_is_deactivated_somebody_takes_over() {
    let (mut store, lunch) = lunch();

    set_active(&mut store, "ana", false);

    assert_eq!(role(&mut store, lunch, "ben"), Some(ChatRole::Owner));
    assert_eq!(role(&mut store, lunch, "ana"), Some(ChatRole::Owner));
}

#[test]
fn a_deactivated_member_does_not_take_over() {
    let (mut store, lunch) = lunch();
    set_active(&mut store, "ben", false);

    leave(&mut store, lunch, "ana");

    assert_eq!(role(&mut store, lunch, "cleo"), Some(ChatRole::Owner));
}

#[test]
fn who_comes_back_to_a_group_without_an_owner_becomes_it() {
    let mut store = MemoryStore::with(&["ana", "ben"]).and_admin("root");
    let chat = store.group("two", "ana", &["ben"]);
    set_active(&mut store, "ben", false);
    leave(&mut store, chat, "ana");
    assert_eq!(role(&mut store, chat, "ben"), Some(ChatRole::Member));

    set_active(&mut store, "ben", true);

    assert_eq!(role(&mut store, chat, "ben"), Some(ChatRole::Owner));
}

#[test]
fn who_joins_a_group_of_deactivated_people_becomes_its_owner() {
    let mut store = MemoryStore::with(&["ana", "ben"]).and_admin("root");
    let square = store.public_group("square", "ana", &[]);
    set_active(&mut store, "ana", false);

    join(&mut store, "ben", square).unwrap();

    assert_eq!(role(&mut store, square, "ben"), Some(ChatRole::Owner));
}

#[test]
fn a_deleted_account_leaves_its_groups_and_hands_them_over() {
    let (mut store, lunch) = lunch();
    let alone = store.group("alone", "ana", &[]);

    delete_account(&mut store, "ana").unwrap();

    assert_eq!(
        (role(&mut store, lunch, "ana"), role(&mut store, lunch, "ben")),
        (None, Some(ChatRole::Owner))
    );
    let ana = store.id("ana");
    assert_eq!(store.chat_view(ana, alone), Ok(None));
}

#[test]
fn members_see_who_is_in_their_chat() {
    let (mut store, lunch) = lunch();
    let dan = store.caller("dan");

    let listed = members::list(&mut store, &dan, lunch, MemberPage { after: None, limit: 50 }).unwrap();

    let names: Vec<String> = listed.iter().map(|(_, user)| user.username.to_string()).collect();
    assert_eq!(names, ["ana", "ben", "cleo", "dan"]);
}
