//! Signing up.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{self, Data, Query},
};
use domain::{Via, users::accounts::Registration};
use serde::Serialize;
use web_common::{Problem, State, request};

use super::entry::{AccountForm, Onward, lacks_admin, welcome};
use crate::{
    answer,
    session::SignedIn,
    show::{Form, Frame},
    words::WORDS,
};

#[derive(Serialize)]
struct SignupPage {
    form: Form,
    open: bool,
}

/// The form; while the server has no admin, the way to its set-up.
pub async fn show(
    request: HttpRequest,
    state: Data<State>,
    onward: Query<Onward>,
) -> Result<HttpResponse, Problem> {
    if SignedIn::find(&request).await?.is_some() {
        return Ok(answer::see(onward.path().unwrap_or("/chats")));
    }
    if lacks_admin(&state).await? {
        return Ok(answer::see("/setup"));
    }
    page(&request, &state, StatusCode::OK, Form::of([("next", onward.path().unwrap_or_default())]))
}

/// Makes an account, signs in and leads on.
pub async fn make(
    request: HttpRequest,
    state: Data<State>,
    typed: web::Form<AccountForm>,
) -> Result<HttpResponse, Problem> {
    if lacks_admin(&state).await? {
        return Ok(answer::see("/setup"));
    }
    let mut form = typed.form();
    if let Some(account) = typed.account(&state, &mut form).await? {
        let password = account.password.clone();
        let from = request::origin(&request, Via::Site);
        match state.accounts.sign_up(from, account).await {
            Ok(user) => return welcome(&request, &state, &user, password, &typed.next).await,
            Err(error) => form.refused(error.into())?,
        }
    }
    page(&request, &state, StatusCode::UNPROCESSABLE_ENTITY, form)
}

fn page(
    request: &HttpRequest,
    state: &State,
    status: StatusCode,
    form: Form,
) -> Result<HttpResponse, Problem> {
    let open = state.accounts.registration() == Registration::Open;
    let title = WORDS.say("signup.title", &[]);
    let html = Frame::render(request, "signup.html", title, SignupPage { form, open })?;
    Ok(answer::page(request, status, html))
}
