//! A chat that is open: its messages, the composer, and who is in it.

use std::sync::Arc;

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Path, Query},
};
use domain::{
    Caller, ChatId, MessageId, Seq, UserId,
    chats::{ChatView, MemberPage, groups},
    messages::{History, MessageView, Span, history},
    ports::Reads,
    users::User,
};
use serde::{Deserialize, Serialize};
use web_common::{Problem, State};

use super::{inside, members::MemberRow};
use crate::{
    answer,
    session::SignedIn,
    show::{ChatItem, Form, MessageCard, PersonCard, Row, Shell, ShellLook, TimeCard, presence, rows},
    words::WORDS,
};

/// How many members stand beside a conversation.
const MEMBERS: i64 = 50;

/// Which part of the chat.
#[derive(Clone, Copy, Deserialize)]
pub struct Part {
    before: Option<i64>,
    after: Option<i64>,
    /// Around this message.
    at: Option<i64>,
    /// In reply to this message.
    reply_to: Option<i64>,
}

impl Part {
    /// The newest messages, to answer one of them where it is named.
    pub fn newest(reply_to: Option<MessageId>) -> Self {
        Self { before: None, after: None, at: None, reply_to: reply_to.map(MessageId::get) }
    }

    fn span(self, limit: i64) -> Span {
        match self {
            Part { before: Some(seq), .. } => Span::Before { seq: Seq::new(seq), limit },
            Part { after: Some(seq), .. } => Span::After { seq: Seq::new(seq), limit },
            Part { at: Some(seq), .. } => {
                Span::Before { seq: Seq::new(seq.saturating_add(limit / 2)), limit }
            }
            _ => Span::Newest { limit },
        }
    }
}

/// All that a conversation's page is made of.
struct Look {
    shell: ShellLook,
    view: ChatView,
    /// Nothing of it for a stranger to a public chat.
    inside: Option<Inner>,
}

struct Inner {
    history: History,
    members: Vec<(domain::chats::Member, User)>,
    /// How far the other of a direct chat has read.
    peer_read: Option<Seq>,
    reply: Option<Arc<MessageView>>,
}

#[derive(Serialize)]
struct Conversation {
    chat: ChatItem,
    description: Option<String>,
    created: TimeCard,
    created_by: Option<PersonCard>,
    rows: Vec<Row>,
    first: i64,
    last: i64,
    has_before: bool,
    has_after: bool,
    members: Vec<MemberRow>,
    peer_read: Option<i64>,
    reply: Option<Reply>,
    form: Form,
    may_write: bool,
}

#[derive(Serialize)]
struct Reply {
    id: i64,
    author: String,
    text: String,
}

#[derive(Serialize)]
struct Stranger {
    chat: ChatItem,
    description: Option<String>,
}

/// The page of a chat.
pub async fn show(
    request: HttpRequest,
    state: Data<State>,
    who: SignedIn,
    chat: Path<i64>,
    part: Query<Part>,
) -> Result<HttpResponse, Problem> {
    page(&request, &state, &who, ChatId::new(*chat), *part, (StatusCode::OK, Form::default())).await
}

/// The page, with what was typed and could not be sent.
pub async fn page(
    request: &HttpRequest,
    state: &State,
    who: &SignedIn,
    chat: ChatId,
    part: Part,
    (status, form): (StatusCode, Form),
) -> Result<HttpResponse, Problem> {
    let (by, limit) = (who.caller.clone(), state.site.messages_to_load);
    let look = state.store.read(move |reads| look(reads, &by, chat, part, limit)).await?;
    let shell = Shell::new(request, &look.shell, Some(chat));
    let (title, now) = (look.view.title(), look.shell.now());
    let online = look.view.peer.as_ref().is_some_and(|peer| presence(request)(peer.id));
    let item = ChatItem::new(&look.view, who.caller.user, now, online);
    let description = look.view.chat.description.as_ref().map(ToString::to_string);
    let html = match look.inside {
        None => inside(request, "join.html", title, shell, Stranger { chat: item, description })?,
        Some(inner) => {
            let page = conversation(request, &look.view, inner, item, who.caller.user, form);
            inside(request, "conversation.html", title, shell, page)?
        }
    };
    Ok(answer::page(request, status, html))
}

fn look(reads: &mut dyn Reads, by: &Caller, chat: ChatId, part: Part, limit: i64) -> Result<Look, Problem> {
    let shell = ShellLook::look(reads, by.user)?;
    let view = groups::view(reads, by.user, chat)?;
    if view.me.is_none() {
        return Ok(Look { shell, view, inside: None });
    }
    let history = history::read(reads, by, chat, part.span(limit))?;
    let members = reads.members(chat, MemberPage { after: None, limit: MEMBERS })?;
    let peer = view.peer.as_ref().filter(|peer| peer.id != by.user).map(|peer| peer.id);
    let peer_read =
        members.iter().find(|(member, _)| Some(member.user) == peer).map(|(member, _)| member.last_read);
    let reply = match part.reply_to {
        Some(id) => history::find(reads, by, chat, MessageId::new(id)).ok(),
        None => None,
    };
    let inner = Inner { history, members, peer_read, reply: reply.filter(|message| !message.is_deleted()) };
    Ok(Look { shell, view, inside: Some(inner) })
}

fn conversation(
    request: &HttpRequest,
    view: &ChatView,
    inner: Inner,
    chat: ChatItem,
    me: UserId,
    form: Form,
) -> Conversation {
    let online = presence(request);
    let Inner { history, members, peer_read, reply } = inner;
    let read = view.me.as_ref().map(|me| me.last_read);
    let place = |message: Option<&Arc<MessageView>>| message.map_or(0, |message| message.seq.get());
    Conversation {
        description: view.chat.description.as_ref().map(ToString::to_string),
        created: TimeCard::of(view.chat.created_at),
        created_by: view.created_by.as_ref().map(PersonCard::from),
        first: place(history.items.first()),
        last: place(history.items.last()),
        has_before: history.has_before,
        has_after: history.has_after,
        rows: rows(&history.items, me, read),
        members: members
            .iter()
            .map(|(member, user)| MemberRow::new(member, user, me, online(user.id)))
            .collect(),
        peer_read: peer_read.map(Seq::get),
        reply: reply.map(|message| Reply {
            id: message.id.get(),
            author: message.author.as_ref().map(|author| author.display_name.clone()).unwrap_or_default(),
            text: crate::show::excerpt(&message),
        }),
        may_write: !chat.read_only,
        chat,
        form,
    }
}

#[derive(Serialize)]
struct Fragment {
    html: String,
    has_before: bool,
    has_after: bool,
}

/// A stretch of messages, for scripts that load more of a conversation.
pub async fn fragment(
    state: Data<State>,
    who: SignedIn,
    chat: Path<i64>,
    part: Query<Part>,
) -> Result<HttpResponse, Problem> {
    let (chat, by, limit) = (ChatId::new(*chat), who.caller.clone(), state.site.messages_to_load);
    let span = part.span(limit);
    let found = state.store.read(move |reads| history::read(reads, &by, chat, span)).await?;
    let mut html = String::new();
    for message in &found.items {
        html.push_str(&MessageCard::from(&**message).to_html()?);
    }
    let History { has_before, has_after, .. } = found;
    Ok(HttpResponse::Ok().json(Fragment { html, has_before, has_after }))
}

/// What a chat is called by its reader, for titles of pages around it.
pub fn titled(key: &str, view: &ChatView) -> String {
    WORDS.say(key, &[("name", &view.title())])
}
