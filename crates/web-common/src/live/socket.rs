//! Opening a socket.

use std::{rc::Rc, sync::Arc};

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, rt, web};
use domain::{
    Caller,
    ports::{Hub, Reader, ReaderId},
    users::Username,
};

use super::{
    Voice, conversation,
    handshake::shake_hands,
    outbound::{HubOutlet, Outbound},
    pace::Pace,
    writer,
};
use crate::{LocalHub, Problem, State};

/// The most bytes a client's frame may have, and a message in fragments: 256 KiB.
pub(super) const FRAME_BYTES: usize = 256 * 1024;

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

/// Upgrades `request` to a live socket, which lasts as long as the caller's session.
///
/// Refused when it is no WebSocket handshake, and with 429 when the user has too many sockets open.
pub fn open(
    request: &HttpRequest,
    body: web::Payload,
    state: &State,
    hub: &LocalHub,
    opening: Opening,
) -> Result<HttpResponse, actix_web::Error> {
    open_at(Pace::default(), request, body, state, hub, opening)
}

pub(super) fn open_at(
    pace: Pace,
    request: &HttpRequest,
    body: web::Payload,
    state: &State,
    hub: &LocalHub,
    opening: Opening,
) -> Result<HttpResponse, actix_web::Error> {
    let Opening { caller, username, voice, dialect, protocols } = opening;
    let session = caller.session.ok_or_else(Problem::unauthenticated)?;
    let (response, writing, reading) = shake_hands(request, body, protocols)?;
    let outbound = Rc::new(Outbound::new(caller.user));
    let outlet = Box::new(HubOutlet(outbound.clone()));
    let reader = hub
        .0
        .enter(Reader { user: caller.user, username, session, dialect, outlet })
        .ok_or_else(too_many_sockets)?;
    let place = Place { hub: hub.0.clone(), reader };
    rt::spawn(writer::write(outbound.clone(), writing, pace));
    rt::spawn(conversation::hold(place, state.clone(), caller, voice, outbound, reading, pace));
    Ok(response)
}

/// A reader's place in the hub, given back whatever happens.
pub(super) struct Place {
    pub(super) hub: Rc<dyn Hub>,
    pub(super) reader: ReaderId,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.hub.leave(self.reader);
    }
}

fn too_many_sockets() -> Problem {
    let detail = "You have too many live connections open.";
    let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "too-many-sockets", detail);
    Problem { retry_after: Some(10), ..problem }
}
