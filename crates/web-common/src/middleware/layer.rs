//! One way to write a middleware: a function around the next service.

use std::rc::Rc;

use actix_web::{
    Error, HttpResponse,
    body::{EitherBody, MessageBody},
    dev::{Service, ServiceRequest, ServiceResponse},
    error::InternalError,
    http::header::HeaderMap,
};
use futures_util::future::LocalBoxFuture;

/// Something that stands around handlers.
pub(crate) trait Layer: 'static {
    /// Answers `request`, with or without `next`.
    async fn handle<S, B>(
        &self,
        request: ServiceRequest,
        next: &S,
    ) -> Result<ServiceResponse<EitherBody<B>>, Error>
    where
        S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
        B: MessageBody + 'static;
}

/// A service with a [`Layer`] around it.
pub struct Layered<S, L> {
    layer: Rc<L>,
    service: Rc<S>,
}

impl<S, L> Layered<S, L> {
    pub(crate) fn new(layer: L, service: S) -> Self {
        Self { layer: Rc::new(layer), service: Rc::new(service) }
    }
}

impl<S, B, L> Service<ServiceRequest> for Layered<S, L>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
    L: Layer,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self::Response, Error>>;

    actix_web::dev::forward_ready!(service);

    fn call(&self, request: ServiceRequest) -> Self::Future {
        let (layer, service) = (self.layer.clone(), self.service.clone());
        Box::pin(async move { layer.handle(request, &*service).await })
    }
}

/// Makes a [`Layer`] something that `App::wrap` takes.
macro_rules! layer {
    ($layer:ty) => {
        impl<S, B> actix_web::dev::Transform<S, actix_web::dev::ServiceRequest> for $layer
        where
            S: actix_web::dev::Service<
                    actix_web::dev::ServiceRequest,
                    Response = actix_web::dev::ServiceResponse<B>,
                    Error = actix_web::Error,
                > + 'static,
            B: actix_web::body::MessageBody + 'static,
        {
            type Response = actix_web::dev::ServiceResponse<actix_web::body::EitherBody<B>>;
            type Error = actix_web::Error;
            type Transform = $crate::middleware::layer::Layered<S, Self>;
            type InitError = ();
            type Future = std::future::Ready<Result<Self::Transform, ()>>;

            fn new_transform(&self, service: S) -> Self::Future {
                let layered = $crate::middleware::layer::Layered::new(self.clone(), service);
                std::future::ready(Ok(layered))
            }
        }
    };
}
pub(crate) use layer;

/// Changes the headers of whatever the answer is, an error too.
pub(crate) fn with_headers<B>(
    answer: Result<ServiceResponse<B>, Error>,
    change: impl FnOnce(&mut HeaderMap),
) -> Result<ServiceResponse<B>, Error> {
    match answer {
        Ok(mut response) => {
            change(response.headers_mut());
            Ok(response)
        }
        Err(error) => {
            let mut response: HttpResponse = error.error_response();
            change(response.headers_mut());
            Err(InternalError::from_response(error.to_string(), response).into())
        }
    }
}
