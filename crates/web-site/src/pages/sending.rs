//! What is said in a chat, and how far one has read.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{self, Data, Path},
};
use domain::{
    Caller, ChatId, MessageId, Seq,
    messages::{ClientId, Draft, Reading, Sending},
};
use serde::Deserialize;
use web_common::{FieldError, Problem, State};

use super::conversation::{Part, page};
use crate::{answer, session::SignedIn, show::Form};

/// What was written.
#[derive(Deserialize)]
pub struct SendForm {
    #[serde(default)]
    text: String,
    #[serde(default)]
    reply_to: String,
    #[serde(default)]
    client_id: String,
}

/// Sends a message.
pub async fn send(
    request: HttpRequest,
    state: Data<State>,
    who: SignedIn,
    chat: Path<i64>,
    typed: web::Form<SendForm>,
) -> Result<HttpResponse, Problem> {
    let chat = ChatId::new(*chat);
    let reply_to = typed.reply_to.parse().ok().map(MessageId::new);
    let problem = match typed.sending(who.caller.clone(), chat, reply_to) {
        Ok(sending) => {
            spend(&request, &state, &who, 1)?;
            match state.store.send(sending).await {
                Ok(_) => return Ok(answer::done(&request, &format!("/chats/{chat}"))),
                Err(error) => Problem::from(error),
            }
        }
        Err((field, invalid)) => Problem::invalid(vec![FieldError::new(field, invalid)]),
    };
    if answer::to_script(&request) {
        return Err(problem);
    }
    let mut form = Form::of([("text", &*typed.text)]);
    form.refused(problem)?;
    let part = Part::newest(reply_to);
    page(&request, &state, &who, chat, part, (StatusCode::UNPROCESSABLE_ENTITY, form)).await
}

/// Takes what so many messages cost; refuses when there were too many.
pub fn spend(request: &HttpRequest, state: &State, who: &SignedIn, messages: u32) -> Result<(), Problem> {
    state.throttles.messages.charge(request, who.caller.user, messages)
}

impl SendForm {
    fn sending(
        &self,
        by: Caller,
        chat: ChatId,
        reply_to: Option<MessageId>,
    ) -> Result<Sending, (&'static str, domain::Invalid)> {
        // Browsers end lines of a form with \r\n.
        let draft = Draft::new(&self.text.replace("\r\n", "\n"), Vec::new())?;
        let client_id = match self.client_id.as_str() {
            "" => None,
            id => Some(id.parse::<ClientId>().map_err(|invalid| ("client_id", invalid))?),
        };
        Ok(Sending { by, chat, draft: draft.known_as(client_id).in_reply_to(reply_to) })
    }
}

/// Up to where.
#[derive(Deserialize)]
pub struct ReadForm {
    seq: i64,
    #[serde(default)]
    unread: bool,
}

/// Notes how far one has read.
pub async fn mark_read(
    request: HttpRequest,
    state: Data<State>,
    who: SignedIn,
    chat: Path<i64>,
    typed: web::Form<ReadForm>,
) -> Result<HttpResponse, Problem> {
    let chat = ChatId::new(*chat);
    let reading = Reading { by: who.caller, chat, seq: Seq::new(typed.seq), unread: typed.unread };
    state.store.mark_read(reading).await?;
    let on = if typed.unread { "/chats".to_owned() } else { format!("/chats/{chat}") };
    Ok(answer::done(&request, &on))
}
