//! Being signed in, and no longer.

use std::time::Duration;

use domain::{
    Caller, Origin, SessionId, Via,
    audit::Action,
    memory::MemoryStore,
    ports::Reads,
    users::{
        AccountError, NewSession, PasswordHash, SecretHash, SessionError, SessionKind, SignedIn, SiteRole,
        accounts,
        sessions::{self, Lasts},
    },
};

use crate::stage::*;

const IDLE: Duration = Duration::from_hours(24);
const AT_MOST: Duration = Duration::from_hours(24 * 3);

fn hash(byte: u8) -> SecretHash {
    SecretHash::new([byte; 32])
}

fn from() -> Origin {
    Origin::anonymous(Via::Api)
}

fn open_with(
    store: &mut MemoryStore,
    username: &str,
    byte: u8,
    verified: &PasswordHash,
) -> Result<SignedIn, SessionError> {
    let new = NewSession {
        user: store.id(username),
        kind: SessionKind::Api,
        secret: hash(byte),
        refresh: Some(hash(byte + 100)),
        user_agent: None,
        lasts: IDLE,
    };
    store.write(|work| sessions::open(work, &from(), verified, &new))
}

fn open(store: &mut MemoryStore, username: &str, byte: u8) -> SessionId {
    open_with(store, username, byte, &MemoryStore::password_of(username)).expect("a session").session.id
}

fn refresh(
    store: &mut MemoryStore,
    byte: u8,
    presented: u8,
    next: u8,
) -> Result<Option<SignedIn>, SessionError> {
    let lasts = Lasts { unused: IDLE, at_most: AT_MOST };
    store.write(|work| sessions::rotate(work, &from(), &hash(byte), &hash(presented), &hash(next), lasts))
}

fn live(store: &mut MemoryStore, username: &str) -> Vec<SessionId> {
    let user = store.id(username);
    store.sessions_of(user).expect("a look").iter().map(|session| session.id).collect()
}

fn caller_on(store: &MemoryStore, username: &str, session: SessionId) -> Caller {
    Caller { session: Some(session), ..store.caller(username) }
}

#[test]
fn a_session_opens_for_the_password_that_counts_now() {
    let mut store = MemoryStore::with(&["ana"]);

    let signed_in = open_with(&mut store, "ana", 1, &MemoryStore::password_of("ana")).unwrap();

    assert_eq!(signed_in.user, store.someone("ana"));
    let row = store.audit().last().unwrap();
    assert_eq!((row.action, row.by.actor), (Action::Create, Some(signed_in.user.id)));
    let old = PasswordHash::new("what counted before".to_owned());
    assert_eq!(open_with(&mut store, "ana", 2, &old), Err(SessionError::WrongCredentials));
}

#[test]
fn the_deactivated_and_the_deleted_do_not_sign_in() {
    let mut store = MemoryStore::with(&["ana", "ben"]).and_admin("root");
    set_active(&mut store, "ana", false);
    delete_account(&mut store, "ben").unwrap();

    for (byte, username) in [(1, "ana"), (2, "ben")] {
        let refused = open_with(&mut store, username, byte, &MemoryStore::password_of(username));
        assert_eq!(refused, Err(SessionError::WrongCredentials));
    }
    assert!(open_with(&mut store, "ben", 3, &PasswordHash::none()).is_err());
}

#[test]
fn a_refresh_token_is_good_once() {
    let mut store = MemoryStore::with(&["ana"]);
    let session = open(&mut store, "ana", 1);

    let second = refresh(&mut store, 1, 101, 102).unwrap().unwrap();
    let third = refresh(&mut store, 1, 102, 103).unwrap().unwrap();

    assert_eq!((second.session.id, third.session.id), (session, session));
    assert_eq!(third.session.refresh, Some(hash(103)));
}

#[test]
fn a_spent_refresh_token_ends_the_session() {
    let mut store = MemoryStore::with(&["ana"]);
    open(&mut store, "ana", 1);
    refresh(&mut store, 1, 101, 102).unwrap().unwrap();
    store.forget();

    assert_eq!(refresh(&mut store, 1, 101, 103), Ok(None));

    assert!(live(&mut store, "ana").is_empty());
    assert_eq!(heard(&store), ["sessions.ended"]);
    assert_eq!(refresh(&mut store, 1, 102, 104), Err(SessionError::InvalidToken));
}

#[test]
fn of_two_parallel_refreshes_none_leaves_a_second_family() {
    let mut store = MemoryStore::with(&["ana"]);
    open(&mut store, "ana", 1);

    let outcomes = [refresh(&mut store, 1, 101, 102), refresh(&mut store, 1, 101, 103)];

    assert!(matches!(outcomes, [Ok(Some(_)), Ok(None)]));
    assert!(live(&mut store, "ana").is_empty());
}

