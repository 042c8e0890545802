//! The chats: all of mine, the public ones, a new one.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{self, Data, Query, ServiceConfig},
};
use domain::{ChatId, chats::PublicPage};
use serde::{Deserialize, Serialize};
use web_common::{Problem, State};

use super::{conversation, inside, members, message, message_actions, new_chat, sending, settings};
use crate::{
    answer,
    next::encoded,
    session::SignedIn,
    show::{ChatItem, Shell, ShellLook},
    words::WORDS,
};

/// How many public chats a page lists.
const PUBLIC: i64 = 50;

/// The routes under `/chats`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(web::resource("/chats").get(show).post(new_chat::make))
        .service(web::resource("/chats/new").get(new_chat::show).post(new_chat::make))
        .service(web::resource("/chats/public").get(public))
        .service(web::resource("/chats/{chat}").get(conversation::show))
        .service(web::resource("/chats/{chat}/messages").get(conversation::fragment).post(sending::send))
        .service(web::resource("/chats/{chat}/read").post(sending::mark_read))
        .configure(message::routes)
        .configure(message_actions::routes)
        .configure(settings::routes)
        .configure(members::routes);
}

/// The list of chats; beside it, on a wide screen, what to do next.
async fn show(request: HttpRequest, state: Data<State>, who: SignedIn) -> Result<HttpResponse, Problem> {
    let me = who.caller.user;
    let look = state.store.read::<_, Problem, _>(move |reads| Ok(ShellLook::look(reads, me)?)).await?;
    let shell = Shell::new(&request, &look, None);
    let html = inside(&request, "chats.html", WORDS.say("chats.title", &[]), shell, ())?;
    Ok(answer::page(&request, StatusCode::OK, html))
}

/// Which public chats.
#[derive(Deserialize)]
pub struct PublicQuery {
    q: Option<String>,
    after: Option<i64>,
}

#[derive(Serialize)]
struct PublicChats {
    q: String,
    found: Vec<ChatItem>,
    descriptions: Vec<String>,
    more: Option<String>,
}

/// The public chats, which everyone may join.
async fn public(
    request: HttpRequest,
    state: Data<State>,
    who: SignedIn,
    query: Query<PublicQuery>,
) -> Result<HttpResponse, Problem> {
    let me = who.caller.user;
    let q = query.q.as_deref().unwrap_or_default().trim().to_owned();
    let page = PublicPage {
        query: Some(q.clone()).filter(|q| !q.is_empty()),
        after: query.after.map(ChatId::new),
        limit: PUBLIC + 1,
    };
    let (look, mut found, now) = state
        .store
        .read::<_, Problem, _>(move |reads| {
            let look = ShellLook::look(reads, me)?;
            Ok((look, reads.public_chats(me, &page)?, reads.now()))
        })
        .await?;
    let limit = usize::try_from(PUBLIC).unwrap_or(usize::MAX);
    let more = (found.len() > limit).then(|| {
        found.truncate(limit);
        let last = found.last().map_or(0, |view| view.chat.id.get());
        format!("/chats/public?q={}&after={last}", encoded(&q))
    });
    let descriptions = found
        .iter()
        .map(|view| view.chat.description.as_ref().map(ToString::to_string).unwrap_or_default())
        .collect();
    let found = found.iter().map(|view| ChatItem::new(view, me, now, false)).collect();
    let shell = Shell::new(&request, &look, None);
    let page = PublicChats { q, found, descriptions, more };
    let html = inside(&request, "public.html", WORDS.say("public.title", &[]), shell, page)?;
    Ok(answer::page(&request, StatusCode::OK, html))
}
