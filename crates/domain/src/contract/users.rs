//! What every store holds of users.

use super::{TestBed, stage::*};
use crate::{
    Timestamp,
    audit::Entity,
    ports::StoreError,
    users::{NewUser, PasswordHash, SiteRole, Status, User, UserChange, UserPage},
};

fn listed(bed: &mut dyn TestBed, query: Option<&str>, after: Option<&str>, limit: i64) -> Vec<String> {
    let page = UserPage { query: query.map(str::to_owned), after: after.map(str::to_owned), limit };
    look(bed, |reads| reads.users(&page)).into_iter().map(|user| user.username.to_string()).collect()
}

pub(super) fn a_user_is_found_by_id_and_by_name_in_any_case(bed: &mut dyn TestBed) {
    let ana = person(bed, "Ana");

    assert_eq!(look(bed, |reads| reads.user(ana.id)), Some(ana.clone()));
    assert_eq!(look(bed, |reads| reads.user_named(&name("aNA"))), Some(ana.clone()));
    assert_eq!(look(bed, |reads| reads.user_named(&name("ben"))), None);
    assert_eq!(ana.username.as_str(), "Ana");
    assert_eq!((ana.status, ana.role, ana.email_confirmed), (Status::Active, SiteRole::Member, false));
}

pub(super) fn a_username_is_taken_for_ever_in_any_case(bed: &mut dyn TestBed) {
    let ana = person(bed, "Ana");
    let again = |bed: &mut dyn TestBed| write(bed, |work| work.insert_user(&origin(), &new_user("aNa")));

    assert_eq!(again(bed), Err(StoreError::Taken));
    set_status(bed, &ana, Status::Deleted);
    assert_eq!(again(bed), Err(StoreError::Taken));
    assert_eq!(recorded(bed, Entity::User).len(), 2);
}

pub(super) fn active_users_are_listed_by_lower_case_username(bed: &mut dyn TestBed) {
    let [_, ben, ..] = people(bed, ["cleo", "Ben", "ana", "Dan", "b-1", "b_1", "b.1"]);

    assert_eq!(listed(bed, None, None, 50), ["ana", "b-1", "b.1", "b_1", "Ben", "cleo", "Dan"]);
    assert_eq!(listed(bed, None, Some("b_1"), 2), ["Ben", "cleo"]);
    assert_eq!(listed(bed, None, Some("dan"), 2), Vec::<String>::new());
    set_status(bed, &ben, Status::Deactivated);
    assert_eq!(listed(bed, Some("b"), None, 50), ["b-1", "b.1", "b_1"]);
}

pub(super) fn users_are_found_by_any_part_of_their_names_in_any_case(bed: &mut dyn TestBed) {
    let [ana, ben, _] = people(bed, ["ana", "ben_1", "benx1"]);
    let named = |first: &str, last: &str| UserChange {
        first_name: Some(first.parse().ok()),
        last_name: Some(last.parse().ok()),
        ..UserChange::default()
    };
    land(bed, |work| work.update_user(&origin(), &ana, &named("Änne", "Жукова")));
    land(bed, |work| work.update_user(&origin(), &ben, &named("100%", "o'Brien \\ \"x\"")));

    assert_eq!(listed(bed, Some("NA"), None, 50), ["ana"]);
    assert_eq!(listed(bed, Some("änn"), None, 50), ["ana"]);
    assert_eq!(listed(bed, Some("ЖУК"), None, 50), ["ana"]);
    assert_eq!(listed(bed, Some("%"), None, 50), ["ben_1"]);
    assert_eq!(listed(bed, Some("n_1"), None, 50), ["ben_1"]);
    assert_eq!(listed(bed, Some("\\"), None, 50), ["ben_1"]);
    assert_eq!(listed(bed, Some("O'B"), None, 50), ["ben_1"]);
    assert_eq!(listed(bed, Some("ben"), Some("ben_1"), 50), ["benx1"]);
}

pub(super) fn a_change_of_a_user_is_kept_and_leaves_the_rest(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let bio = "Ελλάδα — 👩‍👩‍👧‍👦, e\u{301}, \"'; DROP\n\tשלום";
    let change = UserChange {
        first_name: Some("李".parse().ok()),
        bio: Some(bio.parse().ok()),
        email: Some("ana@example.org".parse().ok()),
        avatar: Some(Some("picture-1".to_owned())),
        role: Some(SiteRole::Admin),
        ..UserChange::default()
    };

    let changed = land(bed, |work| work.update_user(&origin(), &ana, &change));

    assert_eq!(changed, change.apply(&ana));
    assert_eq!(look(bed, |reads| reads.user(ana.id)), Some(changed.clone()));
    assert_eq!(look(bed, |reads| reads.user(ben.id)), Some(ben));
    let away = UserChange { first_name: Some(None), avatar: Some(None), ..UserChange::default() };
    land(bed, |work| work.update_user(&origin(), &changed, &away));
    let left = User { first_name: None, avatar: None, ..changed };
    assert_eq!(look(bed, |reads| reads.user(ana.id)), Some(left));
}

