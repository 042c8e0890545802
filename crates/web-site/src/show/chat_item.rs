//! A chat in the list of chats, as its reader sees it.

use domain::{
    Timestamp, UserId,
    chats::{Bell, ChatRole, ChatView, Kind, Visibility},
    users::User,
};
use serde::Serialize;
use web_common::Problem;

use super::{PersonCard, TimeCard, excerpt};
use crate::templates;

/// How many colours there are for chats without a picture.
const HUES: i64 = 12;

/// What `_chat_item.html` shows.
#[derive(Clone, Debug, Serialize)]
pub struct ChatItem {
    /// Which.
    pub id: i64,
    /// What the reader calls it.
    pub title: String,
    /// Whether it is between two people.
    pub direct: bool,
    /// Whether everyone may join.
    pub public: bool,
    /// Of a direct chat, the other.
    pub peer: Option<PersonCard>,
    /// Whether the other is connected.
    pub online: bool,
    /// Whether nothing but reading is left: the other's account can't be used.
    pub read_only: bool,
    /// What stands in place of a picture.
    pub initials: String,
    /// Its colour, below [`HUES`].
    pub hue: i64,
    /// What the reader is in it.
    pub role: Option<&'static str>,
    /// How many are in it.
    pub member_count: i64,
    /// Its newest message.
    pub last: Option<LastMessage>,
    /// When something was last said in it.
    pub at: TimeCard,
    /// How many messages are unread.
    pub unread: i64,
    /// Whether one of them mentions the reader.
    pub mentioned: bool,
    /// Whether the reader is not told of what happens.
    pub muted: bool,
    /// How far the reader has read.
    pub read_seq: i64,
    /// The place of the newest message.
    pub last_seq: i64,
    /// The number of the newest change.
    pub rev: i64,
    /// Whether it is the one that is open.
    pub current: bool,
}

/// The newest message, as the list shows it.
#[derive(Clone, Debug, Serialize)]
pub struct LastMessage {
    author: Option<PersonCard>,
    mine: bool,
    excerpt: String,
}

#[derive(Serialize)]
struct Partial<'a> {
    chat: &'a ChatItem,
}

impl ChatItem {
    /// The chat as `reader` sees it at `now`.
    pub fn new(view: &ChatView, reader: UserId, now: Timestamp, online: bool) -> Self {
        let chat = &view.chat;
        let me = view.me.as_ref();
        let title = view.title();
        Self {
            id: chat.id.get(),
            direct: chat.kind == Kind::Direct,
            public: chat.visibility == Visibility::Public,
            peer: view.peer.as_ref().map(PersonCard::from),
            online,
            read_only: chat.kind == Kind::Direct && !view.peer.as_ref().is_some_and(User::is_active),
            initials: initials(&title),
            hue: chat.id.get().rem_euclid(HUES),
            role: me.map(|me| ChatRole::as_str(me.role)),
            member_count: view.member_count,
            last: view.last_message.as_deref().map(|message| LastMessage {
                author: message.author.as_deref().map(PersonCard::from),
                mine: message.author.as_ref().is_some_and(|author| author.id == reader),
                excerpt: excerpt(message),
            }),
            at: TimeCard::new(chat.last_message_at, now),
            unread: view.unread_count(),
            mentioned: view.is_mentioned(),
            muted: me
                .is_some_and(|me| me.bell == Bell::None || me.muted_until.is_some_and(|until| until > now)),
            read_seq: me.map_or(chat.last_seq.get(), |me| me.last_read.get()),
            last_seq: chat.last_seq.get(),
            rev: chat.last_rev.get(),
            current: false,
            title,
        }
    }

    /// The partial by itself, as live frames carry it.
    pub fn to_html(&self) -> Result<String, Problem> {
        templates::render("_chat_item.html", &Partial { chat: self })
    }
}

/// The first letters of the first two words.
pub fn initials(title: &str) -> String {
    let letters = title.split_whitespace().filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
    letters.take(2).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_of_the_first_two_words() {
        assert_eq!(initials("lunch at noon"), "LA");
        assert_eq!(initials("🎉 Ölfest"), "Ö");
        assert_eq!(initials("…"), "");
    }
}
