//! Invitations: who makes them, and who comes in by one.

use std::time::Duration;

use domain::{
    ChatId,
    chats::{
        ChatError, ChatRole, Invitation, InviteCode, InviteSpan, InviteUses, MAX_INVITES, NewInvite, groups,
        invites, members,
    },
    memory::MemoryStore,
    ports::Reads,
};

use crate::stage::*;

fn code(beginning: &str) -> InviteCode {
    format!("{beginning:-<22}").parse().expect("a code")
}

fn invite(store: &mut MemoryStore, by: &str, chat: ChatId, beginning: &str) -> Result<InviteCode, ChatError> {
    bounded(store, by, chat, &NewInvite { code: code(beginning), lasts: None, max_uses: None })
}

fn bounded(
    store: &mut MemoryStore,
    by: &str,
    chat: ChatId,
    new: &NewInvite,
) -> Result<InviteCode, ChatError> {
    let by = store.caller(by);
    store.write(|work| invites::create(work, &by, chat, new)).map(|invite| invite.code)
}

fn accept(store: &mut MemoryStore, by: &str, code: &InviteCode) -> Result<ChatId, ChatError> {
    let by = store.caller(by);
    store.write(|work| invites::accept(work, &by, code))
}

fn revoke(store: &mut MemoryStore, by: &str, chat: ChatId, code: &InviteCode) -> Result<(), ChatError> {
    let by = store.caller(by);
    store.write(|work| invites::revoke(work, &by, chat, code))
}

fn seen(store: &mut MemoryStore, code: &InviteCode) -> Result<Invitation, ChatError> {
    invites::look(store, code)
}

/// A group of ana's with ben as admin and cleo as member; dan and eve are outside.
fn lunch() -> (MemoryStore, ChatId) {
    let mut store = MemoryStore::with(&["ana", "ben", "cleo", "dan", "eve"]).and_admin("root");
    let lunch = store.group("lunch", "ana", &["ben", "cleo"]);
    let ana = store.caller("ana");
    members::set_role(&mut store, &ana, lunch, &name("ben"), ChatRole::Admin).expect("an owner may");
    store.forget();
    (store, lunch)
}

#[test]
fn owners_and_admins_invite_and_nobody_else() {
    let (mut store, lunch) = lunch();

    assert!(invite(&mut store, "ana", lunch, "ana").is_ok());
    let bens = invite(&mut store, "ben", lunch, "ben").unwrap();
    assert_eq!(invite(&mut store, "cleo", lunch, "cleo"), Err(ChatError::NotAllowed));
    assert_eq!(invite(&mut store, "dan", lunch, "dan"), Err(ChatError::NoSuchChat));
    let (cleo, dan) = (store.caller("cleo"), store.caller("dan"));
    assert_eq!(invites::list(&mut store, &cleo, lunch), Err(ChatError::NotAllowed));
    assert_eq!(invites::list(&mut store, &dan, lunch), Err(ChatError::NoSuchChat));
    assert_eq!(revoke(&mut store, "cleo", lunch, &bens), Err(ChatError::NotAllowed));
    assert_eq!(revoke(&mut store, "dan", lunch, &bens), Err(ChatError::NoSuchChat));
    assert_eq!(revoke(&mut store, "ana", lunch, &bens), Ok(()));
}

#[test]
fn a_direct_chat_takes_no_invitations() {
    let (mut store, _) = lunch();
    let talk = store.direct("ana", "ben");

    assert_eq!(invite(&mut store, "ana", talk, "ana"), Err(ChatError::Direct));
}

#[test]
fn an_invitation_is_taken_back_in_its_own_chat_only() {
    let (mut store, lunch) = lunch();
    let tea = store.group("tea", "dan", &[]);
    let lunch_code = invite(&mut store, "ana", lunch, "lunch").unwrap();

    assert_eq!(revoke(&mut store, "dan", tea, &lunch_code), Err(ChatError::NoSuchInvite));
    assert_eq!(revoke(&mut store, "ana", lunch, &code("nowhere")), Err(ChatError::NoSuchInvite));
    assert_eq!(revoke(&mut store, "ana", lunch, &lunch_code), Ok(()));
    assert_eq!(revoke(&mut store, "ana", lunch, &lunch_code), Err(ChatError::NoSuchInvite));
}

