//! Who calls, and on what way in: an argument of every use case, and what the audit log says of each change.

use std::net::IpAddr;

use crate::{SessionId, UserId, users::SiteRole};

/// The way in by which a change came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// The web site.
    Site,
    /// The JSON API or its live socket.
    Api,
    /// The command line.
    Cli,
    /// Natter itself, such as a sweep.
    System,
}

impl Via {
    /// As the audit log writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Via::Site => "site",
            Via::Api => "api",
            Via::Cli => "cli",
            Via::System => "system",
        }
    }
}

/// Where a change comes from: what its audit row holds besides the change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Who did it; nobody while signing up or in, on the command line, and in jobs of the system.
    pub actor: Option<UserId>,
    /// The way in.
    pub via: Via,
    /// The request it came with.
    pub request_id: Option<String>,
    /// The address it came from.
    pub ip: Option<IpAddr>,
}

impl Origin {
    /// A change from somebody who is not signed in.
    pub fn anonymous(via: Via) -> Self {
        Self { actor: None, via, request_id: None, ip: None }
    }
}

/// Somebody who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// Who.
    pub user: UserId,
    /// What they are on this server.
    pub role: SiteRole,
    /// By which session; none in tests and jobs.
    pub session: Option<SessionId>,
    /// How.
    pub origin: Origin,
}

impl Caller {
    /// `user`, who came by `origin`.
    pub fn new(user: UserId, role: SiteRole, session: Option<SessionId>, origin: Origin) -> Self {
        Self { user, role, session, origin: Origin { actor: Some(user), ..origin } }
    }
}
