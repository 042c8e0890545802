//! What is known of a request from its first moment: its id, and from where it came.

use std::{cell::RefCell, net::IpAddr, rc::Rc};

use actix_web::{HttpMessage, HttpRequest};
use domain::{Origin, SessionId, UserId, Via, users::SiteRole};

thread_local! {
    static CURRENT: RefCell<Option<Rc<str>>> = const { RefCell::new(None) };
}

/// What the outermost middleware finds out; it stands in the request's extensions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestContext {
    /// The caller's own id for the request where it is well-formed, else one made here.
    pub request_id: String,
    /// The address it came from, through trusted proxies only as they say.
    pub ip: Option<IpAddr>,
    /// Whether it came straight from this machine, addressed to it: see DESIGN on "true loopback".
    pub loopback: bool,
}

/// Who turned out to be calling, for the request log. Extractors put it into the request's extensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownCaller(pub UserId);

/// The id of a request, where the middleware ran.
pub fn context(request: &HttpRequest) -> RequestContext {
    request.extensions().get::<RequestContext>().cloned().unwrap_or_else(|| RequestContext {
        request_id: String::new(),
        ip: request.peer_addr().map(|address| address.ip()),
        loopback: false,
    })
}

/// Where a request comes from, for the audit log. Who does it, its caller adds.
pub fn origin(request: &HttpRequest, via: Via) -> Origin {
    let RequestContext { request_id, ip, .. } = context(request);
    Origin { actor: None, via, request_id: Some(request_id).filter(|id| !id.is_empty()), ip }
}

/// A caller who came by `request` on a session.
pub fn caller(
    request: &HttpRequest,
    via: Via,
    (user, role, session): (UserId, SiteRole, SessionId),
) -> domain::Caller {
    request.extensions_mut().insert(KnownCaller(user));
    domain::Caller::new(user, role, Some(session), origin(request, via))
}

/// Runs `poll` while `id` counts as the current request's id on this thread: for error responses, which
/// actix makes without a request at hand.
pub(crate) fn with_request_id<T>(id: &Rc<str>, poll: impl FnOnce() -> T) -> T {
    let before = CURRENT.with(|current| current.replace(Some(id.clone())));
    let value = poll();
    CURRENT.with(|current| current.replace(before));
    value
}

/// The id of the request that this thread is busy with.
pub(crate) fn request_id() -> Option<Rc<str>> {
    CURRENT.with(|current| current.borrow().clone())
}
