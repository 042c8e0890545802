//! Signing up.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{self, Data, Query},
};
use domain::{Via, chats::InviteCode, users::accounts::Registration};
use serde::Serialize;
use web_common::{Problem, State, request};

use super::entry::{AccountForm, Onward, lacks_admin, past, welcome};
use crate::{
    answer,
    show::{Form, Frame},
    words::WORDS,
};

#[derive(Serialize)]
struct SignupPage {
    form: Form,
    open: bool,
    /// Whether the form asks for an invitation.
    by_invite: bool,
    /// Whether it has to be given one.
    needs_invite: bool,
}

/// The form; while the server has no admin, the way to its set-up.
pub async fn show(
    request: HttpRequest,
    state: Data<State>,
    onward: Query<Onward>,
) -> Result<HttpResponse, Problem> {
    if let Some(way) = past(&request, &state, &onward).await? {
        return Ok(way);
    }
    let invite = onward.invite.as_deref().unwrap_or_default();
    let form = Form::of([("next", onward.path().unwrap_or_default()), ("invite", invite)]);
    page(&request, &state, StatusCode::OK, form)
}

/// Makes an account, in the chat of the invitation that one came by, signs in and leads on.
pub async fn make(
    request: HttpRequest,
    state: Data<State>,
    typed: web::Form<AccountForm>,
) -> Result<HttpResponse, Problem> {
    if lacks_admin(&state).await? {
        return Ok(answer::see("/setup"));
    }
    let mut form = typed.form();
    let invite = form.optional::<InviteCode>("invite", &typed.invite);
    let account = typed.account(&state, &mut form).await?;
    if let (Some(account), Some(invite)) = (account, invite) {
        let password = account.password.clone();
        let from = request::origin(&request, Via::Site);
        match state.accounts.sign_up(from, account, invite).await {
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
    let registration = state.accounts.registration();
    let needs_invite = registration == Registration::Invite;
    let by_invite = needs_invite || form.values.get("invite").is_some_and(|code| !code.is_empty());
    let title = WORDS.say("signup.title", &[]);
    let shown = SignupPage { form, open: registration != Registration::Closed, by_invite, needs_invite };
    let html = Frame::render(request, "signup.html", title, shown)?;
    Ok(answer::page(request, status, html))
}
