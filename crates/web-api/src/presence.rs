//! Who is connected, as far as this worker's hub knows.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use domain::UserId;
use web_common::{LocalHub, Problem};

/// Tells who is connected.
pub(crate) struct Presence(Option<LocalHub>);

impl Presence {
    /// Whether the user has a socket open anywhere.
    pub(crate) fn is_online(&self, user: UserId) -> bool {
        self.0.as_ref().is_some_and(|hub| hub.0.is_online(user))
    }
}

impl FromRequest for Presence {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(request.app_data::<LocalHub>().cloned())))
    }
}
