//! Opening a socket.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use domain::{Caller, users::Username};

use super::Voice;
use crate::{LocalHub, State};

/// What an adapter knows of a socket that is to open.
pub struct Opening {
    /// Who opens it.
    pub caller: Caller,
    /// What they are called by.
    pub username: Username,
    /// How the adapter says things.
    pub voice: Arc<dyn Voice>,
    /// Which of the hub's dialects it hears: that of `voice`.
    pub dialect: usize,
    /// The sub-protocols that may be answered.
    pub protocols: &'static [&'static str],
}

/// Upgrades `request` to a live socket.
pub fn open(
    request: &HttpRequest,
    body: web::Payload,
    state: &State,
    hub: &LocalHub,
    opening: Opening,
) -> Result<HttpResponse, actix_web::Error> {
    let _ = (state, hub, &opening.caller);
    let (response, _session, _messages) = actix_ws::handle_with_protocols(request, body, opening.protocols)?;
    Ok(response)
}
