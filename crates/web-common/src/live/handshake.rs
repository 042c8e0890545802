//! The opening handshake (RFC 6455 §4.2), where actix answers 101 to what it can't go on with.

use actix_web::{
    FromRequest, HttpRequest, HttpResponse,
    dev::Payload,
    http::{
        StatusCode, Version,
        header::{CONTENT_LENGTH, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, TRANSFER_ENCODING, UPGRADE},
    },
    web,
};
use actix_ws::Session;

use super::{headers::Checked, reading::Reading};
use crate::Problem;

/// Answers a handshake, with the first of `protocols` that was offered.
pub(super) fn shake_hands(
    request: &HttpRequest,
    body: web::Payload,
    protocols: &[&str],
) -> Result<(HttpResponse, Session, Reading), actix_web::Error> {
    check(request)?;
    let bytes = Box::pin(Checked::new(body.into_inner()));
    let bytes = web::Payload::from_request(request, &mut Payload::Stream { payload: bytes }).into_inner()?;
    let (response, session, messages) =
        actix_ws::handle_with_protocols(request, bytes, protocols).map_err(|error| refused(&error))?;
    Ok((response, session, Reading::new(messages)))
}

/// Refuses what actix does not look at, or reads otherwise in another place.
fn check(request: &HttpRequest) -> Result<(), Problem> {
    let headers = request.headers();
    let Some(upgrade) = headers.get(UPGRADE) else {
        return Err(upgrade_required("This address speaks WebSocket: ask for an upgrade."));
    };
    let is_twice = |name| headers.get_all(name).nth(1).is_some();
    let has_body = headers.get(CONTENT_LENGTH).is_some_and(|length| length != "0")
        || headers.contains_key(TRANSFER_ENCODING);
    if request.version() < Version::HTTP_11 {
        Err(malformed("HTTP/1.1 is the least"))
    } else if !upgrade.as_bytes().eq_ignore_ascii_case(b"websocket") {
        Err(malformed("the upgrade is to websocket, and to nothing else"))
    } else if is_twice(SEC_WEBSOCKET_KEY) || is_twice(SEC_WEBSOCKET_VERSION) {
        Err(malformed("it has one key and one version"))
    } else if has_body {
        Err(malformed("it has no body"))
    } else {
        Ok(())
    }
}

fn refused(error: &actix_web::Error) -> Problem {
    if error.as_response_error().error_response().status() == StatusCode::UPGRADE_REQUIRED {
        return upgrade_required("This address speaks version 13 of WebSocket.");
    }
    malformed(error)
}

fn malformed(why: impl std::fmt::Display) -> Problem {
    Problem::malformed(format!("This is no WebSocket handshake: {why}."))
}

fn upgrade_required(detail: &str) -> Problem {
    Problem::new(StatusCode::UPGRADE_REQUIRED, "upgrade-required", detail)
}
