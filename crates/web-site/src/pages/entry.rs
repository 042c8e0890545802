//! The way in: the front door, and what the pages before signing in have in common.

use actix_web::{HttpRequest, HttpResponse, web::Data};
use domain::{
    Via,
    users::{Email, Password, PersonName, User, Username, accounts::NewAccount},
};
use serde::Deserialize;
use web_common::{Problem, State, request};

use crate::{
    answer, next,
    session::{self, SignedIn},
    show::Form,
};

/// Leads to the chats, or to where one gets there.
pub async fn front(request: HttpRequest, state: Data<State>) -> Result<HttpResponse, Problem> {
    let path = match SignedIn::find(&request).await? {
        Some(_) => "/chats",
        None if lacks_admin(&state).await? => "/signup",
        None => "/login",
    };
    Ok(answer::see(path))
}

/// Whether nobody runs this server yet.
pub async fn lacks_admin(state: &State) -> Result<bool, Problem> {
    Ok(state.store.read::<_, Problem, _>(|reads| Ok(reads.active_admins()?)).await? == 0)
}

/// Where to lead who need not sign in or up: who is signed in already, and who is to make the first admin.
pub async fn past(
    request: &HttpRequest,
    state: &State,
    onward: &Onward,
) -> Result<Option<HttpResponse>, Problem> {
    let path = match SignedIn::find(request).await? {
        Some(_) => onward.path().unwrap_or("/chats"),
        None if lacks_admin(state).await? => "/setup",
        None => return Ok(None),
    };
    Ok(Some(answer::see(path)))
}

/// Where a page was asked to lead on to.
#[derive(Deserialize)]
pub struct Onward {
    next: Option<String>,
    /// The invitation that one came by.
    pub invite: Option<String>,
}

impl Onward {
    /// A path of this site, where one was asked for.
    pub fn path(&self) -> Option<&str> {
        self.next.as_deref().and_then(next::local)
    }
}

/// What a new account is made from, as it was typed.
#[derive(Deserialize)]
pub struct AccountForm {
    username: String,
    password: String,
    #[serde(default)]
    first_name: String,
    #[serde(default)]
    last_name: String,
    #[serde(default)]
    email: String,
    /// The code of an invitation, where one came by it.
    #[serde(default)]
    pub invite: String,
    /// Where to go on to.
    #[serde(default)]
    pub next: String,
    /// The way to the set-up, where one came by it.
    #[serde(default)]
    pub token: String,
}

impl AccountForm {
    /// The form as it comes back. The password does not.
    pub fn form(&self) -> Form {
        Form::of([
            ("username", &self.username),
            ("first_name", &self.first_name),
            ("last_name", &self.last_name),
            ("email", &self.email),
            ("invite", &self.invite),
            ("next", &self.next),
            ("token", &self.token),
        ])
    }

    /// The account that was asked for; nothing when a field can't be taken, which stands in `form` then.
    pub async fn account(&self, state: &State, form: &mut Form) -> Result<Option<NewAccount>, Problem> {
        let username = form.parse::<Username>("username", &self.username);
        let password = form.parse::<Password>("password", &self.password);
        let first_name = form.optional::<PersonName>("first_name", &self.first_name);
        let last_name = form.optional::<PersonName>("last_name", &self.last_name);
        let email = form.optional::<Email>("email", &self.email);
        let (Some(username), Some(password), Some(first_name), Some(last_name), Some(email)) =
            (username, password, first_name, last_name, email)
        else {
            return Ok(None);
        };
        let password = state.accounts.hash(password).await.map_err(web_common::auth::SignInError::from)?;
        Ok(Some(NewAccount { username, password, first_name, last_name, email }))
    }
}

/// Signs somebody in whose account has just been made, and leads on.
pub async fn welcome(
    request: &HttpRequest,
    state: &State,
    user: &User,
    password: domain::users::PasswordHash,
    onward: &str,
) -> Result<HttpResponse, Problem> {
    let (visit, secret) = session::begin(request)?;
    let from = request::origin(request, Via::Site);
    state.accounts.open(&from, user.id, password, visit).await?;
    session::hand_out(request, &secret)?;
    Ok(answer::see(next::local(onward).unwrap_or("/chats")))
}
