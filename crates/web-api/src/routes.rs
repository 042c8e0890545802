//! All routes: one list, of which both the server and the OpenAPI document are made.

use actix_web::{
    HttpRequest, HttpResponse, ResponseError,
    dev::{HttpServiceFactory, ResourceDef},
    http::{Method, StatusCode, header},
    web,
};
use utoipa::__dev::{SchemaReferences, Tags};
use web_common::Problem;

use crate::{attachments, auth, chats, conversations, invites, live, me, members, messages, search, users};

/// A handler that says of itself what it does.
pub(crate) trait Documented:
    HttpServiceFactory + utoipa::Path + SchemaReferences + Tags<'static>
{
}

impl<H> Documented for H where H: HttpServiceFactory + utoipa::Path + SchemaReferences + Tags<'static> {}

/// Something that wants to know all routes.
pub(crate) trait Registry {
    /// One of them.
    fn add<H: Documented + 'static>(&mut self, handler: H);
}

/// Tells `registry` all routes. Of two that fit a path, the first is taken.
pub(crate) fn register(registry: &mut impl Registry) {
    users::routes(registry);
    auth::routes(registry);
    me::routes(registry);
    chats::routes(registry);
    members::routes(registry);
    invites::routes(registry);
    conversations::routes(registry);
    messages::routes(registry);
    attachments::routes(registry);
    search::routes(registry);
    live::routes(registry);
}

/// Serves them.
pub(crate) struct Serving<'a>(pub(crate) &'a mut web::ServiceConfig);

impl Registry for Serving<'_> {
    fn add<H: Documented + 'static>(&mut self, handler: H) {
        self.0.service(handler);
    }
}

/// Which methods each path knows, for those that it does not.
#[derive(Default)]
pub(crate) struct Methods {
    paths: Vec<(ResourceDef, Vec<Method>)>,
}

impl Methods {
    /// Of all routes.
    pub(crate) fn of_all() -> Self {
        let mut methods = Self::default();
        register(&mut methods);
        methods
    }

    /// The methods of the first path that fits, comma-separated; nothing when none does.
    fn allowed(&self, path: &str) -> Option<String> {
        let (_, methods) = self.paths.iter().find(|(pattern, _)| pattern.is_match(path))?;
        Some(methods.iter().map(Method::as_str).collect::<Vec<_>>().join(", "))
    }
}

impl Registry for Methods {
    fn add<H: Documented + 'static>(&mut self, _: H) {
        let pattern = ResourceDef::new(H::path());
        let mut methods: Vec<Method> = H::methods().iter().filter_map(method).collect();
        if methods.contains(&Method::GET) {
            methods.push(Method::HEAD);
        }
        match self.paths.iter_mut().find(|(known, _)| known.pattern() == pattern.pattern()) {
            Some((_, known)) => known.extend(methods),
            None => self.paths.push((pattern, methods)),
        }
    }
}

fn method(method: &utoipa::openapi::HttpMethod) -> Option<Method> {
    use utoipa::openapi::HttpMethod;
    Some(match method {
        HttpMethod::Get => Method::GET,
        HttpMethod::Put => Method::PUT,
        HttpMethod::Post => Method::POST,
        HttpMethod::Delete => Method::DELETE,
        HttpMethod::Patch => Method::PATCH,
        _ => return None,
    })
}

/// What no route answers: 405 where the path knows other methods, else 404.
pub(crate) async fn unknown(request: HttpRequest, methods: web::Data<Methods>) -> HttpResponse {
    let path = request.path().strip_prefix(crate::BASE).unwrap_or_default();
    // A method that the path does know was refused for what stands in the path.
    let allowed =
        methods.allowed(path).filter(|allowed| !allowed.split(", ").any(|known| request.method() == known));
    match allowed {
        Some(allowed) => refuse_method(&allowed),
        None => Problem::not_found().error_response(),
    }
}

/// 405, with the methods that the path does know.
pub(crate) fn refuse_method(allowed: &str) -> HttpResponse {
    let detail = format!("This path knows {allowed} only.");
    let problem = Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", detail);
    let mut response = problem.error_response();
    if let Ok(allowed) = header::HeaderValue::from_str(allowed) {
        response.headers_mut().insert(header::ALLOW, allowed);
    }
    response
}
