//! Opening a live socket.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{AUTHORIZATION, SEC_WEBSOCKET_PROTOCOL},
    route, web,
};
use web_common::{LocalHub, Problem, State, live};

use super::frames::LiveOut;
use crate::{
    DIALECT,
    openapi::UpgradeRequired,
    tokens::{admit, presented},
};

/// The sub-protocol of this version.
const PROTOCOL: &str = "natter.v1";

/// Listen and send live
///
/// A WebSocket with text frames of JSON. The token comes in `Authorization`, or, where a client can't set headers,
/// as sub-protocols: `natter.v1, bearer.<access token>`, which is answered with `natter.v1`. The socket lasts as long
/// as its session, not its access token. The frames are described by the schemas `LiveCommand` (to the server) and
/// `LiveEvent` (from the server), each of their kinds told by its `type`; docs/api.md says how they work together.
///
/// Close codes: 4401 session over, 4408 too slow a reader, 4429 throttled too long, 1009 too big a frame, 1001 the
/// server goes down.
#[utoipa::path(
    get,
    tag = "Live",
    params(
        ("Sec-WebSocket-Protocol" = Option<String>, Header, nullable = false,
            description = "`natter.v1, bearer.<access token>`, where `Authorization` can't be set."),
    ),
    responses(
        (status = 101, description = "The connection is a WebSocket now."),
        (status = 200, body = LiveOut,
            description = "Never answered as such: what the frames from the server hold, for tools that know of no 101."),
        (status = 426, response = UpgradeRequired),
    ),
    extensions(
        ("x-frames-to-server" = json!({"$ref": "#/components/schemas/LiveCommand"})),
        ("x-frames-from-server" = json!({"$ref": "#/components/schemas/LiveEvent"})),
    ),
)]
#[route("/live", method = "GET", method = "HEAD")]
pub(crate) async fn open_live(
    request: HttpRequest,
    body: web::Payload,
    state: web::Data<State>,
) -> Result<HttpResponse, actix_web::Error> {
    let token = match request.headers().contains_key(AUTHORIZATION) {
        true => presented(&request),
        false => offered(&request),
    };
    let token = token.ok_or_else(Problem::unauthenticated)?;
    let (caller, standing) = admit(&request, token).await?;
    let hub = request.app_data::<LocalHub>().ok_or_else(|| Problem::internal("there is no hub"))?;
    let opening = live::Opening {
        caller,
        username: standing.username.clone(),
        voice: crate::voice(),
        dialect: DIALECT,
        protocols: &[PROTOCOL],
    };
    live::open(&request, body, &state, hub, opening)
}

/// The token among the sub-protocols, beside that of this version.
fn offered(request: &HttpRequest) -> Option<&str> {
    let offers = request.headers().get_all(SEC_WEBSOCKET_PROTOCOL);
    let mut offers = offers.filter_map(|offer| offer.to_str().ok()).flat_map(|offer| offer.split(','));
    let (mut token, mut known) = (None, false);
    for offer in &mut offers {
        let offer = offer.trim();
        known |= offer == PROTOCOL;
        token = token.or_else(|| offer.strip_prefix("bearer."));
    }
    token.filter(|_| known)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn token_of(protocols: &str) -> Option<String> {
        let request = TestRequest::default().insert_header((SEC_WEBSOCKET_PROTOCOL, protocols));
        offered(&request.to_http_request()).map(str::to_owned)
    }

    #[test]
    fn a_token_is_found_beside_the_protocol_in_any_order() {
        assert_eq!(token_of("natter.v1, bearer.a.b.c"), Some("a.b.c".to_owned()));
        assert_eq!(token_of("bearer.a.b.c,natter.v1"), Some("a.b.c".to_owned()));
    }

    #[test]
    fn without_the_protocol_there_is_no_token() {
        assert_eq!(token_of("bearer.a.b.c"), None);
        assert_eq!(token_of("natter.v2, bearer.a.b.c"), None);
        assert_eq!(token_of("natter.v1"), None);
    }
}
