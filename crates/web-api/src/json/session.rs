//! One time of being signed in.

use domain::{
    Caller,
    users::{Session, SessionKind},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::Time;

/// Where I am signed in.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Sessions)]
pub(crate) struct SessionsJson {
    /// The last used first.
    items: Vec<SessionJson>,
}

/// One time of being signed in.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Session)]
pub(crate) struct SessionJson {
    /// Names it for ending it.
    #[schema(minimum = 1, example = 4711)]
    id: i64,
    /// The site with a cookie, or a program with tokens.
    kind: SessionKindJson,
    /// Whether it is the one that asks.
    current: bool,
    /// From where it began.
    #[schema(required, example = "192.0.2.7")]
    ip: Option<String>,
    /// What the browser or program calls itself.
    #[schema(required, example = "HTTPie/3.2.2")]
    user_agent: Option<String>,
    /// When it began.
    created_at: Time,
    /// When it was last used, to within a few minutes.
    last_used_at: Time,
}

/// On which way in somebody is signed in.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SessionKind)]
pub(crate) enum SessionKindJson {
    /// A browser, with a cookie.
    Site,
    /// A program, with tokens.
    Api,
}

impl SessionsJson {
    /// All sessions of the caller.
    pub(crate) fn of(caller: &Caller, sessions: &[Session]) -> Self {
        Self { items: sessions.iter().map(|session| SessionJson::of(caller, session)).collect() }
    }
}

impl SessionJson {
    fn of(caller: &Caller, session: &Session) -> Self {
        Self {
            id: session.id.get(),
            kind: match session.kind {
                SessionKind::Site => SessionKindJson::Site,
                SessionKind::Api => SessionKindJson::Api,
            },
            current: caller.session == Some(session.id),
            ip: session.ip.map(|ip| ip.to_string()),
            user_agent: session.user_agent.clone(),
            created_at: session.created_at.into(),
            last_used_at: session.last_used_at.into(),
        }
    }
}
