//! Pictures of people.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, HeaderValue},
    web::{Data, Path, Query},
};
use domain::users::{Status, Username};
use serde::Deserialize;
use web_common::{Problem, State, avatar::avatar};

use crate::session::SignedIn;

/// How large, and which.
#[derive(Deserialize)]
pub struct Wanted {
    size: Option<u16>,
    v: Option<String>,
}

/// A person's picture, or their initials. An address with a version changes with the picture.
pub async fn show(
    request: HttpRequest,
    state: Data<State>,
    _who: SignedIn,
    username: Path<String>,
    wanted: Query<Wanted>,
) -> Result<HttpResponse, Problem> {
    let username: Username = username.parse().map_err(|_| Problem::not_found())?;
    let user = state.store.read::<_, Problem, _>(move |reads| Ok(reads.user_named(&username)?)).await?;
    let user = user.filter(|user| user.status != Status::Deleted).ok_or_else(Problem::not_found)?;
    let mut response = avatar(&state, &user, wanted.size, &request).await?;
    if wanted.v.is_some() {
        let forever = HeaderValue::from_static("private, max-age=31536000, immutable");
        response.headers_mut().insert(header::CACHE_CONTROL, forever);
    }
    Ok(response)
}
