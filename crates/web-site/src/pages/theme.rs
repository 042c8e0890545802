//! The theme switch; what was chosen is kept in a cookie.

use actix_web::{
    HttpRequest, HttpResponse,
    cookie::{Cookie, SameSite, time::Duration},
    web::{self, Data},
};
use serde::Deserialize;
use web_common::{Problem, State};

use crate::{answer, next};

/// What was chosen.
#[derive(Deserialize)]
pub struct Choice {
    theme: String,
    #[serde(default)]
    next: String,
}

/// Keeps the choice.
pub async fn choose(
    request: HttpRequest,
    state: Data<State>,
    choice: web::Form<Choice>,
) -> Result<HttpResponse, Problem> {
    let theme = match choice.theme.as_str() {
        "light" => "light",
        "dark" => "dark",
        _ => "auto",
    };
    let mut response = answer::done(&request, next::local(&choice.next).unwrap_or("/chats"));
    let cookie = Cookie::build("theme", theme)
        .path("/")
        .same_site(SameSite::Lax)
        .secure(state.site.is_https())
        .http_only(true)
        .max_age(Duration::days(400))
        .finish();
    response.add_cookie(&cookie).map_err(|error| Problem::internal(error.to_string()))?;
    Ok(response)
}
