//! Everyone on the server, and each of them.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{self, Data, Path, Query, ServiceConfig},
};
use domain::{
    chats::{ChatError, direct},
    users::{SiteRole, User, UserPage, Username},
};
use serde::{Deserialize, Serialize};
use web_common::{Problem, State};

use super::inside;
use crate::{
    answer,
    next::encoded,
    session::SignedIn,
    show::{PersonCard, Shell, ShellLook, TimeCard, presence},
    words::WORDS,
};

/// How many people a page lists.
const PAGE: usize = 50;
/// How many a script is told of while somebody types.
const SUGGESTIONS: i64 = 8;

/// The routes under `/people`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(web::resource("/people").get(list))
        .service(web::resource("/people/{username}").get(show))
        .service(web::resource("/people/{username}/chat").post(talk));
}

/// Whom to list.
#[derive(Deserialize)]
pub struct Search {
    q: Option<String>,
    after: Option<String>,
}

#[derive(Serialize)]
struct People {
    q: String,
    people: Vec<PersonRow>,
    more: Option<String>,
}

#[derive(Serialize)]
struct PersonRow {
    person: PersonCard,
    online: bool,
    me: bool,
    admin: bool,
}

#[derive(Serialize)]
struct Profile {
    who: PersonCard,
    bio: Option<String>,
    me: bool,
    admin: bool,
    active: bool,
    online: bool,
    last_seen: Option<TimeCard>,
    since: TimeCard,
}

async fn list(
    request: HttpRequest,
    state: Data<State>,
    who: SignedIn,
    search: Query<Search>,
) -> Result<HttpResponse, Problem> {
    let me = who.caller.user;
    let Search { q, after } = search.into_inner();
    let q = q.unwrap_or_default().trim().to_owned();
    let query = Some(q.clone()).filter(|q| !q.is_empty());
    if answer::to_script(&request) {
        let page = UserPage { query, after, limit: SUGGESTIONS };
        let found = state.store.read::<_, Problem, _>(move |reads| Ok(reads.users(&page)?)).await?;
        let found: Vec<PersonCard> = found.iter().map(PersonCard::from).collect();
        return Ok(HttpResponse::Ok().json(found));
    }
    let page = UserPage { query, after, limit: i64::try_from(PAGE).unwrap_or(i64::MAX) + 1 };
    let (look, mut found) = state
        .store
        .read::<_, Problem, _>(move |reads| Ok((ShellLook::look(reads, me)?, reads.users(&page)?)))
        .await?;
    let more = (found.len() > PAGE).then(|| {
        found.truncate(PAGE);
        let last = found.last().map(|user| user.username.key()).unwrap_or_default();
        format!("/people?q={}&after={}", encoded(&q), encoded(&last))
    });
    let online = presence(&request);
    let people = found
        .iter()
        .map(|user| PersonRow {
            person: PersonCard::from(user),
            online: online(user.id),
            me: user.id == me,
            admin: user.role == SiteRole::Admin,
        })
        .collect();
    let shell = Shell::new(&request, &look, None);
    let page = People { q, people, more };
    let html = inside(&request, "people.html", WORDS.say("people.title", &[]), shell, page)?;
    Ok(answer::page(&request, StatusCode::OK, html))
}

async fn show(
    request: HttpRequest,
    state: Data<State>,
    who: SignedIn,
    username: Path<String>,
) -> Result<HttpResponse, Problem> {
    let me = who.caller.user;
    let username = named(&username)?;
    let (look, user) = state
        .store
        .read::<_, Problem, _>(move |reads| Ok((ShellLook::look(reads, me)?, reads.user_named(&username)?)))
        .await?;
    let user: User =
        user.filter(|user| user.status != domain::users::Status::Deleted).ok_or_else(Problem::not_found)?;
    let page = Profile {
        who: PersonCard::from(&user),
        bio: user.bio.as_ref().map(ToString::to_string),
        me: user.id == me,
        admin: user.role == SiteRole::Admin,
        active: user.is_active(),
        online: presence(&request)(user.id),
        last_seen: user.last_seen_at.map(|at| TimeCard::new(at, look.now())),
        since: TimeCard::of(user.created_at),
    };
    let shell = Shell::new(&request, &look, None);
    let html = inside(&request, "person.html", user.display_name(), shell, page)?;
    Ok(answer::page(&request, StatusCode::OK, html))
}

/// Opens the direct chat with somebody.
async fn talk(state: Data<State>, who: SignedIn, username: Path<String>) -> Result<HttpResponse, Problem> {
    let (by, username) = (who.caller, named(&username)?);
    let chat = state
        .store
        .write::<_, ChatError, _>(Some(by.user), move |work| direct::open(work, &by, &username))
        .await?;
    Ok(answer::see(&format!("/chats/{chat}")))
}

fn named(username: &str) -> Result<Username, Problem> {
    username.parse().map_err(|_| Problem::not_found())
}
