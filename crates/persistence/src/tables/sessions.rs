//! Sessions: the one truth for who is signed in.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, Insertable, QueryDsl, Queryable, RunQueryDsl, Selectable,
    SelectableHelper,
};
use domain::{
    Origin, SessionId, Timestamp, UserId, audit,
    users::{NewSession, SecretHash, Session, SignedIn},
};

use super::{
    users::{UserRow, only_one},
    words,
};
use crate::{
    connection::Loads,
    error::Outcome,
    ledger::{Exempt, Ledger},
    schema::{sessions, users},
};

#[derive(Queryable, Selectable)]
#[diesel(table_name = sessions)]
struct SessionRow {
    id: i64,
    user_id: i64,
    kind: String,
    refresh_hash: Option<Vec<u8>>,
    ip: Option<String>,
    user_agent: Option<String>,
    created_at: i64,
    last_used_at: i64,
    expires_at: i64,
    revoked_at: Option<i64>,
}

impl SessionRow {
    fn session(self) -> Outcome<Session> {
        Ok(Session {
            id: SessionId::new(self.id),
            user: UserId::new(self.user_id),
            kind: words::session_kind(&self.kind)?,
            ip: words::address(self.ip)?,
            user_agent: self.user_agent,
            created_at: Timestamp::from_micros(self.created_at),
            last_used_at: Timestamp::from_micros(self.last_used_at),
            expires_at: Timestamp::from_micros(self.expires_at),
            revoked_at: self.revoked_at.map(Timestamp::from_micros),
            refresh: self.refresh_hash.map(SecretHash::new),
        })
    }
}

fn signed_in((session, user): (SessionRow, UserRow)) -> Outcome<SignedIn> {
    Ok(SignedIn { session: session.session()?, user: user.user()? })
}

pub(crate) fn find(db: &mut Loads, id: SessionId) -> Outcome<Option<SignedIn>> {
    let query = sessions::table
        .inner_join(users::table)
        .filter(sessions::id.eq(id.get()))
        .select((SessionRow::as_select(), UserRow::as_select()));
    db.one(query)?.map(signed_in).transpose()
}

pub(crate) fn find_with(db: &mut Loads, secret: &SecretHash) -> Outcome<Option<SignedIn>> {
    let query = sessions::table
        .inner_join(users::table)
        .filter(sessions::secret_hash.eq(secret.as_bytes()))
        .select((SessionRow::as_select(), UserRow::as_select()));
    db.one(query)?.map(signed_in).transpose()
}

pub(crate) fn open_of(db: &mut Loads, user: UserId, now: Timestamp) -> Outcome<Vec<Session>> {
    let open = sessions::revoked_at.is_null().and(sessions::expires_at.gt(now.micros()));
    let query = sessions::table
        .filter(sessions::user_id.eq(user.get()).and(open))
        .order((sessions::last_used_at.desc(), sessions::id.desc()))
        .select(SessionRow::as_select());
    db.all(query)?.into_iter().map(SessionRow::session).collect()
}

/// The sessions that were ended after a moment, each with its user, on any way and by any process.
pub(crate) fn ended_after(db: &mut Loads, moment: Timestamp) -> Outcome<Vec<(i64, i64)>> {
    let ended = sessions::table.filter(sessions::revoked_at.gt(moment.micros()));
    db.all(ended.select((sessions::id, sessions::user_id)))
}

#[derive(Insertable)]
#[diesel(table_name = sessions, treat_none_as_default_value = false)]
struct NewRow<'a> {
    user_id: i64,
    kind: &'a str,
    secret_hash: &'a [u8],
    refresh_hash: Option<&'a [u8]>,
    ip: Option<String>,
    user_agent: Option<&'a str>,
    created_at: i64,
    last_used_at: i64,
    expires_at: i64,
}

pub(crate) fn insert(ledger: &mut Ledger, by: &Origin, new: &NewSession) -> Outcome<Session> {
    let now = ledger.now();
    let expires_at = now.plus(new.lasts);
    let row = NewRow {
        user_id: new.user.get(),
        kind: new.kind.as_str(),
        secret_hash: new.secret.as_bytes(),
        refresh_hash: new.refresh.as_ref().map(SecretHash::as_bytes),
        ip: by.ip.map(|ip| ip.to_string()),
        user_agent: new.user_agent.as_deref(),
        created_at: now.micros(),
        last_used_at: now.micros(),
        expires_at: expires_at.micros(),
    };
    let session = |id| Session {
        id: SessionId::new(id),
        user: new.user,
        kind: new.kind,
        ip: by.ip,
        user_agent: new.user_agent.clone(),
        created_at: now,
        last_used_at: now,
        expires_at,
        revoked_at: None,
        refresh: new.refresh.clone(),
    };
    ledger.create(
        by,
        |db| {
            let insert = diesel::insert_into(sessions::table).values(&row);
            Ok(session(insert.returning(sessions::id).get_result(db)?))
        },
        audit::session_created,
    )
}

pub(crate) fn rotate(
    ledger: &mut Ledger,
    by: &Origin,
    session: &Session,
    next: &SecretHash,
    until: Timestamp,
) -> Outcome<Session> {
    let now = ledger.now();
    ledger.change(by, &audit::session_rotated(session, until), |db| {
        // Only from the token that was presented to the next: of two parallel refreshes one finds nothing.
        let before = session.refresh.as_ref().map(SecretHash::as_bytes);
        let this = sessions::id.eq(session.id.get()).and(sessions::refresh_hash.eq(before));
        let set = (
            sessions::refresh_hash.eq(Some(next.as_bytes())),
            sessions::last_used_at.eq(now.micros()),
            sessions::expires_at.eq(until.micros()),
        );
        only_one(diesel::update(sessions::table.filter(this)).set(set).execute(db))
    })?;
    Ok(Session { refresh: Some(next.clone()), last_used_at: now, expires_at: until, ..session.clone() })
}

pub(crate) fn set_last_used(ledger: &mut Ledger, session: SessionId, at: Timestamp) -> Outcome<()> {
    ledger.exempt(Exempt::Time, |db| {
        let set = sessions::last_used_at.eq(at.micros());
        only_one(diesel::update(sessions::table.filter(sessions::id.eq(session.get()))).set(set).execute(db))
    })
}

pub(crate) fn end(ledger: &mut Ledger, by: &Origin, session: &Session) -> Outcome<()> {
    let now = ledger.now();
    ledger.change(by, &audit::session_ended(session), |db| {
        let this = sessions::table.filter(sessions::id.eq(session.id.get()));
        only_one(diesel::update(this).set(sessions::revoked_at.eq(now.micros())).execute(db))
    })
}
