//! A message's own page: what its reader may do with it, as forms.

use std::sync::Arc;

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{self, Data, Path, ServiceConfig},
};
use domain::{
    Caller, ChatId, MessageId,
    chats::{ChatRole, ChatView, Kind, groups},
    messages::{MessageText, MessageView, editing, forwarding, history},
    ports::Reads,
};
use serde::{Deserialize, Serialize};
use web_common::{Problem, State};

use super::{conversation::titled, inside};
use crate::{
    answer,
    session::SignedIn,
    show::{ChatItem, Form, Row, Shell, ShellLook, rows},
};

/// Emoji that one can react with at once.
const EMOJI: &[&str] = &["👍", "❤️", "😂", "😮", "😢", "🎉", "🙏", "👀"];

/// The routes of a message's own page.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(web::resource("/chats/{chat}/messages/{message}").get(show).post(edit))
        .service(web::resource("/chats/{chat}/messages/{message}/source").get(source));
}

#[derive(Serialize)]
struct MessagePage {
    chat: ChatItem,
    row: Row,
    id: i64,
    seq: i64,
    may_write: bool,
    may_edit: bool,
    may_delete: bool,
    deleted: bool,
    /// Chats to forward to.
    targets: Vec<ChatItem>,
    emoji: &'static [&'static str],
    form: Form,
}

/// What a script needs to edit a message.
#[derive(Serialize)]
struct Source<'a> {
    id: i64,
    text: &'a str,
    may_edit: bool,
    may_delete: bool,
}

/// Which message of which chat.
pub fn named(path: &(i64, i64)) -> (ChatId, MessageId) {
    (ChatId::new(path.0), MessageId::new(path.1))
}

async fn show(
    request: HttpRequest,
    state: Data<State>,
    who: SignedIn,
    path: Path<(i64, i64)>,
) -> Result<HttpResponse, Problem> {
    page(&request, &state, &who, named(&path), (StatusCode::OK, None)).await
}

/// The page again, with why something was not done.
pub async fn refused(
    request: &HttpRequest,
    state: &State,
    who: &SignedIn,
    which: (ChatId, MessageId),
    form: Form,
) -> Result<HttpResponse, Problem> {
    let status = if form.errors.is_empty() { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
    page(request, state, who, which, (status, Some(form))).await
}

async fn page(
    request: &HttpRequest,
    state: &State,
    who: &SignedIn,
    which: (ChatId, MessageId),
    (status, refused): (StatusCode, Option<Form>),
) -> Result<HttpResponse, Problem> {
    let by = who.caller.clone();
    let (look, view, message) = state.store.read(move |reads| look(reads, &by, which)).await?;
    let me = who.caller.user;
    let mine = message.author.as_ref().is_some_and(|author| author.id == me);
    let role = view.me.as_ref().map(|me| me.role);
    let manages = view.chat.kind == Kind::Group && role >= Some(ChatRole::Admin);
    let item = ChatItem::new(&view, me, look.now(), false);
    let deleted = message.is_deleted();
    let may_edit = mine && !deleted && message.forwarded_from.is_none() && !item.read_only;
    let may_delete = (mine || manages) && !deleted;
    if answer::to_script(request) {
        let (id, text) = (message.id.get(), message.text.as_str());
        return Ok(HttpResponse::Ok().json(Source { id, text, may_edit, may_delete }));
    }
    let mut rows = rows(std::slice::from_ref(&message), me, None);
    let row = rows.pop().ok_or_else(Problem::not_found)?;
    let targets = look.chats.iter().map(|chat| ChatItem::new(chat, me, look.now(), false));
    let mut form = refused.unwrap_or_default();
    form.values.entry("text").or_insert_with(|| message.text.clone());
    let page = MessagePage {
        row,
        id: message.id.get(),
        seq: message.seq.get(),
        may_write: !item.read_only && !deleted,
        may_edit,
        may_delete,
        deleted,
        targets: targets.filter(|chat| !chat.read_only).collect(),
        emoji: EMOJI,
        form,
        chat: item,
    };
    let shell = Shell::new(request, &look, Some(which.0));
    let html = inside(request, "message.html", titled("message.title", &view), shell, page)?;
    Ok(answer::page(request, status, html))
}

fn look(
    reads: &mut dyn Reads,
    by: &Caller,
    (chat, message): (ChatId, MessageId),
) -> Result<(ShellLook, ChatView, Arc<MessageView>), Problem> {
    let look = ShellLook::look(reads, by.user)?;
    let view = groups::view(reads, by.user, chat)?;
    let message = history::find(reads, by, chat, message)?;
    Ok((look, view, message))
}

/// What it is to say.
#[derive(Deserialize)]
pub struct EditForm {
    text: String,
}

async fn edit(
    request: HttpRequest,
    state: Data<State>,
    who: SignedIn,
    path: Path<(i64, i64)>,
    typed: web::Form<EditForm>,
) -> Result<HttpResponse, Problem> {
    let (chat, id) = named(&path);
    let mut form = Form::of([("text", &*typed.text)]);
    if let Some(text) = form.take("text", MessageText::edited(&typed.text.replace("\r\n", "\n"))) {
        let by = who.caller.clone();
        let edited =
            state.store.write(Some(by.user), move |work| editing::edit(work, &by, chat, id, text)).await;
        match edited {
            Ok(view) => return Ok(answer::done(&request, &place(chat, &view))),
            Err(error) => form.refused(error.into())?,
        }
    }
    if answer::to_script(&request) {
        let text = form.errors.remove("text").or(form.error).unwrap_or_default();
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", text));
    }
    refused(&request, &state, &who, (chat, id), form).await
}

/// Where a forwarded message comes from, for who may see that.
async fn source(state: Data<State>, who: SignedIn, path: Path<(i64, i64)>) -> Result<HttpResponse, Problem> {
    let (chat, id) = named(&path);
    let by = who.caller;
    let first = state.store.read(move |reads| forwarding::source(reads, &by, chat, id)).await?;
    Ok(answer::see(&place(first.chat, &first)))
}

/// Where a message stands in its conversation.
pub fn place(chat: ChatId, view: &MessageView) -> String {
    format!("/chats/{chat}?at={}#m{}", view.seq, view.id)
}
