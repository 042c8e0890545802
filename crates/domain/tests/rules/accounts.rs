//! Who gets an account, and how it ends.

use domain::{
    Audience, ChatId, Event, Origin, Via,
    audit::Entity,
    chats::{ChatRole, InviteCode, InviteSpan, InviteUses, NewInvite, groups, invites, members},
    memory::MemoryStore,
    ports::Reads,
    users::{
        AccountError, PasswordHash, SiteRole, Status, User, UserChange,
        accounts::{self, NewAccount, Registration},
        profile,
    },
};

use crate::stage::*;

fn account(username: &str) -> NewAccount {
    let password = PasswordHash::new("a hash".to_owned());
    NewAccount { username: name(username), password, first_name: None, last_name: None, email: None }
}

fn from() -> Origin {
    Origin::anonymous(Via::Site)
}

fn sign_up(store: &mut MemoryStore, username: &str, open: Registration) -> Result<User, AccountError> {
    store.write(|work| accounts::sign_up(work, &from(), open, account(username), None))
}

fn sign_up_by(
    store: &mut MemoryStore,
    username: &str,
    open: Registration,
    code: &InviteCode,
) -> Result<User, AccountError> {
    store.write(|work| accounts::sign_up(work, &from(), open, account(username), Some(code)))
}

/// An invitation of ana's to her lunch, and that chat.
fn invited(store: &mut MemoryStore, max_uses: Option<i64>) -> (InviteCode, ChatId) {
    let lunch = store.group("lunch", "ana", &["ben"]);
    let code: InviteCode = "lunch-lunch-lunch-lunch".parse().expect("a code");
    let max_uses = max_uses.map(|uses| InviteUses::new(uses).expect("a bound"));
    let lasts = InviteSpan::from_seconds(3_600).ok();
    let ana = store.caller("ana");
    invites::create(store, &ana, lunch, &NewInvite { code: code.clone(), lasts, max_uses })
        .expect("an invitation");
    (code, lunch)
}

fn administer(
    store: &mut MemoryStore,
    by: &str,
    username: &str,
    role: Option<SiteRole>,
    active: Option<bool>,
) -> Result<User, AccountError> {
    let by = store.caller(by);
    store.write(|work| accounts::administer(work, &by, &name(username), role, active))
}

#[test]
fn who_signs_up_is_a_plain_member() {
    let mut store = MemoryStore::new();

    let ana = sign_up(&mut store, "Ana", Registration::Open).unwrap();

    assert_eq!((ana.role, ana.status), (SiteRole::Member, Status::Active));
    assert_eq!(store.someone("ana"), ana);
}

#[test]
fn a_closed_server_takes_nobody() {
    let mut store = MemoryStore::with(&["ana", "ben"]);
    let (code, _) = invited(&mut store, None);

    let refused = sign_up(&mut store, "cleo", Registration::Closed);
    let invited = sign_up_by(&mut store, "cleo", Registration::Closed, &code);

    assert_eq!(refused, Err(AccountError::RegistrationClosed));
    assert_eq!(invited, Err(AccountError::RegistrationClosed));
}

#[test]
fn who_is_invited_signs_up_into_the_chat() {
    for registration in [Registration::Invite, Registration::Open] {
        let mut store = MemoryStore::with(&["ana", "ben"]);
        let (code, lunch) = invited(&mut store, Some(1));
        store.forget();

        let cleo = sign_up_by(&mut store, "cleo", registration, &code).unwrap();

        let member = store.member(lunch, cleo.id).unwrap().unwrap();
        assert_eq!((cleo.role, member.role), (SiteRole::Member, ChatRole::Member));
        assert_eq!(heard(&store), ["chat.created", "member.added"]);
        let rows: Vec<_> = store.audit().iter().map(|row| (row.entity, row.by.actor)).collect();
        assert_eq!(rows, [(Entity::User, None), (Entity::Member, Some(cleo.id))]);
        let late = sign_up_by(&mut store, "dan", registration, &code);
        assert_eq!(late, Err(AccountError::NoSuchInvite));
    }
}

#[test]
fn where_it_takes_an_invitation_nobody_without_one_learns_who_is_there() {
    let mut store = MemoryStore::with(&["ana", "ben"]);
    let nowhere: InviteCode = "nowhere-nowhere-nowhere".parse().unwrap();

    for username in ["ben", "support", "cleo"] {
        let without = sign_up(&mut store, username, Registration::Invite);
        assert_eq!(without, Err(AccountError::InviteRequired), "{username}");
        let wrong = sign_up_by(&mut store, username, Registration::Invite, &nowhere);
        assert_eq!(wrong, Err(AccountError::NoSuchInvite), "{username}");
    }
}

