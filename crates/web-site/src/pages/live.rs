//! The live socket of the site.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Payload},
};
use web_common::{
    LocalHub, Problem, State,
    live::{self, Opening},
    middleware::same_origin,
};

use crate::{DIALECT, session::SignedIn, voice};

/// Opens it, for a page of this site only: a handshake carries the cookie wherever it comes from.
pub async fn open(
    request: HttpRequest,
    body: Payload,
    state: Data<State>,
    who: SignedIn,
) -> Result<HttpResponse, actix_web::Error> {
    same_origin::check(&request, &state.site.public_url)?;
    let hub = request.app_data::<LocalHub>().ok_or_else(|| Problem::internal("no hub"))?;
    let opening = Opening {
        caller: who.caller,
        username: who.standing.username.clone(),
        voice: voice(),
        dialect: DIALECT,
        protocols: &[],
    };
    live::open(&request, body, &state, hub, opening)
}
