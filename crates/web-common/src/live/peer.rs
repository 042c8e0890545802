//! What all parts of one socket share.

use std::{rc::Rc, sync::Arc};

use domain::{
    Caller, ChatId,
    ports::{Hub, ReaderId},
    users::Person,
};
use slog::warn;

use super::{Voice, json, outbound::Outbound};
use crate::{Problem, State, metrics};

/// One socket: who is at the other end, and what is at hand here.
pub(super) struct Peer {
    pub(super) state: State,
    pub(super) hub: Rc<dyn Hub>,
    pub(super) reader: ReaderId,
    pub(super) caller: Caller,
    pub(super) person: Arc<Person>,
    pub(super) voice: Arc<dyn Voice>,
    pub(super) outbound: Rc<Outbound>,
}

impl Peer {
    /// How a refusal is told. What only the log may know goes there.
    pub(super) fn error(&self, client_id: Option<&str>, problem: &Problem) -> bytestring::ByteString {
        metrics::problem(problem.status);
        let request_id = self.caller.origin.request_id.as_deref();
        if let Some(cause) = &problem.cause {
            warn!(self.state.log, "a live command failed";
                "cause" => cause, "request_id" => request_id, "user_id" => self.caller.user.get());
        }
        json::error(client_id, problem, request_id)
    }

    /// Tells of a refusal.
    pub(super) fn refuse(&self, client_id: Option<&str>, problem: &Problem) {
        self.outbound.say(self.error(client_id, problem));
    }

    /// Whether the user is in the chat, as far as the hub knows by now.
    pub(super) fn hears(&self, chat: ChatId) -> bool {
        self.hub.hears(self.reader, chat)
    }
}
