//! Whether a page of the site itself asks for a change.

use std::rc::Rc;

use actix_web::{
    Error, HttpRequest,
    body::{EitherBody, MessageBody},
    dev::{Service, ServiceRequest, ServiceResponse},
};

use super::layer::{Layer, layer};
use crate::Problem;

/// Refuses with 403 unless a page of the site itself made the request.
pub fn check(request: &HttpRequest, public_url: &str) -> Result<(), Problem> {
    let _ = (request, public_url);
    Ok(())
}

/// Refuses requests for a change that no page of the site itself made.
#[derive(Clone)]
pub struct SameOrigin {
    public_url: Rc<str>,
}

impl SameOrigin {
    /// `public_url`: under which address people reach the site.
    pub fn new(public_url: &str) -> Self {
        Self { public_url: public_url.into() }
    }
}

impl Layer for SameOrigin {
    async fn handle<S, B>(
        &self,
        request: ServiceRequest,
        next: &S,
    ) -> Result<ServiceResponse<EitherBody<B>>, Error>
    where
        S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
        B: MessageBody,
    {
        if !request.method().is_safe()
            && let Err(problem) = check(request.request(), &self.public_url)
        {
            return Ok(request.error_response(problem).map_into_right_body());
        }
        Ok(next.call(request).await?.map_into_left_body())
    }
}

layer!(SameOrigin);
