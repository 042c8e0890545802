//! Writes come from the site's own pages, or not at all.

use actix_web::{
    Error,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::Method,
    middleware::Next,
    web,
};
use web_common::{Problem, State, middleware::same_origin};

/// Refuses a write that a page of another origin sent. A GET changes nothing and is let through.
pub async fn of_writes(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let state = request.app_data::<web::Data<State>>();
        let state = state.ok_or_else(|| Problem::internal("no state"))?;
        same_origin::check(request.request(), &state.site.public_url)?;
    }
    next.call(request).await
}
