//! The live events of one worker of the web server.

mod port;

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    rc::Rc,
    sync::Arc,
};

use domain::{
    Event, SessionId, UserId,
    chats::{ChatView, Kind, Membership, SMALL},
    ports::{Cut, Outlet},
};
use tokio::time::Instant;

use crate::{
    hub::Hub, inbox::Link, listener::Listener, presence::Farewell, readers::Readers, rendering::Rendering,
};

/// The live events of one worker of the web server, on its thread. Made by [`Hub::worker`].
pub struct Worker {
    hub: Arc<Hub>,
    link: Arc<Link>,
    readers: RefCell<Readers>,
    /// Those whose user may still come back, the first to be seen off in front.
    departing: RefCell<VecDeque<Departure>>,
    /// The last one given to a reader.
    last_id: Cell<u64>,
}

/// The last reader of a user, after its socket closed.
struct Departure {
    due: Instant,
    listener: Rc<Listener>,
    farewell: Farewell,
}

impl Worker {
    pub(crate) fn new(hub: Arc<Hub>, link: Arc<Link>) -> Self {
        Self {
            hub,
            link,
            readers: RefCell::default(),
            departing: RefCell::default(),
            last_id: Cell::default(),
        }
    }

    pub(crate) fn is_going_down(&self) -> bool {
        self.hub.is_going_down()
    }

    /// Pushes a notice to those who are to hear it; what it changes for them is changed. Returns to how many.
    pub(crate) fn deliver(&self, rendering: &Rendering) -> usize {
        match rendering.event() {
            Event::SessionsEnded { user, sessions } => {
                self.end_sessions(*user, sessions);
                return 0;
            }
            Event::ChatCreated { view } => {
                if let Some(me) = &view.me {
                    self.readers.borrow_mut().join(me.user, &membership(view));
                }
            }
            Event::MemberAdded { chat, rev, user, small, .. } => {
                let membership = Membership { chat: *chat, last_rev: *rev, small: *small };
                self.readers.borrow_mut().join(user.id, &membership);
            }
            _ => {}
        }
        let frames = self.push(rendering);
        match rendering.event() {
            Event::MemberRemoved { chat, rev, user, small, .. } => {
                let left = Membership { chat: *chat, last_rev: *rev, small: *small };
                self.readers.borrow_mut().part(user.id, &left);
            }
            Event::ChatDeleted { chat, rev } => self.readers.borrow_mut().close(*chat, *rev),
            _ => {}
        }
        frames
    }

    fn push(&self, rendering: &Rendering) -> usize {
        let (dialects, presence) = (self.hub.dialects(), self.hub.presence());
        let mut listeners = Vec::new();
        self.readers.borrow_mut().gather(rendering.audience(), &mut listeners);
        for listener in &listeners {
            if !concerns(rendering.event(), listener) {
                continue;
            }
            let Some(frame) = rendering.frame(dialects, listener.dialect, presence) else { continue };
            if !listener.push(frame) {
                self.cut(listener, Cut::TooSlow);
            }
        }
        listeners.len()
    }

    fn end_sessions(&self, user: UserId, sessions: &[SessionId]) {
        let own = self.readers.borrow().of_user(user).to_vec();
        for listener in own.iter().filter(|listener| sessions.contains(&listener.session)) {
            self.cut(listener, Cut::SessionOver);
        }
    }

    pub(crate) fn cut_all(&self, why: Cut) {
        let all = self.readers.borrow().all();
        for listener in &all {
            self.cut(listener, why);
        }
    }

    fn cut(&self, listener: &Rc<Listener>, why: Cut) {
        if let Some(outlet) = self.dismiss(listener) {
            outlet.cut(why);
        }
    }

    /// Forgets a reader, the last one of a user only after a while. Nothing is pushed to it any more.
    fn dismiss(&self, listener: &Rc<Listener>) -> Option<Rc<dyn Outlet>> {
        let outlet = listener.take_outlet()?;
        match self.hub.presence().close(listener.user, listener.has_settled()) {
            None => self.readers.borrow_mut().remove(listener),
            Some(farewell) => {
                let due = Instant::now() + self.hub.grace();
                let mut departing = self.departing.borrow_mut();
                departing.push_back(Departure { due, listener: listener.clone(), farewell });
                if departing.len() == 1 {
                    self.link.remind();
                }
            }
        }
        Some(outlet)
    }

    /// Tells of those who did not come back in time; returns when the next are due.
    pub(crate) fn see_off(&self, now: Instant) -> Option<Instant> {
        loop {
            let departure = {
                let mut departing = self.departing.borrow_mut();
                let next = departing.front()?;
                if next.due > now {
                    return Some(next.due);
                }
                departing.pop_front()?
            };
            self.farewell(&departure.listener, departure.farewell);
        }
    }

    fn farewell(&self, listener: &Listener, farewell: Farewell) {
        let chats = self.readers.borrow().small_chats(listener);
        self.readers.borrow_mut().remove(listener);
        self.hub.see_off(listener.user, &listener.username, chats, farewell);
    }
}

impl Drop for Worker {
    /// Nobody on this worker can come back to it: those whose last socket was here are gone now.
    fn drop(&mut self) {
        self.hub.forget(&self.link);
        let all = self.readers.get_mut().all();
        for listener in &all {
            self.dismiss(listener);
        }
        for departure in self.departing.take() {
            self.farewell(&departure.listener, departure.farewell);
        }
        // So that the inbox notices.
        self.link.remind();
    }
}

/// Whether one of its audience hears of an event: nobody of their own typing, nor of an end of a membership that
/// they have begun anew since.
fn concerns(event: &Event, listener: &Listener) -> bool {
    match event {
        Event::Typing { user, .. } => listener.user != *user,
        Event::MemberRemoved { chat, rev, user, .. } => {
            listener.user != user.id || listener.memberships.borrow().end_at(*chat, *rev)
        }
        Event::ChatDeleted { chat, rev } => listener.memberships.borrow().end_at(*chat, *rev),
        _ => true,
    }
}

/// What the chat is to the one who sees it so.
fn membership(view: &ChatView) -> Membership {
    let small = view.chat.kind == Kind::Direct || view.member_count <= SMALL;
    Membership { chat: view.chat.id, last_rev: view.chat.last_rev, small }
}
