//! Being signed in: a session per browser or program, the one truth for who calls.

use std::{fmt, net::IpAddr, time::Duration};

use super::{PasswordHash, SessionError, User};
use crate::{
    Audience, Caller, Event, Notice, Origin, SessionId, Timestamp, UserId,
    audit::{Action, Entity, Entry},
    ports::{StoreError, UnitOfWork},
};

/// The SHA-256 of a secret that only its holder knows.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SecretHash(Vec<u8>);

impl SecretHash {
    /// From the 32 bytes of the digest.
    pub fn new(digest: impl Into<Vec<u8>>) -> Self {
        Self(digest.into())
    }

    /// The digest.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretHash(…)")
    }
}

/// On which way in somebody is signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionKind {
    /// A browser, with a cookie.
    Site,
    /// A program, with tokens.
    Api,
}

impl SessionKind {
    /// As stored, audited and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            SessionKind::Site => "site",
            SessionKind::Api => "api",
        }
    }
}

/// One time of being signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Which.
    pub id: SessionId,
    /// Whose.
    pub user: UserId,
    /// On which way in.
    pub kind: SessionKind,
    /// From where it began.
    pub ip: Option<IpAddr>,
    /// What the browser or program calls itself; at most 200 characters.
    pub user_agent: Option<String>,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used, to within a few minutes.
    pub last_used_at: Timestamp,
    /// When it is over, unless its refresh token is used before; whatever happens for a site session.
    pub expires_at: Timestamp,
    /// When it was ended.
    pub revoked_at: Option<Timestamp>,
    /// Of the refresh token that is good for the next use; none for a site session.
    pub refresh: Option<SecretHash>,
}

impl Session {
    /// Whether it still counts at `now`, unused for at most `idle`.
    pub fn is_live(&self, now: Timestamp, idle: Duration) -> bool {
        self.revoked_at.is_none() && now < self.expires_at && now.since(self.last_used_at) <= idle
    }
}

/// A session and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// The session.
    pub session: Session,
    /// Whose it is.
    pub user: User,
}

/// A session that is to begin.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// Whose.
    pub user: UserId,
    /// On which way in.
    pub kind: SessionKind,
    /// Of the secret by which the session is found.
    pub secret: SecretHash,
    /// Of the first refresh token; none for a site session.
    pub refresh: Option<SecretHash>,
    /// What the browser or program calls itself.
    pub user_agent: Option<String>,
    /// How long it lasts, unless it is gone on with.
    pub lasts: Duration,
}

/// How long a session that is gone on with lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lasts {
    /// Until it is gone on with again.
    pub unused: Duration,
    /// From its beginning, at the most.
    pub at_most: Duration,
}

impl Lasts {
    /// Until when a session that began at `start` lasts that is gone on with at `now`.
    fn until(self, start: Timestamp, now: Timestamp) -> Timestamp {
        now.plus(self.unused).min(start.plus(self.at_most))
    }
}

/// Begins a session for somebody whose password was checked against `verified` before the job.
///
/// Refuses with `WrongCredentials` when that is no longer their password or the account can't be used.
pub fn open(
    work: &mut dyn UnitOfWork,
    from: &Origin,
    verified: &PasswordHash,
    new: &NewSession,
) -> Result<SignedIn, SessionError> {
    let user = work.user(new.user)?.filter(User::is_active).ok_or(SessionError::WrongCredentials)?;
    let credentials = work.credentials(user.username.as_str())?.ok_or(SessionError::WrongCredentials)?;
    if credentials.password != *verified {
        return Err(SessionError::WrongCredentials);
    }
    let by = Origin { actor: Some(user.id), ..from.clone() };
    let session = work.insert_session(&by, new)?;
    Ok(SignedIn { session, user })
}

/// Notes that somebody tried to sign in and failed. `user` is whose name it was, where it was anybody's.
pub fn note_failure(
    work: &mut dyn UnitOfWork,
    from: &Origin,
    user: Option<UserId>,
) -> Result<(), StoreError> {
    work.record(from, Entry::bare(Action::SignInFailed, Entity::User, user.map(UserId::get)))
}

/// Changes a refresh token for the next one. A token that was spent before ends the whole session: either
/// its holder or a thief has the newer one, and nobody can tell who is who.
///
/// `secret` is what the session is found by, `presented` the token's own part, `next` the part of the token
/// that is given out now, which may wait for its use as `lasts` says. The refusal of a spent token comes as `Ok(None)`,
/// so that the end of the session lands with the job.
pub fn rotate(
    work: &mut dyn UnitOfWork,
    from: &Origin,
    secret: &SecretHash,
    presented: &SecretHash,
    next: &SecretHash,
    lasts: Lasts,
) -> Result<Option<SignedIn>, SessionError> {
    let SignedIn { session, user } = work.session_with(secret)?.ok_or(SessionError::InvalidToken)?;
    let now = work.now();
    if !session.is_live(now, lasts.unused) || !user.is_active() {
        return Err(SessionError::InvalidToken);
    }
    let by = Origin { actor: Some(user.id), ..from.clone() };
    if session.refresh.as_ref() != Some(presented) {
        end_these(work, &by, user.id, &[session])?;
        return Ok(None);
    }
    let until = lasts.until(session.created_at, now);
    let session = work.rotate_session(&by, &session, next, until)?;
    Ok(Some(SignedIn { session, user }))
}

/// Ends one of one's own sessions.
pub fn end(work: &mut dyn UnitOfWork, by: &Caller, id: SessionId) -> Result<(), SessionError> {
    let own = work.sessions_of(by.user)?;
    let session = own.into_iter().find(|session| session.id == id).ok_or(SessionError::NoSuchSession)?;
    Ok(end_these(work, &by.origin, by.user, &[session])?)
}

/// Ends all of one's own sessions but the one that calls.
pub fn end_others(work: &mut dyn UnitOfWork, by: &Caller) -> Result<(), SessionError> {
    let others = work.sessions_of(by.user)?.into_iter().filter(|session| Some(session.id) != by.session);
    Ok(end_these(work, &by.origin, by.user, &others.collect::<Vec<_>>())?)
}

/// Ends all sessions of a user.
pub fn end_all(work: &mut dyn UnitOfWork, by: &Origin, user: UserId) -> Result<(), StoreError> {
    let sessions = work.sessions_of(user)?;
    end_these(work, by, user, &sessions)
}

fn end_these(
    work: &mut dyn UnitOfWork,
    by: &Origin,
    user: UserId,
    sessions: &[Session],
) -> Result<(), StoreError> {
    if sessions.is_empty() {
        return Ok(());
    }
    for session in sessions {
        work.end_session(by, session)?;
    }
    let sessions = sessions.iter().map(|session| session.id).collect();
    work.note(Notice::new(Audience::User(user), Event::SessionsEnded { user, sessions }));
    Ok(())
}
