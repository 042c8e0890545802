//! Signing in and out.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{HeaderValue, RETRY_AFTER},
    },
    web::{self, Data, Query},
};
use domain::{Fact, Kind, Via, users::accounts::Registration};
use serde::{Deserialize, Serialize};
use web_common::{Problem, State, request};

use super::entry::{Onward, past};
use crate::{
    answer, next, session,
    show::{Form, Frame},
    words::WORDS,
};

#[derive(Serialize)]
struct LoginPage {
    form: Form,
    may_sign_up: bool,
}

/// What was typed.
#[derive(Deserialize)]
pub struct LoginForm {
    username: String,
    password: String,
    #[serde(default)]
    next: String,
}

/// The form; for who is signed in already, the way on.
pub async fn show(
    request: HttpRequest,
    state: Data<State>,
    onward: Query<Onward>,
) -> Result<HttpResponse, Problem> {
    if let Some(way) = past(&request, &state, &onward).await? {
        return Ok(way);
    }
    page(&request, &state, StatusCode::OK, Form::of([("next", onward.path().unwrap_or_default())]))
}

/// Signs in and leads on.
pub async fn make(
    request: HttpRequest,
    state: Data<State>,
    typed: web::Form<LoginForm>,
) -> Result<HttpResponse, Problem> {
    let LoginForm { username, password, next: onward } = typed.into_inner();
    let mut form = Form::of([("username", &*username), ("next", &*onward)]);
    let proof = match state.throttles.sign_in(&request, &username) {
        Ok(proof) => proof,
        Err(throttled) => {
            let seconds = throttled.retry_after;
            form.error = Some(WORDS.say("login.throttled", &[("n", &seconds.to_string())]));
            let mut response = page(&request, &state, StatusCode::TOO_MANY_REQUESTS, form)?;
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
            return Ok(response);
        }
    };
    let (visit, secret) = session::begin(&request)?;
    let from = request::origin(&request, Via::Site);
    let outcome = state.accounts.sign_in(from, username.trim().to_owned(), &password, visit).await;
    proof.end(&request, outcome.is_ok());
    match outcome {
        Ok(_) => {
            session::hand_out(&request, &secret)?;
            Ok(answer::see(next::local(&onward).unwrap_or("/chats")))
        }
        Err(error) if error.kind() == Kind::Unauthenticated => {
            form.error = Some(WORDS.say("login.wrong", &[]));
            page(&request, &state, StatusCode::UNPROCESSABLE_ENTITY, form)
        }
        Err(error) => Err(error.into()),
    }
}

/// Signs out.
pub async fn end(request: HttpRequest) -> Result<HttpResponse, Problem> {
    session::end(&request).await?;
    Ok(answer::see("/login"))
}

fn page(
    request: &HttpRequest,
    state: &State,
    status: StatusCode,
    form: Form,
) -> Result<HttpResponse, Problem> {
    let may_sign_up = state.accounts.registration() == Registration::Open;
    let title = WORDS.say("login.title", &[]);
    let html = Frame::render(request, "login.html", title, LoginPage { form, may_sign_up })?;
    Ok(answer::page(request, status, html))
}
