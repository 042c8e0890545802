//! The first run: making the admin.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{self, Data, Query},
};
use domain::{Fact, Via};
use serde::{Deserialize, Serialize};
use web_common::{Problem, State, request};

use super::entry::{AccountForm, lacks_admin, welcome};
use crate::{
    answer,
    show::{Form, Frame},
    words::WORDS,
};

#[derive(Serialize)]
struct SetupPage {
    form: Form,
    may: bool,
}

/// The token of the one-time address.
#[derive(Deserialize)]
pub struct Token {
    #[serde(default)]
    token: String,
}

/// The form, for who sits at the server or came by the one-time address; others are told about that.
pub async fn show(
    request: HttpRequest,
    state: Data<State>,
    token: Query<Token>,
) -> Result<HttpResponse, Problem> {
    if !lacks_admin(&state).await? {
        return Ok(answer::see("/login"));
    }
    let may = may_set_up(&request, &state, &token.token);
    let status = if may { StatusCode::OK } else { StatusCode::FORBIDDEN };
    page(&request, status, Form::of([("token", &*token.token)]), may)
}

/// Makes the admin, who is signed in then.
pub async fn make(
    request: HttpRequest,
    state: Data<State>,
    typed: web::Form<AccountForm>,
) -> Result<HttpResponse, Problem> {
    let mut form = typed.form();
    if !may_set_up(&request, &state, &typed.token) {
        return page(&request, StatusCode::FORBIDDEN, form, false);
    }
    if let Some(account) = typed.account(&state, &mut form).await? {
        let password = account.password.clone();
        match state.accounts.set_up(request::origin(&request, Via::Site), account).await {
            Ok(user) => return welcome(&request, &state, &user, password, "/chats").await,
            Err(error) if error.code() == "admin-exists" => return Ok(answer::see("/login")),
            Err(error) => form.refused(error.into())?,
        }
    }
    page(&request, StatusCode::UNPROCESSABLE_ENTITY, form, true)
}

fn may_set_up(request: &HttpRequest, state: &State, token: &str) -> bool {
    request::context(request).loopback || is_token(state.site.setup_token.as_deref(), token)
}

/// Compares in the same time whatever is wrong with the one that was presented.
fn is_token(expected: Option<&str>, presented: &str) -> bool {
    let Some(expected) = expected else { return false };
    expected.len() == presented.len()
        && expected.bytes().zip(presented.bytes()).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
}

fn page(request: &HttpRequest, status: StatusCode, form: Form, may: bool) -> Result<HttpResponse, Problem> {
    let title = WORDS.say("setup.title", &[]);
    let html = Frame::render(request, "setup.html", title, SetupPage { form, may })?;
    Ok(answer::page(request, status, html))
}

#[cfg(test)]
mod tests {
    use super::is_token;

    #[test]
    fn only_the_token_itself_opens_the_set_up() {
        assert!(is_token(Some("secret"), "secret"));
        for wrong in ["", "secre", "secreT", "secret "] {
            assert!(!is_token(Some("secret"), wrong), "{wrong}");
        }
        assert!(!is_token(None, ""));
    }
}