#[test]
fn an_invitation_that_no_longer_holds_makes_no_account() {
    type End = fn(&mut MemoryStore, &InviteCode, ChatId);
    let ends: [(&str, End); 5] = [
        ("expired", |store, _, _| store.advance(std::time::Duration::from_secs(3_601))),
        ("taken back", |store, code, chat| {
            let ana = store.caller("ana");
            invites::revoke(store, &ana, chat, code).unwrap();
        }),
        ("used up", |store, code, _| {
            let ben = store.caller("outside");
            invites::accept(store, &ben, code).unwrap();
        }),
        ("its maker has left", |store, _, chat| {
            let ana = store.caller("ana");
            members::remove(store, &ana, chat, &name("ana")).unwrap();
        }),
        ("its chat is gone", |store, _, chat| {
            let ana = store.caller("ana");
            groups::delete(store, &ana, chat).unwrap();
        }),
    ];
    for (case, end) in ends {
        let mut store = MemoryStore::with(&["ana", "ben", "outside"]);
        let (code, chat) = invited(&mut store, Some(1));
        end(&mut store, &code, chat);
        store.forget();

        for registration in [Registration::Invite, Registration::Open] {
            let refused = sign_up_by(&mut store, "cleo", registration, &code);
            assert_eq!(refused, Err(AccountError::NoSuchInvite), "{case}");
        }
        assert_eq!(store.user_named(&name("cleo")).unwrap(), None, "{case}");
        assert!(store.audit().is_empty() && store.notices().is_empty(), "{case}");
    }
}

#[test]
fn an_invitation_is_not_used_up_by_who_is_refused() {
    let mut store = MemoryStore::with(&["ana", "ben"]);
    let (code, lunch) = invited(&mut store, Some(1));

    let taken = sign_up_by(&mut store, "Ben", Registration::Invite, &code);
    let reserved = sign_up_by(&mut store, "support", Registration::Invite, &code);

    assert_eq!((taken, reserved), (Err(AccountError::UsernameTaken), Err(AccountError::UsernameReserved)));
    assert_eq!(store.invites_of(lunch).unwrap()[0].uses, 0);
    assert!(sign_up_by(&mut store, "cleo", Registration::Invite, &code).is_ok());
}

#[test]
fn a_username_is_never_used_again() {
    let mut store = MemoryStore::with(&["ana"]);
    assert_eq!(sign_up(&mut store, "ANA", Registration::Open), Err(AccountError::UsernameTaken));

    delete_account(&mut store, "ana").unwrap();

    assert_eq!(sign_up(&mut store, "ana", Registration::Open), Err(AccountError::UsernameTaken));
}

#[test]
fn a_reserved_name_is_refused_at_sign_up() {
    let refused = sign_up(&mut MemoryStore::new(), "Support", Registration::Open);

    assert_eq!(refused, Err(AccountError::UsernameReserved));
}

#[test]
fn the_first_admin_is_made_once() {
    let mut store = MemoryStore::new();

    let admin = store.write(|work| accounts::set_up(work, &from(), account("ana"))).unwrap();
    let second = store.write(|work| accounts::set_up(work, &from(), account("ben")));

    assert_eq!((admin.role, second), (SiteRole::Admin, Err(AccountError::AdminExists)));
}

#[test]
fn the_command_line_makes_somebody_an_admin_who_signs_in_anew() {
    let mut store = MemoryStore::with(&["ana"]);
    let create = |store: &mut MemoryStore, username: &str| {
        store.write(|work| accounts::create_admin(work, &from(), account(username)))
    };

    assert_eq!(create(&mut store, "ana").unwrap().role, SiteRole::Admin);
    assert_eq!(create(&mut store, "ben").unwrap().role, SiteRole::Admin);
    let password = store.credentials("ana").unwrap().unwrap().password;
    assert_eq!(password, MemoryStore::password_of("ana"));
    store.forget();
    create(&mut store, "ana").unwrap();
    assert!(store.audit().is_empty());
}

#[test]
fn only_admins_administer() {
    let mut store = MemoryStore::with(&["ana", "ben"]);

    let refused = administer(&mut store, "ana", "ben", None, Some(false));

    assert_eq!(refused, Err(AccountError::NotAllowed));
}

#[test]
fn the_last_admin_stays_one() {
    let mut store = MemoryStore::with(&["ana"]).and_admin("root");
    let demote = |store: &mut MemoryStore, who: &str| {
        administer(store, "root", who, Some(SiteRole::Member), None).map(|user| user.role)
    };

    assert_eq!(demote(&mut store, "root"), Err(AccountError::LastAdmin));
    assert_eq!(administer(&mut store, "root", "root", None, Some(false)), Err(AccountError::LastAdmin));
    assert_eq!(delete_account(&mut store, "root"), Err(AccountError::LastAdmin));
    administer(&mut store, "root", "ana", Some(SiteRole::Admin), None).unwrap();
    assert_eq!(demote(&mut store, "root"), Ok(SiteRole::Member));
    assert_eq!(delete_account(&mut store, "ana"), Err(AccountError::LastAdmin));
}

#[test]
fn a_deactivated_admin_does_not_count_as_one() {
    let mut store = MemoryStore::with(&[]).and_admin("root").and_admin("ana");
    administer(&mut store, "root", "ana", None, Some(false)).unwrap();

    assert_eq!(delete_account(&mut store, "root"), Err(AccountError::LastAdmin));
}

