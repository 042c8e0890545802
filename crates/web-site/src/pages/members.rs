//! Who is in a group: added, removed, given roles; joining and leaving.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{self, Data, Path, ServiceConfig},
};
use domain::{
    ChatId, UserId,
    chats::{ChatError, ChatRole, Member, members},
    ports::UnitOfWork,
    users::{User, Username},
};
use serde::{Deserialize, Serialize};
use web_common::{Problem, State};

use super::settings;
use crate::{
    answer,
    session::SignedIn,
    show::{Form, PersonCard, TimeCard},
};

/// A member, as lists show them.
#[derive(Clone, Debug, Serialize)]
pub struct MemberRow {
    person: PersonCard,
    role: &'static str,
    me: bool,
    online: bool,
    joined: TimeCard,
    /// Whether the account can be used.
    active: bool,
}

impl MemberRow {
    /// `member`, who is `user`, as `reader` sees them.
    pub fn new(member: &Member, user: &User, reader: UserId, online: bool) -> Self {
        Self {
            person: PersonCard::from(user),
            role: member.role.as_str(),
            me: member.user == reader,
            online,
            joined: TimeCard::of(member.joined_at),
            active: user.is_active(),
        }
    }
}

/// The routes of members.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(web::resource("/chats/{chat}/members").post(add))
        .service(web::resource("/chats/{chat}/members/{username}").post(set_role))
        .service(web::resource("/chats/{chat}/members/{username}/remove").post(remove))
        .service(web::resource("/chats/{chat}/join").post(join))
        .service(web::resource("/chats/{chat}/leave").post(leave));
}

/// Whom to add, as what.
#[derive(Deserialize)]
pub struct AddForm {
    username: String,
    #[serde(default)]
    role: String,
}

async fn add(
    request: HttpRequest,
    state: Data<State>,
    who: SignedIn,
    chat: Path<i64>,
    typed: web::Form<AddForm>,
) -> Result<HttpResponse, Problem> {
    let chat = ChatId::new(*chat);
    let mut form = Form::of([("username", &*typed.username)]);
    let name = typed.username.trim();
    let username = form.parse::<Username>("username", name.strip_prefix('@').unwrap_or(name));
    if let Some(username) = username {
        let (by, role) = (who.caller.clone(), role_of(&typed.role));
        let job = move |work: &mut dyn UnitOfWork| members::add(work, &by, chat, &username, role).map(drop);
        match state.store.write(Some(who.caller.user), job).await {
            Ok(()) => return Ok(answer::done(&request, &format!("/chats/{chat}/settings"))),
            Err(ChatError::UnknownMember(name)) => {
                let words = crate::words::WORDS.say("new_chat.nobody", &[("name", &name)]);
                form.errors.insert("username".to_owned(), words);
            }
            Err(error) => form.refused(error.into())?,
        }
    }
    settings::refused(&request, &state, &who, chat, form).await
}

/// As what.
#[derive(Deserialize)]
pub struct RoleForm {
    role: String,
}

async fn set_role(
    request: HttpRequest,
    state: Data<State>,
    who: SignedIn,
    path: Path<(i64, String)>,
    typed: web::Form<RoleForm>,
) -> Result<HttpResponse, Problem> {
    let (chat, username) = named(path)?;
    let (by, role) = (who.caller.clone(), role_of(&typed.role));
    let job = move |work: &mut dyn UnitOfWork| members::set_role(work, &by, chat, &username, role).map(drop);
    settle(&request, &state, &who, chat, state.store.write(Some(who.caller.user), job).await).await
}

async fn remove(
    request: HttpRequest,
    state: Data<State>,
    who: SignedIn,
    path: Path<(i64, String)>,
) -> Result<HttpResponse, Problem> {
    let (chat, username) = named(path)?;
    let by = who.caller.clone();
    let job = move |work: &mut dyn UnitOfWork| members::remove(work, &by, chat, &username);
    settle(&request, &state, &who, chat, state.store.write(Some(who.caller.user), job).await).await
}

async fn join(
    request: HttpRequest,
    state: Data<State>,
    who: SignedIn,
    chat: Path<i64>,
) -> Result<HttpResponse, Problem> {
    let (chat, by) = (ChatId::new(*chat), who.caller.clone());
    state.store.write(Some(by.user), move |work| members::join(work, &by, chat)).await?;
    Ok(answer::done(&request, &format!("/chats/{chat}")))
}

async fn leave(
    request: HttpRequest,
    state: Data<State>,
    who: SignedIn,
    chat: Path<i64>,
) -> Result<HttpResponse, Problem> {
    let (chat, by, me) = (ChatId::new(*chat), who.caller.clone(), who.standing.username.clone());
    let left = state.store.write(Some(by.user), move |work| members::remove(work, &by, chat, &me)).await;
    match left {
        Ok(()) => Ok(answer::done(&request, "/chats")),
        refused => settle(&request, &state, &who, chat, refused).await,
    }
}

/// On to the settings, which say why when it was refused.
async fn settle(
    request: &HttpRequest,
    state: &State,
    who: &SignedIn,
    chat: ChatId,
    outcome: Result<(), ChatError>,
) -> Result<HttpResponse, Problem> {
    let Err(error) = outcome else {
        return Ok(answer::done(request, &format!("/chats/{chat}/settings")));
    };
    let mut form = Form::default();
    form.refused(error.into())?;
    settings::refused(request, state, who, chat, form).await
}

fn named(path: Path<(i64, String)>) -> Result<(ChatId, Username), Problem> {
    let (chat, username) = path.into_inner();
    let username = username.parse().map_err(|_| Problem::not_found())?;
    Ok((ChatId::new(chat), username))
}

fn role_of(text: &str) -> ChatRole {
    match text {
        "owner" => ChatRole::Owner,
        "admin" => ChatRole::Admin,
        _ => ChatRole::Member,
    }
}
