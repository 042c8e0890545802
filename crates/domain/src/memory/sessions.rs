//! Sessions in memory.

use std::cmp::Reverse;

use super::{MemoryStore, missing};
use crate::{
    Origin, SessionId, Timestamp, UserId, audit,
    ports::StoreError,
    users::{NewSession, SecretHash, Session, SignedIn},
};

/// A session, and the secret by which it is found.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    session: Session,
    secret: SecretHash,
}

impl MemoryStore {
    pub(super) fn find_session(&self, id: SessionId) -> Option<SignedIn> {
        self.whose(&self.sessions.get(&id)?.session)
    }

    pub(super) fn find_session_with(&self, secret: &SecretHash) -> Option<SignedIn> {
        let kept = self.sessions.values().find(|kept| kept.secret == *secret)?;
        self.whose(&kept.session)
    }

    fn whose(&self, session: &Session) -> Option<SignedIn> {
        let user = self.find_user(session.user)?.clone();
        Some(SignedIn { session: session.clone(), user })
    }

    pub(super) fn list_sessions(&self, user: UserId) -> Vec<Session> {
        let now = self.clock.now();
        let counts = |session: &&Session| {
            session.user == user && session.revoked_at.is_none() && now < session.expires_at
        };
        let mut sessions: Vec<Session> =
            self.sessions.values().map(|kept| &kept.session).filter(counts).cloned().collect();
        sessions.sort_by_key(|session| Reverse((session.last_used_at, session.id)));
        sessions
    }

    pub(super) fn begin_session(&mut self, by: &Origin, new: &NewSession) -> Session {
        let now = self.clock.now();
        let session = Session {
            id: SessionId::new(self.next_id()),
            user: new.user,
            kind: new.kind,
            ip: by.ip,
            user_agent: new.user_agent.clone(),
            created_at: now,
            last_used_at: now,
            expires_at: now.plus(new.lasts),
            revoked_at: None,
            refresh: new.refresh.clone(),
        };
        self.sessions.insert(session.id, Kept { session: session.clone(), secret: new.secret.clone() });
        self.log(by, audit::session_created(&session));
        session
    }

    pub(super) fn rotate(
        &mut self,
        by: &Origin,
        id: SessionId,
        next: &SecretHash,
        until: Timestamp,
    ) -> Result<Session, StoreError> {
        let now = self.clock.now();
        let session = self.session(id)?;
        let before = session.clone();
        session.refresh = Some(next.clone());
        (session.last_used_at, session.expires_at) = (now, until);
        let session = session.clone();
        self.log(by, audit::session_rotated(&before, until));
        Ok(session)
    }

    pub(super) fn use_session(&mut self, id: SessionId, at: Timestamp) -> Result<(), StoreError> {
        self.session(id)?.last_used_at = at;
        Ok(())
    }

    pub(super) fn revoke(&mut self, by: &Origin, id: SessionId) -> Result<(), StoreError> {
        let now = self.clock.now();
        let session = self.session(id)?;
        session.revoked_at = Some(now);
        let session = session.clone();
        self.log(by, audit::session_ended(&session));
        Ok(())
    }

    fn session(&mut self, id: SessionId) -> Result<&mut Session, StoreError> {
        let kept = self.sessions.get_mut(&id).ok_or_else(|| missing("session", id))?;
        Ok(&mut kept.session)
    }
}