#[test]
fn a_deactivated_user_is_unlisted_and_reads_nothing() {
    let mut store = MemoryStore::with(&["ana", "ben"]).and_admin("root");
    let lunch = store.group("lunch", "ana", &["ben"]);

    set_active(&mut store, "ben", false);

    let page = domain::users::UserPage { limit: 50, ..Default::default() };
    let listed: Vec<String> =
        store.users(&page).unwrap().iter().map(|user| user.username.to_string()).collect();
    assert_eq!(listed, ["ana", "root"]);
    let ben = store.id("ben");
    assert_eq!(store.access(ben, lunch), Ok(None));
    set_active(&mut store, "ben", true);
    assert!(try_say(&mut store, "ben", lunch, "back").is_ok());
}

#[test]
fn a_change_that_changes_nothing_leaves_no_trace() {
    let mut store = MemoryStore::with(&["ana"]).and_admin("root");
    store.forget();

    administer(&mut store, "root", "ana", Some(SiteRole::Member), Some(true)).unwrap();
    let by = store.caller("ana");
    store.write(|work| profile::update(work, &by, UserChange::default())).unwrap();

    assert!(store.audit().is_empty() && store.notices().is_empty());
}

#[test]
fn nothing_of_the_profile_is_left_of_a_deleted_account() {
    let mut store = MemoryStore::with(&["ana", "ben"]);
    rename_person(&mut store, "ana", "Ana María");
    let lunch = store.group("lunch", "ana", &["ben"]);
    let hello = store.say("ana", lunch, "hello");

    delete_account(&mut store, "ana").unwrap();

    let ana = store.someone("ana");
    assert_eq!((ana.status, ana.first_name, ana.avatar), (Status::Deleted, None, None));
    assert_eq!(store.credentials("ana").unwrap().unwrap().password, PasswordHash::none());
    let left = seen(&mut store, hello);
    assert_eq!((left.author, left.text.as_str()), (None, "hello"));
    let ben = store.id("ben");
    assert_eq!(store.member(lunch, ben).unwrap().unwrap().role, ChatRole::Owner);
}

#[test]
fn everyone_hears_that_an_account_is_deleted_without_its_name() {
    let mut store = MemoryStore::with(&["ana"]);
    rename_person(&mut store, "ana", "Ana María");
    store.forget();

    delete_account(&mut store, "ana").unwrap();

    let told = store.notices().iter().find_map(|notice| match &*notice.event {
        Event::UserUpdated { user } => Some((notice.audience.clone(), user.display_name.clone())),
        _ => None,
    });
    assert_eq!(told, Some((Audience::Everyone, "Deleted user".to_owned())));
}

#[test]
fn deleting_an_account_needs_its_password() {
    let mut store = MemoryStore::with(&["ana"]);
    let by = store.caller("ana");

    let wrong = MemoryStore::password_of("somebody else");
    let refused = store.write(|work| accounts::delete(work, &by, &wrong));

    assert_eq!(refused, Err(AccountError::WrongPassword));
    assert!(store.someone("ana").is_active());
}

#[test]
fn a_deleted_account_does_not_come_back() {
    let mut store = MemoryStore::with(&["ana"]).and_admin("root");
    delete_account(&mut store, "ana").unwrap();

    assert_eq!(administer(&mut store, "root", "ana", None, Some(true)), Err(AccountError::NoSuchUser));
    assert_eq!(delete_account(&mut store, "ana"), Err(AccountError::NoSuchUser));
}

#[test]
fn everyone_hears_of_a_new_name_and_nobody_of_a_new_bio() {
    let mut store = MemoryStore::with(&["ana"]);
    let by = store.caller("ana");
    store.forget();

    let bio = UserChange { bio: Some("soup".parse().ok()), ..UserChange::default() };
    store.write(|work| profile::update(work, &by, bio)).unwrap();
    assert!(heard(&store).is_empty());
    rename_person(&mut store, "ana", "Änne");

    assert_eq!(heard(&store), ["user.updated"]);
    assert_eq!(store.someone("ana").display_name(), "Änne");
}

#[test]
fn nobody_promotes_themselves_through_their_profile() {
    let mut store = MemoryStore::with(&["ana"]);
    let by = store.caller("ana");
    store.forget();

    let change = UserChange {
        role: Some(SiteRole::Admin),
        status: Some(Status::Deleted),
        avatar: Some(Some("of somebody else".to_owned())),
        ..UserChange::default()
    };
    let ana = store.write(|work| profile::update(work, &by, change)).unwrap();

    assert_eq!((ana.role, ana.status, ana.avatar), (SiteRole::Member, Status::Active, None));
    assert!(store.audit().iter().all(|row| row.entity != Entity::User));
}

#[test]
fn a_new_address_is_unconfirmed_and_does_not_sign_in() {
    let mut store = MemoryStore::with(&["ana"]);
    let by = store.caller("ana");
    let change = UserChange { email: Some("ana@example.org".parse().ok()), ..UserChange::default() };

    let ana = store.write(|work| profile::update(work, &by, change)).unwrap();

    assert!(ana.email.is_some() && !ana.email_confirmed);
    assert!(store.credentials("ana@example.org").unwrap().is_none());
}
