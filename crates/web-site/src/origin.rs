//! Writes come from the site's own pages, or not at all.

use actix_web::{
    Error,
    body::{BoxBody, MessageBody},
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
) -> Result<ServiceResponse<BoxBody>, Error> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let state = request.app_data::<web::Data<State>>();
        let state = state.ok_or_else(|| Problem::internal("no state"))?;
        if let Err(refusal) = same_origin::check(request.request(), &state.site.public_url) {
            return Ok(request.error_response(refusal).map_into_boxed_body());
        }
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}
