//! The JSON API: users, tokens, chats, messages and files over HTTP, and what happens live over a WebSocket.
//!
//! Each directory is a noun of the paths. A handler reads what came ([`input`]), calls a use case of the domain,
//! and answers in wire types of its own ([`json`]); it decides nothing.

#![expect(unused_qualifications, reason = "utoipa::path repeats the types of arguments by their full paths")]

mod answer;
mod attachments;
mod auth;
mod chats;
#[cfg(test)]
mod conventions;
mod conversations;
mod input;
mod invites;
mod json;
mod live;
mod me;
mod members;
mod messages;
mod openapi;
mod presence;
mod routes;
mod search;
#[cfg(test)]
mod testing;
mod tokens;
mod users;

use std::sync::Arc;

use actix_web::web;
use web_common::{State, live::Voice};

/// Under which path all routes of this version are.
const BASE: &str = "/api/v1";

/// Which of the hub's dialects the API's sockets hear.
pub const DIALECT: usize = 0;

/// What the API needs of its own.
#[derive(Clone)]
pub struct ApiConfig {
    /// With what access tokens are signed. Whoever has it can be anybody.
    pub jwt_key: [u8; 32],
    /// Who signs them: the `public_url`, without a slash at the end.
    pub issuer: String,
}

/// Events, `ready` and `ack` as JSON.
pub fn voice() -> Arc<dyn Voice> {
    Arc::new(live::JsonVoice)
}

/// Everything under `/api`. At request time `web::Data<State>` and `LocalHub` have to be in the app's data.
pub fn configure(cfg: &mut web::ServiceConfig, _state: &State, config: &ApiConfig) {
    let version = web::scope(BASE)
        .app_data(web::Data::new(tokens::AccessTokens::new(config)))
        .app_data(web::Data::new(routes::Methods::of_all()))
        .app_data(web_common::middleware::path_config())
        .configure(|cfg| routes::register(&mut routes::Serving(cfg)))
        .default_service(web::to(routes::unknown));
    cfg.service(version).service(
        web::scope("/api")
            .configure(openapi::configure)
            .default_service(web::to(web_common::middleware::not_found)),
    );
}
