//! The sessions of actix-session, which are the server's own: the cookie holds a session's secret.

use std::collections::HashMap;

use actix_session::storage::{LoadError, SaveError, SessionKey, SessionStore, UpdateError};
use actix_web::cookie::time::Duration;
use anyhow::{Context, anyhow};
use domain::{
    Caller, Origin, Via,
    ports::UnitOfWork,
    users::{SessionError, sessions},
};
use web_common::{
    Store,
    auth::{Secret, Sessions},
};

/// In the state: which session it is.
pub(super) const SESSION: &str = "session";
/// In the state of a session that has just begun: its secret.
pub(super) const SECRET: &str = "secret";
/// In the state when the store could not be asked: why.
pub(super) const AWAY: &str = "away";

/// Finds sessions by the secret in the cookie. It keeps nothing of its own, and nothing of who is not signed in.
pub struct SessionsBehindCookies {
    sessions: Sessions,
    store: Store,
}

type State = HashMap<String, String>;

impl SessionsBehindCookies {
    /// Over the server's sessions.
    pub fn new(sessions: Sessions, store: Store) -> Self {
        Self { sessions, store }
    }
}

impl SessionStore for SessionsBehindCookies {
    async fn load(&self, key: &SessionKey) -> Result<Option<State>, LoadError> {
        let Some(secret) = Secret::presented(key.as_ref()) else { return Ok(None) };
        match self.sessions.with_secret(&secret.hash()).await {
            Ok(found) => Ok(found
                .map(|standing| HashMap::from([(SESSION.to_owned(), standing.session.get().to_string())]))),
            // A page that needs no session is still answered; one that does says that it can't be had now.
            Err(error) => Ok(Some(HashMap::from([(AWAY.to_owned(), as_json(&error.to_string()))]))),
        }
    }

    async fn save(&self, state: State, _: &Duration) -> Result<SessionKey, SaveError> {
        secret_in(&state).and_then(key_of).map_err(SaveError::Other)
    }

    async fn update(&self, key: SessionKey, state: State, _: &Duration) -> Result<SessionKey, UpdateError> {
        match secret_in(&state) {
            Ok(secret) => key_of(secret).map_err(UpdateError::Other),
            Err(_) => Ok(key),
        }
    }

    async fn update_ttl(&self, _: &SessionKey, _: &Duration) -> anyhow::Result<()> {
        Ok(())
    }

    async fn delete(&self, key: &SessionKey) -> anyhow::Result<()> {
        let Some(secret) = Secret::presented(key.as_ref()) else { return Ok(()) };
        let Some(standing) = self.sessions.with_secret(&secret.hash()).await? else { return Ok(()) };
        let by =
            Caller::new(standing.user, standing.role, Some(standing.session), Origin::anonymous(Via::Site));
        let id = standing.session;
        let job = move |work: &mut dyn UnitOfWork| sessions::end(work, &by, id);
        match self.store.write(Some(standing.user), job).await {
            Ok(()) | Err(SessionError::NoSuchSession) => {}
            Err(error) => return Err(error.into()),
        }
        self.sessions.forget(&[id]);
        Ok(())
    }
}

fn secret_in(state: &State) -> anyhow::Result<String> {
    let json = state.get(SECRET).ok_or_else(|| anyhow!("a session without a secret can't be kept"))?;
    serde_json::from_str(json).context("the secret is no text")
}

fn key_of(secret: String) -> anyhow::Result<SessionKey> {
    SessionKey::try_from(secret).context("the secret is too long for a cookie")
}

fn as_json(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
