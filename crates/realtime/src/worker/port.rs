//! The worker, as the web sees it.

use std::rc::Rc;

use domain::{
    Audience, ChatId, Event, Notice, UserId,
    chats::Membership,
    ports::{self, Cut, Reader, ReaderId},
};
use tokio::time::Instant;

use super::Worker;
use crate::listener::Listener;

impl ports::Hub for Worker {
    /// Once the server goes down, a reader is taken in to be cut at once.
    fn enter(&self, reader: Reader) -> Option<ReaderId> {
        let id = ReaderId(self.last_id.get() + 1);
        if self.is_going_down() {
            reader.outlet.cut(Cut::GoingDown);
        } else if self.hub.presence().open(reader.user) {
            self.readers.borrow_mut().insert(&Rc::new(Listener::new(id, reader)));
        } else {
            return None;
        }
        self.last_id.set(id.0);
        Some(id)
    }

    fn settle(&self, reader: ReaderId, chats: &[Membership]) {
        let Some(listener) = self.readers.borrow().get(reader).cloned() else { return };
        if listener.has_settled() {
            return;
        }
        self.readers.borrow_mut().settle(&listener, chats);
        let small = self.readers.borrow().small_chats(&listener);
        self.hub.greet(listener.user, &listener.username, small);
    }

    fn leave(&self, reader: ReaderId) {
        let listener = self.readers.borrow().get(reader).cloned();
        if let Some(listener) = listener {
            self.dismiss(&listener);
        }
    }

    fn hears(&self, reader: ReaderId, chat: ChatId) -> bool {
        self.readers.borrow().get(reader).is_some_and(|listener| listener.memberships.borrow().includes(chat))
    }

    fn typing(&self, reader: ReaderId, chat: ChatId) {
        let Some(listener) = self.readers.borrow().get(reader).cloned() else { return };
        if listener.memberships.borrow().includes(chat)
            && listener.typing.borrow_mut().tell(chat, Instant::now())
        {
            let event = Event::Typing { chat, user: listener.user, username: listener.username.clone() };
            self.hub.publish(vec![Notice::new(Audience::Chat(chat), event)]);
        }
    }
}

impl ports::Presence for Worker {
    fn is_online(&self, user: UserId) -> bool {
        self.hub.is_online(user)
    }
}
