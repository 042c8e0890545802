//! Refusals become pages that look like the rest and say what to do.

use actix_web::{
    Error, HttpRequest, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method, StatusCode,
        header::{self, HeaderValue},
    },
    middleware::Next,
};
use serde::Serialize;
use web_common::{Problem, request};

use crate::{answer, next, show::Frame, words::WORDS};

#[derive(Serialize)]
struct Refusal {
    status: u16,
    text: String,
    detail: Option<String>,
    request_id: String,
    retry_after: Option<u64>,
}

/// Makes a page of every refusal that is none yet; JSON where a script asks. Who is not signed in is led to the
/// sign-in page and back.
pub async fn refusals(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    // What is refused further in is a response already: a request may not be held while it is being routed.
    let response = next.call(request).await?.map_into_boxed_body();
    if !response.status().is_client_error() && !response.status().is_server_error() || is_page(&response) {
        return Ok(response);
    }
    let problem = problem_of(&response);
    let request = response.request().clone();
    let dressed = dress(&request, &problem, response.response());
    Ok(ServiceResponse::new(request, dressed))
}

fn is_page(response: &ServiceResponse<BoxBody>) -> bool {
    let content_type = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    content_type.is_some_and(|kind| kind.starts_with("text/html"))
}

/// What a handler refused with, or what the framework's own refusal amounts to.
fn problem_of(response: &ServiceResponse<BoxBody>) -> Problem {
    let own = response.response().error().and_then(|error| error.as_error::<Problem>());
    own.cloned().unwrap_or_else(|| match response.status() {
        StatusCode::NOT_FOUND => Problem::not_found(),
        status if status.is_server_error() => Problem {
            cause: response.response().error().map(|error| format!("{error:?}")),
            ..Problem::new(status, "internal", "")
        },
        status => Problem::new(status, "refused", ""),
    })
}

fn dress(request: &HttpRequest, problem: &Problem, bare: &HttpResponse) -> HttpResponse {
    let id = request::context(request).request_id;
    let mut response = if answer::to_script(request) {
        problem.to_response(Some(&id).filter(|id| !id.is_empty()).map(String::as_str))
    } else if problem.status == StatusCode::UNAUTHORIZED {
        return answer::see(&next::sign_in_page(&way_back(request)));
    } else {
        page(request, problem, id)
    };
    let headers = response.headers_mut();
    for name in [header::ALLOW, header::SET_COOKIE] {
        for value in bare.headers().get_all(&name) {
            headers.append(name.clone(), value.clone());
        }
    }
    if let Some(seconds) = problem.retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    // From here the request log learns what only it may know.
    if problem.cause.is_some() {
        response.extensions_mut().insert(problem.clone());
    }
    response
}

/// A page that was to be seen; after a form, the page that it stood on.
fn way_back(request: &HttpRequest) -> String {
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        return request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
    }
    let referer = request.headers().get(header::REFERER).and_then(|value| value.to_str().ok());
    let path = referer
        .and_then(|url| url.split_once("://"))
        .and_then(|(_, rest)| rest.find('/').map(|at| &rest[at..]));
    path.unwrap_or("/").to_owned()
}

fn page(request: &HttpRequest, problem: &Problem, request_id: String) -> HttpResponse {
    let status = problem.status.as_u16();
    let own = format!("error.{status}.title");
    let known = WORDS.say(&own, &[]) != own;
    let group = match status {
        _ if known => status.to_string(),
        400..500 => "400".to_owned(),
        _ => "500".to_owned(),
    };
    let refusal = Refusal {
        status,
        text: WORDS.say(&format!("error.{group}.text"), &[]),
        // A refusal of the domain says more than its number; a fault says nothing of itself.
        detail: Some(problem.detail.clone())
            .filter(|detail| matches!(status, 400 | 403 | 409 | 413 | 422) && !detail.is_empty()),
        request_id,
        retry_after: problem.retry_after,
    };
    let title = WORDS.say(&format!("error.{group}.title"), &[]);
    match Frame::render(request, "error.html", title.clone(), refusal) {
        Ok(html) => answer::page(request, problem.status, html),
        Err(_) => HttpResponse::build(problem.status).body(title),
    }
}