#[test]
fn an_idle_an_expired_and_an_unknown_session_are_not_refreshed() {
    let mut store = MemoryStore::with(&["ana"]);
    open(&mut store, "ana", 1);
    assert_eq!(refresh(&mut store, 9, 101, 102), Err(SessionError::InvalidToken));

    store.advance(IDLE);
    store.advance(Duration::from_secs(1));

    assert_eq!(refresh(&mut store, 1, 101, 102), Err(SessionError::InvalidToken));
    assert!(live(&mut store, "ana").is_empty());
}

#[test]
fn a_session_that_can_no_longer_be_gone_on_with_is_over() {
    let mut store = MemoryStore::with(&["ana"]);
    let session = open(&mut store, "ana", 1);
    let most = Duration::from_hours(23);

    for turn in 101..104 {
        store.advance(most);
        assert_eq!(live(&mut store, "ana"), [session]);
        refresh(&mut store, 1, turn, turn + 1).unwrap().unwrap();
    }

    // It began 69 hours ago and may last 72: the last token holds for no whole day.
    store.advance(Duration::from_mins(179));
    assert_eq!(live(&mut store, "ana"), [session]);
    store.advance(Duration::from_mins(1));
    assert!(live(&mut store, "ana").is_empty());
    assert_eq!(refresh(&mut store, 1, 104, 105), Err(SessionError::InvalidToken));
}

#[test]
fn one_ends_only_ones_own_sessions() {
    let mut store = MemoryStore::with(&["ana", "ben"]);
    let (of_ana, of_ben) = (open(&mut store, "ana", 1), open(&mut store, "ben", 2));
    let by = caller_on(&store, "ana", of_ana);

    assert_eq!(store.write(|work| sessions::end(work, &by, of_ben)), Err(SessionError::NoSuchSession));
    store.write(|work| sessions::end(work, &by, of_ana)).unwrap();
    assert_eq!(store.write(|work| sessions::end(work, &by, of_ana)), Err(SessionError::NoSuchSession));

    assert_eq!((live(&mut store, "ana"), live(&mut store, "ben")), (vec![], vec![of_ben]));
}

#[test]
fn a_new_password_ends_every_other_session() {
    let mut store = MemoryStore::with(&["ana", "ben"]);
    let [here, _, _] = [1, 2, 3].map(|byte| open(&mut store, "ana", byte));
    let of_ben = open(&mut store, "ben", 4);
    let (by, new) = (caller_on(&store, "ana", here), PasswordHash::new("new".to_owned()));

    store.write(|work| accounts::change_password(work, &by, &MemoryStore::password_of("ana"), &new)).unwrap();

    assert_eq!((live(&mut store, "ana"), live(&mut store, "ben")), (vec![here], vec![of_ben]));
    assert_eq!(store.credentials("ana").unwrap().unwrap().password, new);
    let again =
        store.write(|work| accounts::change_password(work, &by, &MemoryStore::password_of("ana"), &new));
    assert_eq!(again, Err(AccountError::WrongPassword));
}

#[test]
fn a_password_set_on_the_command_line_ends_all_sessions() {
    let mut store = MemoryStore::with(&["ana"]);
    open(&mut store, "ana", 1);
    let new = PasswordHash::new("new".to_owned());

    store.write(|work| accounts::set_password(work, &from(), &name("ANA"), &new)).unwrap();

    assert!(live(&mut store, "ana").is_empty());
    let nobody = store.write(|work| accounts::set_password(work, &from(), &name("nobody-1"), &new));
    assert_eq!(nobody, Err(AccountError::NoSuchUser));
}

#[test]
fn deactivating_deleting_and_a_new_role_end_all_sessions() {
    let mut store = MemoryStore::with(&["ana", "ben", "cleo"]).and_admin("root");
    for (byte, username) in [(1, "ana"), (2, "ben"), (3, "cleo")] {
        open(&mut store, username, byte);
    }
    let root = store.caller("root");

    set_active(&mut store, "ana", false);
    delete_account(&mut store, "ben").unwrap();
    store
        .write(|work| accounts::administer(work, &root, &name("cleo"), Some(SiteRole::Admin), None))
        .unwrap();

    for username in ["ana", "ben", "cleo"] {
        assert!(live(&mut store, username).is_empty(), "{username}");
    }
}

#[test]
fn a_failed_sign_in_is_recorded() {
    let mut store = MemoryStore::with(&["ana"]);
    let ana = store.id("ana");

    store.write(|work| sessions::note_failure(work, &from(), Some(ana))).unwrap();
    store.write(|work| sessions::note_failure(work, &from(), None)).unwrap();

    let [.., known, unknown] = store.audit() else { panic!("two rows") };
    assert_eq!((known.action, unknown.action), (Action::SignInFailed, Action::SignInFailed));
    assert_eq!((&known.entity_id, &unknown.entity_id), (&Some(ana.to_string()), &None));
}