pub(super) fn names_at_sign_up_are_kept(bed: &mut dyn TestBed) {
    let new = NewUser {
        first_name: "Zoë".parse().ok(),
        last_name: "M\u{fc}ller-O’Neil".parse().ok(),
        email: "Zoe@Example.org".parse().ok(),
        role: SiteRole::Admin,
        ..new_user("zoe")
    };

    let zoe = land(bed, |work| work.insert_user(&origin(), &new));

    assert_eq!(look(bed, |reads| reads.user(zoe.id)), Some(zoe.clone()));
    assert_eq!((zoe.first_name, zoe.last_name, zoe.email), (new.first_name, new.last_name, new.email));
    assert_eq!((zoe.role, zoe.status, zoe.bio, zoe.avatar), (SiteRole::Admin, Status::Active, None, None));
    assert_eq!(zoe.last_seen_at, None);
}

pub(super) fn credentials_are_found_by_name_in_any_case_and_not_by_an_unconfirmed_address(
    bed: &mut dyn TestBed,
) {
    let new = NewUser { email: "ana@example.org".parse().ok(), ..new_user("Ana") };
    let ana = land(bed, |work| work.insert_user(&origin(), &new));

    let found = look(bed, |reads| reads.credentials("aNA")).expect("credentials");

    assert_eq!((found.user, found.status), (ana.id, Status::Active));
    assert_eq!(found.password, PasswordHash::new("hash-of-Ana".to_owned()));
    assert!(look(bed, |reads| reads.credentials("ana@example.org")).is_none());
    assert!(look(bed, |reads| reads.credentials("ben")).is_none());
    assert!(look(bed, |reads| reads.credentials("")).is_none());
    set_status(bed, &ana, Status::Deactivated);
    assert_eq!(look(bed, |reads| reads.credentials("ana")).expect("still").status, Status::Deactivated);
}

pub(super) fn a_new_password_takes_the_place_of_the_old_one(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let new = PasswordHash::new("another".to_owned());

    land(bed, |work| work.set_password(&origin(), &ana, &new));

    let password = |bed: &mut dyn TestBed, login: &str| {
        look(bed, |reads| reads.credentials(login)).expect("credentials").password
    };
    assert_eq!(password(bed, "ana"), new);
    assert_eq!(password(bed, ben.username.as_str()), PasswordHash::new("hash-of-ben".to_owned()));
}

pub(super) fn persons_leaves_out_deleted_accounts_only(bed: &mut dyn TestBed) {
    let [ana, ben, cleo] = people(bed, ["ana", "ben", "cleo"]);
    set_status(bed, &ben, Status::Deactivated);
    set_status(bed, &cleo, Status::Deleted);

    let mut found = look(bed, |reads| reads.persons(&[cleo.id, ben.id, ana.id]));

    found.sort_by_key(|person| person.id);
    assert_eq!(found, [ana.person(), ben.person()]);
    assert!(look(bed, |reads| reads.persons(&[])).is_empty());
}

pub(super) fn only_active_admins_are_counted(bed: &mut dyn TestBed) {
    person(bed, "ana");
    let admin = |username| NewUser { role: SiteRole::Admin, ..new_user(username) };
    land(bed, |work| work.insert_user(&origin(), &admin("ben")));
    let cleo = land(bed, |work| work.insert_user(&origin(), &admin("cleo")));

    assert_eq!(look(bed, |reads| reads.active_admins()), 2);
    set_status(bed, &cleo, Status::Deactivated);
    assert_eq!(look(bed, |reads| reads.active_admins()), 1);
}

pub(super) fn when_somebody_was_last_there_is_kept_but_not_audited(bed: &mut dyn TestBed) {
    let ana = person(bed, "ana");
    let rows = bed.audit().len();
    let at = Timestamp::from_micros(1_700_000_000_123_456);

    land(bed, |work| work.set_last_seen(ana.id, at));

    let seen = look(bed, |reads| reads.user(ana.id)).expect("ana").last_seen_at;
    assert_eq!((seen, bed.audit().len()), (Some(at), rows));
}
