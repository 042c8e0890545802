//! What every store holds of invitations.

use super::{TestBed, stage::*};
use crate::{
    Audience, ChatId, Timestamp,
    audit::{Action, Entity},
    chats::{ChatError, Invite, InviteCode, InviteSpan, InviteUses, NewInvite, invites, members},
    ports::StoreError,
    users::{
        AccountError, PasswordHash, User,
        accounts::{self, NewAccount, Registration},
    },
};

fn code(beginning: &str) -> InviteCode {
    format!("{beginning:-<22}").parse().expect("a code")
}

fn new_invite(beginning: &str) -> NewInvite {
    NewInvite { code: code(beginning), lasts: None, max_uses: None }
}

fn invite(bed: &mut dyn TestBed, by: &User, chat: ChatId, new: &NewInvite) -> Invite {
    land(bed, |work| invites::create(work, &caller(by), chat, new))
}

fn found(bed: &mut dyn TestBed, code: &InviteCode) -> Option<Invite> {
    look(bed, |reads| reads.invite(code))
}

fn accept(bed: &mut dyn TestBed, by: &User, code: &InviteCode) -> Result<ChatId, ChatError> {
    write(bed, |work| invites::accept(work, &caller(by), code))
}

pub(super) fn an_invitation_is_kept_as_it_was_made(bed: &mut dyn TestBed) {
    let ana = person(bed, "ana");
    let chat = group(bed, "lunch", &ana, &[]);
    let plain = invite(bed, &ana, chat, &new_invite("plain"));
    let bounded = NewInvite {
        lasts: InviteSpan::from_seconds(3_600).ok(),
        max_uses: InviteUses::new(7).ok(),
        ..new_invite("bounded")
    };
    let bounded = invite(bed, &ana, chat, &bounded);

    assert_eq!((plain.chat, plain.created_by, plain.uses), (chat, ana.id, 0));
    assert_eq!((plain.expires_at, plain.max_uses), (None, None));
    let end = bounded.created_at.plus(std::time::Duration::from_hours(1));
    assert_eq!((bounded.expires_at, bounded.max_uses), (Some(end), Some(7)));
    assert_eq!(found(bed, &plain.code), Some(plain));
    assert_eq!(found(bed, &bounded.code), Some(bounded));
    assert_eq!(found(bed, &code("Plain")), None);
}

pub(super) fn a_code_leads_to_one_invitation(bed: &mut dyn TestBed) {
    let ana = person(bed, "ana");
    let (lunch, tea) = (group(bed, "lunch", &ana, &[]), group(bed, "tea", &ana, &[]));
    let first = invite(bed, &ana, lunch, &new_invite("same"));

    let again = write(bed, |work| work.insert_invite(&origin(), &Invite { chat: tea, ..first.clone() }));

    assert_eq!(again, Err(StoreError::Taken));
    assert_eq!(found(bed, &first.code), Some(first));
}

pub(super) fn invitations_of_a_chat_are_listed_the_newest_first(bed: &mut dyn TestBed) {
    let ana = person(bed, "ana");
    let (lunch, tea) = (group(bed, "lunch", &ana, &[]), group(bed, "tea", &ana, &[]));
    let first = invite(bed, &ana, lunch, &new_invite("one"));
    invite(bed, &ana, tea, &new_invite("two"));
    let past = Invite { expires_at: Some(Timestamp::from_micros(1)), ..first.clone() };
    let past = Invite {
        code: code("three"),
        created_at: first.created_at.plus(std::time::Duration::from_secs(1)),
        ..past
    };
    land(bed, |work| work.insert_invite(&origin(), &past));

    assert_eq!(look(bed, |reads| reads.invites_of(lunch)), [past, first]);
}

pub(super) fn uses_are_counted_up_to_the_last(bed: &mut dyn TestBed) {
    let [ana, ben, cleo] = people(bed, ["ana", "ben", "cleo"]);
    let chat = group(bed, "lunch", &ana, &[]);
    let once = NewInvite { max_uses: InviteUses::new(1).ok(), ..new_invite("once") };
    let once = invite(bed, &ana, chat, &once).code;
    let rows = bed.audit().len();

    assert_eq!(accept(bed, &ana, &once), Ok(chat));
    assert_eq!(found(bed, &once).map(|invite| invite.uses), Some(0));
    assert_eq!(accept(bed, &ben, &once), Ok(chat));
    assert_eq!(accept(bed, &ben, &once), Ok(chat));
    assert_eq!(accept(bed, &cleo, &once), Err(ChatError::NoSuchInvite));

    assert_eq!(found(bed, &once).map(|invite| invite.uses), Some(1));
    assert!(!land(bed, |work| work.count_invite_use(&once)));
    assert!(!land(bed, |work| work.count_invite_use(&code("nowhere"))));
    assert_eq!(view(bed, &ana, chat).member_count, 2);
    let joined = bed.audit()[rows..].iter().map(|row| (row.action, row.entity)).collect::<Vec<_>>();
    assert_eq!(joined, [(Action::Create, Entity::Member)]);
}

