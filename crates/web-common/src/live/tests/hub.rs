//! A hub of one worker that is just enough: it does what it is told at once.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, HashSet},
    sync::Arc,
};

use domain::{
    Audience, ChatId, Event, Notice, UserId,
    chats::Membership,
    ports::{Cut, Dialect, Frame, Hub, Presence, Reader, ReaderId},
};

use super::voice::TestVoice;

/// The most sockets a user may have here.
pub(super) const SOCKETS: usize = 3;

#[derive(Default)]
pub(super) struct TestHub {
    next: Cell<u64>,
    readers: RefCell<BTreeMap<u64, (Reader, HashSet<ChatId>)>>,
}

impl TestHub {
    pub(super) fn publish(&self, notice: &Notice) {
        let Some(text) = TestVoice.frame(&notice.event, self) else { return };
        let frame = Frame { text, event: notice.event.clone() };
        for (reader, chats) in self.readers.borrow_mut().values_mut() {
            if let Event::ChatCreated { view } = &*notice.event
                && notice.audience == Audience::User(reader.user)
            {
                chats.insert(view.chat.id);
            }
            let hears = match &notice.audience {
                Audience::Chat(chat) => chats.contains(chat),
                Audience::Chats(any) => any.iter().any(|chat| chats.contains(chat)),
                Audience::User(user) => *user == reader.user,
                Audience::Everyone => true,
            };
            if hears && !reader.outlet.push(&frame) {
                reader.outlet.cut(Cut::TooSlow);
            }
            if let Event::MemberRemoved { chat, user, .. } = &*notice.event
                && user.id == reader.user
            {
                chats.remove(chat);
            }
        }
    }

    pub(super) fn cut(&self, user: UserId, why: Cut) {
        for (reader, _) in self.readers.borrow().values() {
            if reader.user == user {
                reader.outlet.cut(why);
            }
        }
    }

    pub(super) fn open_sockets(&self) -> usize {
        self.readers.borrow().len()
    }
}

impl Hub for TestHub {
    fn enter(&self, reader: Reader) -> Option<ReaderId> {
        let mut readers = self.readers.borrow_mut();
        if readers.values().filter(|(other, _)| other.user == reader.user).count() == SOCKETS {
            return None;
        }
        let id = self.next.get();
        self.next.set(id + 1);
        readers.insert(id, (reader, HashSet::new()));
        Some(ReaderId(id))
    }

    fn settle(&self, reader: ReaderId, chats: &[Membership]) {
        if let Some((_, heard)) = self.readers.borrow_mut().get_mut(&reader.0) {
            heard.extend(chats.iter().map(|membership| membership.chat));
        }
    }

    fn leave(&self, reader: ReaderId) {
        self.readers.borrow_mut().remove(&reader.0);
    }

    fn hears(&self, reader: ReaderId, chat: ChatId) -> bool {
        self.readers.borrow().get(&reader.0).is_some_and(|(_, chats)| chats.contains(&chat))
    }

    fn typing(&self, reader: ReaderId, chat: ChatId) {
        let who = self
            .readers
            .borrow()
            .get(&reader.0)
            .map(|(reader, _)| (reader.user, reader.username.to_string()));
        if let Some((user, username)) = who {
            let event = Arc::new(Event::Typing { chat, user, username });
            self.publish(&Notice { audience: Audience::Chat(chat), event });
        }
    }
}

impl Presence for TestHub {
    fn is_online(&self, user: UserId) -> bool {
        self.readers.borrow().values().any(|(reader, _)| reader.user == user)
    }
}
