//! Frames as they come from the hub, for the tests of what stands between it and a client.

use std::sync::Arc;

use domain::{
    ChatId, Event, Rev, Timestamp, UserId,
    chats::{Chat, ChatRole, ChatView, Kind},
    ports::Frame,
    users::Person,
};

/// Who reads.
pub(in crate::live) const ANA: UserId = UserId::new(9);
pub(in crate::live) const LUNCH: ChatId = ChatId::new(1);
pub(in crate::live) const DINNER: ChatId = ChatId::new(2);

pub(in crate::live) fn frame(text: &'static str, event: Event) -> Frame {
    Frame { text: text.into(), event: Arc::new(event) }
}

/// Ana as a person, under a name to be shown.
pub(in crate::live) fn ana(display_name: &str) -> Arc<Person> {
    let username = "ana".parse().expect("a username");
    Arc::new(Person { id: ANA, username, display_name: display_name.to_owned(), avatar: None })
}

/// The chat is there for Ana.
pub(in crate::live) fn entry(chat: ChatId, rev: i64) -> Frame {
    let blank = Chat::blank(chat, Kind::Group, None, Timestamp::from_micros(1));
    let chat = Chat { last_rev: Rev::new(rev), ..blank };
    let view = ChatView { chat, me: None, peer: None, member_count: 1, last_message: None, created_by: None };
    frame("entry", Event::ChatCreated { view: view.into() })
}

/// Ana is no member any more.
pub(in crate::live) fn removal(chat: ChatId, rev: i64) -> Frame {
    let (rev, role) = (Rev::new(rev), ChatRole::Member);
    frame("removal", Event::MemberRemoved { chat, rev, user: ana("Ana"), role, small: true })
}
