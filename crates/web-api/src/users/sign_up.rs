//! Signing up.

use actix_web::{HttpRequest, post, web};
use domain::{
    Via,
    chats::InviteCode,
    users::{Email, Password, PersonName, Username, accounts::NewAccount},
};
use serde::Deserialize;
use utoipa::ToSchema;
use web_common::{State, auth::SignInError, request};

use crate::{
    answer::{Answer, created},
    input::{Check, Input, Json},
    json::UserJson,
    openapi::Forbidden,
};

/// What somebody signs up with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignUp {
    /// ASCII letters, digits, `_`, `.` and `-`, beginning and ending with a letter or digit; unique without regard
    /// to case.
    #[schema(
        min_length = 3,
        max_length = 32,
        pattern = "^[A-Za-z0-9][A-Za-z0-9_.-]*[A-Za-z0-9]$",
        example = "ana"
    )]
    username: String,
    /// Any characters, but none of the commonest passwords.
    #[schema(min_length = 8, max_length = 128, format = Password, example = "correct horse battery staple")]
    password: String,
    /// E-mail address.
    #[schema(max_length = 254, format = "idn-email", example = "ana@example.org")]
    email: Option<String>,
    /// First name.
    #[schema(min_length = 1, max_length = 80, example = "Ana")]
    first_name: Option<String>,
    /// Last name.
    #[schema(min_length = 1, max_length = 80, example = "Silva")]
    last_name: Option<String>,
    /// The code of an invitation to a chat, whose member the new user is then. Needed where the server takes only who is
    /// invited.
    #[schema(min_length = 22, max_length = 64, pattern = "^[A-Za-z0-9_-]+$", example = json!(null))]
    invite: Option<String>,
}

/// What is left to do is to hash the password.
pub(crate) struct Registering {
    username: Username,
    password: Password,
    email: Option<Email>,
    first_name: Option<PersonName>,
    last_name: Option<PersonName>,
    invite: Option<InviteCode>,
}

impl Input for SignUp {
    type Parsed = Registering;

    fn parse(self, check: &mut Check) -> Option<Registering> {
        let username = check.text("username", &self.username);
        let password = check.text("password", &self.password);
        let email = check.optional("email", self.email.as_deref());
        let first_name = check.optional("first_name", self.first_name.as_deref());
        let last_name = check.optional("last_name", self.last_name.as_deref());
        let invite = check.optional("invite", self.invite.as_deref());
        Some(Registering {
            username: username?,
            password: password?,
            email: email?,
            first_name: first_name?,
            last_name: last_name?,
            invite: invite?,
        })
    }
}

/// Sign up
///
/// Makes an account. It is never an admin's. Whether an e-mail address is known is not told. By an invitation it joins
/// that chat at once; no account is made by one that does not hold.
#[utoipa::path(
    tag = "Accounts",
    security(()),
    responses(
        (status = 201, description = "The new user.", body = UserJson,
            headers(("Location" = String, description = "Where the user is."))),
        (status = 403, response = Forbidden),
    ),
)]
#[post("/users")]
pub(crate) async fn sign_up(state: web::Data<State>, request: HttpRequest, body: Json<SignUp>) -> Answer {
    let Registering { username, password, email, first_name, last_name, invite } = body.read()?;
    let origin = request::origin(&request, Via::Api);
    let password = state.accounts.hash(password).await.map_err(SignInError::from)?;
    let account = NewAccount { username, password, first_name, last_name, email };
    let user = state.accounts.sign_up(origin, account, invite).await?;
    let location = format!("{}/users/{}", crate::BASE, user.username);
    created(&location, &UserJson::own(&user, false))
}
