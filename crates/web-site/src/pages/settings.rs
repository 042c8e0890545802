//! The settings of a chat: what it is called, who is in it, what I am told, and its end.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{self, Data, Path, ServiceConfig},
};
use domain::{
    ChatId,
    chats::{
        Bell, ChatChange, ChatName, ChatView, Description, Kind, Member, MemberPage, Visibility, groups,
        members,
    },
    users::User,
};
use serde::{Deserialize, Serialize};
use web_common::{Problem, State};

use super::{conversation::titled, inside, members::MemberRow};
use crate::{
    answer,
    session::SignedIn,
    show::{ChatItem, Form, Shell, ShellLook, presence},
};

/// How many members the page lists.
const MEMBERS: i64 = 500;

/// The routes of settings.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(web::resource("/chats/{chat}/settings").get(show).post(update))
        .service(web::resource("/chats/{chat}/bell").post(set_bell))
        .service(web::resource("/chats/{chat}/delete").post(delete));
}

#[derive(Serialize)]
struct SettingsPage {
    chat: ChatItem,
    form: Form,
    members: Vec<MemberRow>,
    /// Whether the reader may change what it is called and who is in it.
    manages: bool,
    /// Whether the reader may do everything.
    owns: bool,
    bell: &'static str,
}

async fn show(
    request: HttpRequest,
    state: Data<State>,
    who: SignedIn,
    chat: Path<i64>,
) -> Result<HttpResponse, Problem> {
    page(&request, &state, &who, ChatId::new(*chat), (StatusCode::OK, None)).await
}

/// The page again, with why something was not done.
pub async fn refused(
    request: &HttpRequest,
    state: &State,
    who: &SignedIn,
    chat: ChatId,
    form: Form,
) -> Result<HttpResponse, Problem> {
    let status = if form.errors.is_empty() { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
    page(request, state, who, chat, (status, Some(form))).await
}

async fn page(
    request: &HttpRequest,
    state: &State,
    who: &SignedIn,
    chat: ChatId,
    (status, refused): (StatusCode, Option<Form>),
) -> Result<HttpResponse, Problem> {
    let by = who.caller.clone();
    let (look, view, members): (ShellLook, ChatView, Vec<(Member, User)>) = state
        .store
        .read::<_, Problem, _>(move |reads| {
            let look = ShellLook::look(reads, by.user)?;
            let view = groups::view(reads, by.user, chat)?;
            let members = members::list(reads, &by, chat, MemberPage { after: None, limit: MEMBERS })?;
            Ok((look, view, members))
        })
        .await?;
    let me = who.caller.user;
    let online = presence(request);
    let item = ChatItem::new(&view, me, look.now(), view.peer.as_ref().is_some_and(|peer| online(peer.id)));
    let is_group = view.chat.kind == Kind::Group;
    let mut form = stands(&view);
    if let Some(refused) = refused {
        form.values.extend(refused.values);
        form.errors = refused.errors;
        form.error = refused.error;
    }
    let page = SettingsPage {
        form,
        manages: is_group && matches!(item.role, Some("owner" | "admin")),
        owns: is_group && item.role == Some("owner"),
        members: members
            .iter()
            .map(|(member, user)| MemberRow::new(member, user, me, online(user.id)))
            .collect(),
        bell: view.me.as_ref().map_or("all", |me| me.bell.as_str()),
        chat: item,
    };
    let shell = Shell::new(request, &look, Some(chat));
    let html = inside(request, "chat_settings.html", titled("chat_settings.title", &view), shell, page)?;
    Ok(answer::page(request, status, html))
}

/// What stands now.
fn stands(view: &ChatView) -> Form {
    let chat = &view.chat;
    Form::of([
        ("name", chat.name.as_ref().map_or("", ChatName::as_str)),
        ("description", chat.description.as_ref().map_or("", Description::as_str)),
        ("visibility", chat.visibility.as_str()),
        ("username", ""),
    ])
}

/// What was typed.
#[derive(Deserialize)]
pub struct ChatForm {
    name: String,
    #[serde(default)]
    description: String,
    visibility: Option<String>,
}

async fn update(
    request: HttpRequest,
    state: Data<State>,
    who: SignedIn,
    chat: Path<i64>,
    typed: web::Form<ChatForm>,
) -> Result<HttpResponse, Problem> {
    let chat = ChatId::new(*chat);
    let mut form = Form::of([("name", &*typed.name), ("description", &*typed.description)]);
    let name = form.parse::<ChatName>("name", &typed.name);
    let description = form.optional::<Description>("description", &typed.description.replace("\r\n", "\n"));
    if let (Some(name), Some(description)) = (name, description) {
        let visibility = typed.visibility.as_deref().map(|text| match text {
            "public" => Visibility::Public,
            _ => Visibility::Private,
        });
        let change = ChatChange { name: Some(name), description: Some(description), visibility };
        let by = who.caller.clone();
        let changed =
            state.store.write(Some(by.user), move |work| groups::update(work, &by, chat, &change)).await;
        match changed {
            Ok(_) => return Ok(answer::done(&request, &format!("/chats/{chat}/settings"))),
            Err(error) => form.refused(error.into())?,
        }
    }
    refused(&request, &state, &who, chat, form).await
}

/// Of what to tell.
#[derive(Deserialize)]
pub struct BellForm {
    level: String,
}

async fn set_bell(
    request: HttpRequest,
    state: Data<State>,
    who: SignedIn,
    chat: Path<i64>,
    typed: web::Form<BellForm>,
) -> Result<HttpResponse, Problem> {
    let (chat, by) = (ChatId::new(*chat), who.caller);
    let bell = match typed.level.as_str() {
        "mentions" => Bell::Mentions,
        "none" => Bell::None,
        _ => Bell::All,
    };
    state.store.write(Some(by.user), move |work| members::set_bell(work, &by, chat, bell, None)).await?;
    Ok(answer::done(&request, &format!("/chats/{chat}/settings")))
}

async fn delete(
    request: HttpRequest,
    state: Data<State>,
    who: SignedIn,
    chat: Path<i64>,
) -> Result<HttpResponse, Problem> {
    let (chat, by) = (ChatId::new(*chat), who.caller);
    state.store.write(Some(by.user), move |work| groups::delete(work, &by, chat)).await?;
    Ok(answer::done(&request, "/chats"))
}
