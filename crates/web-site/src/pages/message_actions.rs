//! What is done with a message: deleted, reacted to, replied to, forwarded.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{self, Bytes, Data, Path, ServiceConfig},
};
use domain::{
    ChatId, MessageId,
    messages::{
        ClientId, Forwarding, MessageText, MessageView, Reaction, Targets, editing, forwarding, history,
        reactions,
    },
    ports::UnitOfWork,
    users::Username,
};
use serde::Deserialize;
use web_common::{Problem, State};

use super::{
    message::{self, named, place},
    sending::spend,
};
use crate::{answer, session::SignedIn, show::Form, words::WORDS};

/// The routes of what is done with a message.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(web::resource("/chats/{chat}/messages/{message}/delete").post(delete))
        .service(web::resource("/chats/{chat}/messages/{message}/reactions").post(react))
        .service(web::resource("/chats/{chat}/messages/{message}/forward").post(forward));
}

async fn delete(
    request: HttpRequest,
    state: Data<State>,
    who: SignedIn,
    path: Path<(i64, i64)>,
) -> Result<HttpResponse, Problem> {
    let (chat, id) = named(&path);
    let by = who.caller;
    state.store.write(Some(by.user), move |work| editing::delete(work, &by, chat, id)).await?;
    Ok(answer::done(&request, &format!("/chats/{chat}")))
}

/// With what.
#[derive(Deserialize)]
pub struct ReactionForm {
    reaction: String,
}

/// Reacts, or takes the same reaction back.
async fn react(
    request: HttpRequest,
    state: Data<State>,
    who: SignedIn,
    path: Path<(i64, i64)>,
    typed: web::Form<ReactionForm>,
) -> Result<HttpResponse, Problem> {
    let (chat, id) = named(&path);
    let mut form = Form::of([("reaction", &*typed.reaction)]);
    if let Some(reaction) = form.parse::<Reaction>("reaction", &typed.reaction) {
        let by = who.caller.clone();
        let job = move |work: &mut dyn UnitOfWork| -> Result<_, Problem> {
            // Only who may see the message learns whether they reacted to it.
            history::find(work, &by, chat, id)?;
            Ok(match work.has_reaction(id, by.user, &reaction)? {
                true => reactions::remove(work, &by, chat, id, &reaction)?,
                false => reactions::add(work, &by, chat, id, &reaction)?,
            })
        };
        match state.store.write(Some(who.caller.user), job).await {
            Ok(view) => return Ok(answer::done(&request, &place(chat, &view))),
            Err(problem) => form.refused(problem)?,
        }
    }
    fail(&request, &state, &who, (chat, id), form).await
}

/// Where to, and with which words.
#[derive(Default)]
struct ForwardForm {
    chats: Vec<ChatId>,
    usernames: String,
    comment: String,
    client_id: String,
}

impl ForwardForm {
    /// `chat_ids` may stand in it many times, which the usual extractor can't read.
    fn read(body: &[u8]) -> Self {
        let mut form = Self::default();
        for (name, value) in answer::form_pairs(body) {
            match name.as_str() {
                "chat_ids" => form.chats.extend(value.parse().ok().map(ChatId::new)),
                "usernames" => form.usernames = value,
                "comment" => form.comment = value.replace("\r\n", "\n"),
                "client_id" => form.client_id = value,
                _ => {}
            }
        }
        form
    }

    fn forwarding(&self, form: &mut Form) -> Option<(Targets, Option<MessageText>, Option<ClientId>)> {
        let mut usernames = Vec::new();
        for name in self.usernames.split([',', ' ', '\n']).map(str::trim).filter(|name| !name.is_empty()) {
            let Ok(username) = name.strip_prefix('@').unwrap_or(name).parse::<Username>() else {
                form.errors.insert("usernames".to_owned(), WORDS.say("new_chat.nobody", &[("name", name)]));
                return None;
            };
            usernames.push(username);
        }
        let comment = form.optional::<MessageText>("comment", &self.comment)?;
        let client_id = form.optional::<ClientId>("client_id", &self.client_id)?;
        Some((Targets { chats: self.chats.clone(), usernames }, comment, client_id))
    }
}

/// Forwards to chats and people.
async fn forward(
    request: HttpRequest,
    state: Data<State>,
    who: SignedIn,
    path: Path<(i64, i64)>,
    body: Bytes,
) -> Result<HttpResponse, Problem> {
    let (chat, id) = named(&path);
    let typed = ForwardForm::read(&body);
    let mut form = Form::of([("usernames", &*typed.usernames), ("comment", &*typed.comment)]);
    if let Some((targets, comment, client_id)) = typed.forwarding(&mut form) {
        let cost = targets.count().clamp(1, Targets::MAX);
        spend(&request, &state, &who, u32::try_from(cost).unwrap_or(u32::MAX))?;
        let by = who.caller.clone();
        let forwarding = Forwarding { by, chat, message: id, targets, comment, client_id };
        let sent = state
            .store
            .write(Some(who.caller.user), move |work| forwarding::forward(work, &forwarding))
            .await;
        match sent {
            Ok(views) => return Ok(answer::done(&request, &after(chat, &views))),
            Err(error) => form.refused(error.into())?,
        }
    }
    fail(&request, &state, &who, (chat, id), form).await
}

/// To the chat that it went to; back to where it came from when there are several.
fn after(from: ChatId, views: &[std::sync::Arc<MessageView>]) -> String {
    match views {
        [one] => format!("/chats/{}", one.chat),
        _ => format!("/chats/{from}"),
    }
}

/// Back to the message's page, which says why; a script is told in a sentence.
async fn fail(
    request: &HttpRequest,
    state: &State,
    who: &SignedIn,
    which: (ChatId, MessageId),
    form: Form,
) -> Result<HttpResponse, Problem> {
    if answer::to_script(request) {
        let text = form.error.or_else(|| form.errors.into_values().next()).unwrap_or_default();
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", text));
    }
    message::refused(request, state, who, which, form).await
}