pub(super) fn who_is_refused_is_not_counted(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let chat = group(bed, "lunch", &ana, &[]);
    let open = invite(bed, &ana, chat, &new_invite("open")).code;

    let undone = write(bed, |work| {
        invites::accept(work, &caller(&ben), &open)?;
        Err::<(), _>(ChatError::ReadOnly)
    });

    assert_eq!(undone, Err(ChatError::ReadOnly));
    assert_eq!(found(bed, &open).map(|invite| invite.uses), Some(0));
    assert_eq!(view(bed, &ana, chat).member_count, 1);
}

fn sign_up(bed: &mut dyn TestBed, username: &str, code: &InviteCode) -> Result<User, AccountError> {
    let password = PasswordHash::new("a hash".to_owned());
    let account =
        NewAccount { username: name(username), password, first_name: None, last_name: None, email: None };
    write(bed, |work| accounts::sign_up(work, &origin(), Registration::Invite, account.clone(), Some(code)))
}

pub(super) fn who_signs_up_by_an_invitation_is_a_member_or_nobody(bed: &mut dyn TestBed) {
    let ana = person(bed, "ana");
    let chat = group(bed, "lunch", &ana, &[]);
    let once = NewInvite { max_uses: InviteUses::new(1).ok(), ..new_invite("once") };
    let once = invite(bed, &ana, chat, &once).code;
    let rows = bed.audit().len();
    bed.notices();

    let ben = sign_up(bed, "ben", &once).expect("an account");
    assert_eq!(sign_up(bed, "cleo", &once), Err(AccountError::NoSuchInvite));

    assert!(look(bed, |reads| reads.member(chat, ben.id)).is_some());
    assert_eq!(look(bed, |reads| reads.user_named(&name("cleo"))), None);
    assert_eq!(found(bed, &once).map(|invite| invite.uses), Some(1));
    let done =
        bed.audit()[rows..].iter().map(|row| (row.by.actor, row.action, row.entity)).collect::<Vec<_>>();
    let member = (Some(ben.id), Action::Create, Entity::Member);
    assert_eq!(done, [(None, Action::Create, Entity::User), member]);
    let told = bed.notices().into_iter().map(|notice| notice.audience).collect::<Vec<_>>();
    assert_eq!(told, [Audience::User(ben.id), Audience::Chat(chat)]);
}

pub(super) fn an_invitation_taken_back_or_to_a_deleted_chat_leads_nowhere(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let chat = group(bed, "lunch", &ana, &[]);
    let (back, other) = (
        invite(bed, &ana, chat, &new_invite("back")).code,
        invite(bed, &ana, chat, &new_invite("other")).code,
    );
    land(bed, |work| invites::revoke(work, &caller(&ana), chat, &back));

    assert_eq!(found(bed, &back), None);
    assert_eq!(accept(bed, &ben, &back), Err(ChatError::NoSuchInvite));
    let shown = look(bed, |reads| invites::look(reads, &other));
    assert_eq!((shown.name.as_str(), shown.member_count, shown.invited_by), ("lunch", 1, ana.person()));
    delete_chat(bed, &ana, chat);
    assert_eq!(accept(bed, &ben, &other), Err(ChatError::NoSuchInvite));
    let shown = write(bed, |work| invites::look(work, &other));
    assert_eq!(shown, Err(ChatError::NoSuchInvite));
}

pub(super) fn an_invitation_falls_with_who_made_it(bed: &mut dyn TestBed) {
    let [ana, ben, cleo] = people(bed, ["ana", "ben", "cleo"]);
    let chat = group(bed, "lunch", &ana, &[&ben]);
    let admin = crate::chats::ChatRole::Admin;
    land(bed, |work| members::set_role(work, &caller(&ana), chat, &ben.username, admin));
    let open = invite(bed, &ben, chat, &new_invite("open")).code;
    land(bed, |work| members::remove(work, &caller(&ana), chat, &ben.username));

    assert_eq!(accept(bed, &ben, &open), Err(ChatError::NoSuchInvite));
    assert_eq!(accept(bed, &cleo, &open), Err(ChatError::NoSuchInvite));
}
