//! Whether the server is alive, and ready to be sent requests.

use actix_web::{HttpResponse, Route, guard, web};
use serde_json::json;
use web_common::State;

/// `/healthz` and `/readyz`.
pub fn configure(routes: &mut web::ServiceConfig) {
    routes
        .service(web::resource("/healthz").route(get_or_head().to(alive)))
        .service(web::resource("/readyz").route(get_or_head().to(ready)));
}

/// What only looks whether all is well often asks without wanting the words.
pub fn get_or_head() -> Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

/// The process answers.
async fn alive() -> HttpResponse {
    HttpResponse::Ok().json(json!({"status": "ok"}))
}

/// The database answers too.
async fn ready(state: web::Data<State>) -> HttpResponse {
    let store = state.store.clone();
    match web::block(move || store.ping()).await {
        Ok(Ok(())) => HttpResponse::Ok().json(json!({"status": "ok", "database": "ok"})),
        _ => HttpResponse::ServiceUnavailable()
            .insert_header(("Retry-After", "1"))
            .json(json!({"status": "unavailable", "database": "away"})),
    }
}
