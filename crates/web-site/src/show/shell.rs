//! What stands around every page of somebody who is signed in.

use actix_web::{HttpRequest, cookie::Cookie};
use domain::{
    ChatId, Timestamp, UserId,
    chats::{ChatPage, ChatView},
    ports::{Reads, StoreError},
    users::{SiteRole, User},
};
use serde::Serialize;
use web_common::{LocalHub, Problem};

use super::{ChatItem, PersonCard};
use crate::{assets, templates};

/// How many chats the list holds.
const CHATS: i64 = 500;

/// What stands around every page, signed in or not.
#[derive(Serialize)]
pub struct Frame<T: Serialize> {
    /// Of the page, for the window and its heading.
    pub title: String,
    /// `light`, `dark` or `auto`.
    pub theme: &'static str,
    /// The script modules.
    pub modules: Vec<String>,
    /// The page itself.
    #[serde(flatten)]
    pub page: T,
}

impl<T: Serialize> Frame<T> {
    /// Renders the page.
    pub fn render(request: &HttpRequest, template: &str, title: String, page: T) -> Result<String, Problem> {
        let modules = assets::modules();
        templates::render(template, &Self { title, theme: theme(request), modules, page })
    }
}

/// What was chosen with the theme switch; a cookie keeps it.
fn theme(request: &HttpRequest) -> &'static str {
    let chosen = request.cookie("theme");
    match chosen.as_ref().map(Cookie::value) {
        Some("light") => "light",
        Some("dark") => "dark",
        _ => "auto",
    }
}

/// What has to be looked up for a shell.
pub struct ShellLook {
    /// Who looks.
    pub me: User,
    /// Their chats, the one with the newest message first.
    pub chats: Vec<ChatView>,
    now: Timestamp,
}

impl ShellLook {
    /// When it was looked up.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Looks it up; before the page's own, so that what a list knows of a chat is never newer than what the
    /// page shows of it.
    pub fn look(reads: &mut dyn Reads, user: UserId) -> Result<Self, StoreError> {
        let me = reads.user(user)?.ok_or_else(|| StoreError::Broken("the caller is gone".to_owned()))?;
        let chats = reads.chat_views(user, ChatPage { after: None, limit: CHATS })?;
        Ok(Self { me, chats, now: reads.now() })
    }
}

/// What stands around a page of somebody who is signed in.
#[derive(Serialize)]
pub struct Shell {
    me: PersonCard,
    admin: bool,
    chats: Vec<ChatItem>,
    unread: i64,
}

impl Shell {
    /// The shell around a page, with the chat that is `open` in it.
    pub fn new(request: &HttpRequest, look: &ShellLook, open: Option<ChatId>) -> Self {
        let online = presence(request);
        let mut chats: Vec<ChatItem> = look
            .chats
            .iter()
            .map(|view| {
                let there = view.peer.as_ref().is_some_and(|peer| online(peer.id));
                ChatItem::new(view, look.me.id, look.now, there)
            })
            .collect();
        for chat in &mut chats {
            chat.current = open.is_some_and(|open| open.get() == chat.id);
        }
        Self {
            me: PersonCard::from(&look.me),
            admin: look.me.role == SiteRole::Admin,
            unread: chats
                .iter()
                .filter(|chat| !chat.muted && chat.unread > 0)
                .count()
                .try_into()
                .unwrap_or(0),
            chats,
        }
    }
}

/// Tells who is connected, where live events are at hand.
pub fn presence(request: &HttpRequest) -> impl Fn(UserId) -> bool + '_ {
    let hub = request.app_data::<LocalHub>();
    move |user| hub.is_some_and(|hub| hub.0.is_online(user))
}
