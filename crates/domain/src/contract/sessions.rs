//! What every store holds of sessions.

use std::time::Duration;

use super::{TestBed, stage::*};
use crate::users::{NewSession, SecretHash, Session, SessionKind, SignedIn, User};

fn secret(byte: u8) -> SecretHash {
    SecretHash::new([byte; 32])
}

fn new_session(user: &User, byte: u8) -> NewSession {
    NewSession {
        user: user.id,
        kind: SessionKind::Api,
        secret: secret(byte),
        refresh: Some(secret(byte + 100)),
        user_agent: Some("Natter für Ünix/1.0".to_owned()),
        lasts: Duration::from_hours(1),
    }
}

fn begin(bed: &mut dyn TestBed, user: &User, byte: u8) -> Session {
    land(bed, |work| work.insert_session(&caller(user).origin, &new_session(user, byte)))
}

fn listed(bed: &mut dyn TestBed, user: &User) -> Vec<Session> {
    look(bed, |reads| reads.sessions_of(user.id))
}

pub(super) fn a_session_is_found_by_id_and_by_its_secret(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let session = begin(bed, &ana, 1);
    begin(bed, &ben, 2);

    let found = Some(SignedIn { session: session.clone(), user: ana.clone() });
    assert_eq!(look(bed, |reads| reads.signed_in(session.id)), found);
    assert_eq!(look(bed, |reads| reads.session_with(&secret(1))), found);
    assert_eq!(look(bed, |reads| reads.session_with(&secret(3))), None);
    assert_eq!((session.user, session.kind, session.ip), (ana.id, SessionKind::Api, origin().ip));
    assert_eq!((session.last_used_at, session.revoked_at), (session.created_at, None));
    assert_eq!(session.expires_at, session.created_at.plus(Duration::from_hours(1)));
    assert_eq!((session.refresh, session.user_agent), (Some(secret(101)), new_session(&ana, 1).user_agent));
}

pub(super) fn a_site_session_has_no_refresh_token(bed: &mut dyn TestBed) {
    let ana = person(bed, "ana");
    let new = NewSession { kind: SessionKind::Site, refresh: None, user_agent: None, ..new_session(&ana, 1) };

    let session = land(bed, |work| work.insert_session(&origin(), &new));

    let found = look(bed, |reads| reads.signed_in(session.id)).expect("the session").session;
    assert_eq!((found.kind, found.refresh, found.user_agent), (SessionKind::Site, None, None));
}

pub(super) fn sessions_are_listed_the_last_used_first(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let (first, second) = (begin(bed, &ana, 1), begin(bed, &ana, 2));
    begin(bed, &ben, 3);
    assert_eq!(listed(bed, &ana), [second.clone(), first.clone()]);
    let rows = bed.audit().len();

    let later = second.created_at.plus(Duration::from_secs(60));
    land(bed, |work| work.set_last_used(first.id, later));

    let used = Session { last_used_at: later, ..first };
    assert_eq!(listed(bed, &ana), [used, second]);
    assert_eq!(bed.audit().len(), rows);
}

pub(super) fn an_expired_session_is_found_but_not_listed(bed: &mut dyn TestBed) {
    let ana = person(bed, "ana");
    let new = NewSession { lasts: Duration::ZERO, ..new_session(&ana, 1) };

    land(bed, |work| work.insert_session(&origin(), &new));

    assert!(listed(bed, &ana).is_empty());
    assert!(look(bed, |reads| reads.session_with(&secret(1))).is_some());
}

pub(super) fn an_ended_session_is_found_with_its_end_but_not_listed(bed: &mut dyn TestBed) {
    let ana = person(bed, "ana");
    let (first, second) = (begin(bed, &ana, 1), begin(bed, &ana, 2));

    land(bed, |work| work.end_session(&origin(), &first));

    assert_eq!(listed(bed, &ana), [second]);
    let found = look(bed, |reads| reads.session_with(&secret(1))).expect("the session").session;
    assert!(found.revoked_at.is_some_and(|end| end >= first.created_at));
    assert!(!found.is_live(first.created_at, Duration::from_hours(1)));
}

pub(super) fn rotating_changes_the_refresh_token_and_counts_as_use(bed: &mut dyn TestBed) {
    let ana = person(bed, "ana");
    let (first, second) = (begin(bed, &ana, 1), begin(bed, &ana, 2));

    let until = first.expires_at.plus(Duration::from_secs(90));
    let rotated = land(bed, |work| work.rotate_session(&origin(), &first, &secret(50), until));

    assert_eq!((rotated.refresh.clone(), rotated.expires_at), (Some(secret(50)), until));
    assert!(rotated.last_used_at > first.last_used_at);
    assert_eq!(listed(bed, &ana), [rotated.clone(), second]);
    assert_eq!(look(bed, |reads| reads.session_with(&secret(1))).expect("it").session, rotated);
}