#[test]
fn who_has_the_link_sees_where_it_leads_and_joins() {
    let (mut store, lunch) = lunch();
    let open = invite(&mut store, "ben", lunch, "open").unwrap();
    store.forget();

    let invitation = seen(&mut store, &open).unwrap();
    assert_eq!((invitation.name.as_str(), invitation.description), ("lunch", None));
    assert_eq!((invitation.member_count, invitation.invited_by), (3, store.someone("ben").person()));
    assert_eq!(accept(&mut store, "dan", &open), Ok(lunch));

    assert_eq!(heard(&store), ["chat.created", "member.added"]);
    let dan = store.id("dan");
    let member = store.member(lunch, dan).unwrap().expect("a member");
    assert_eq!(member.role, ChatRole::Member);
}

#[test]
fn a_member_who_accepts_stays_as_they_are_and_is_not_counted() {
    let (mut store, lunch) = lunch();
    let once = NewInvite { code: code("once"), lasts: None, max_uses: InviteUses::new(1).ok() };
    let once = bounded(&mut store, "ana", lunch, &once).unwrap();
    store.forget();

    assert_eq!(accept(&mut store, "ben", &once), Ok(lunch));
    assert!(store.audit().is_empty() && store.notices().is_empty());
    assert_eq!(accept(&mut store, "dan", &once), Ok(lunch));
    assert_eq!(accept(&mut store, "dan", &once), Ok(lunch));
    assert_eq!(accept(&mut store, "eve", &once), Err(ChatError::NoSuchInvite));
    assert_eq!(seen(&mut store, &once), Err(ChatError::NoSuchInvite));
}

#[test]
fn an_invitation_ends_at_its_end() {
    let (mut store, lunch) = lunch();
    let brief = NewInvite { code: code("brief"), lasts: InviteSpan::from_seconds(60).ok(), max_uses: None };
    let brief = bounded(&mut store, "ana", lunch, &brief).unwrap();

    assert_eq!(accept(&mut store, "dan", &brief), Ok(lunch));
    store.advance(Duration::from_secs(60));
    assert_eq!(accept(&mut store, "eve", &brief), Err(ChatError::NoSuchInvite));
    assert_eq!(seen(&mut store, &brief), Err(ChatError::NoSuchInvite));
    let ana = store.caller("ana");
    assert_eq!(invites::list(&mut store, &ana, lunch).unwrap().len(), 1);
}

#[test]
fn an_invitation_holds_as_long_as_who_made_it_may_invite() {
    let (mut store, lunch) = lunch();
    let open = invite(&mut store, "ben", lunch, "open").unwrap();
    let ana = store.caller("ana");

    members::set_role(&mut store, &ana, lunch, &name("ben"), ChatRole::Member).unwrap();
    assert_eq!(accept(&mut store, "dan", &open), Err(ChatError::NoSuchInvite));
    members::remove(&mut store, &ana, lunch, &name("ben")).unwrap();
    assert_eq!(accept(&mut store, "ben", &open), Err(ChatError::NoSuchInvite));
    assert_eq!(seen(&mut store, &open), Err(ChatError::NoSuchInvite));
}

#[test]
fn an_invitation_of_somebody_deactivated_or_to_a_deleted_chat_leads_nowhere() {
    let (mut store, lunch) = lunch();
    let bens = invite(&mut store, "ben", lunch, "bens").unwrap();
    let anas = invite(&mut store, "ana", lunch, "anas").unwrap();

    set_active(&mut store, "ben", false);
    assert_eq!(accept(&mut store, "dan", &bens), Err(ChatError::NoSuchInvite));
    let ana = store.caller("ana");
    groups::delete(&mut store, &ana, lunch).unwrap();
    assert_eq!(accept(&mut store, "dan", &anas), Err(ChatError::NoSuchInvite));
    assert_eq!(seen(&mut store, &anas), Err(ChatError::NoSuchInvite));
}

#[test]
fn somebody_deactivated_does_not_join() {
    let (mut store, lunch) = lunch();
    let open = invite(&mut store, "ana", lunch, "open").unwrap();
    set_active(&mut store, "dan", false);

    assert_eq!(accept(&mut store, "dan", &open), Err(ChatError::NoSuchInvite));
}

#[test]
fn a_group_has_a_bounded_number_of_invitations() {
    let (mut store, lunch) = lunch();
    for n in 0..MAX_INVITES {
        invite(&mut store, "ana", lunch, &format!("n{n}")).unwrap();
    }

    assert_eq!(invite(&mut store, "ana", lunch, "more"), Err(ChatError::TooManyInvites));
    revoke(&mut store, "ana", lunch, &code("n7")).unwrap();
    assert!(invite(&mut store, "ana", lunch, "more").is_ok());
}
