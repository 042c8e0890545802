//! The readers of one worker, found by id, by user and by chat.

use std::{
    collections::{BTreeSet, HashMap},
    rc::Rc,
};

use domain::{Audience, ChatId, Rev, UserId, chats::Membership, ports::ReaderId};

use crate::{listener::Listener, membership::Turn};

/// The readers of one worker.
#[derive(Default)]
pub(crate) struct Readers {
    by_id: HashMap<ReaderId, Rc<Listener>>,
    by_user: HashMap<UserId, Vec<Rc<Listener>>>,
    rooms: HashMap<ChatId, Room>,
    /// Those whose chats are still being looked up.
    unsettled: BTreeSet<ReaderId>,
    /// How many notices were gathered for.
    gathered: u64,
}

/// A chat that somebody on this worker hears.
struct Room {
    listeners: HashMap<ReaderId, Rc<Listener>>,
    /// Whether its members see each other come and go, as of `rev`.
    small: bool,
    rev: Rev,
}

impl Room {
    fn learn(&mut self, membership: &Membership) {
        if membership.last_rev >= self.rev {
            (self.small, self.rev) = (membership.small, membership.last_rev);
        }
    }
}

impl Readers {
    pub(crate) fn insert(&mut self, listener: &Rc<Listener>) {
        self.by_id.insert(listener.id, listener.clone());
        self.by_user.entry(listener.user).or_default().push(listener.clone());
        self.unsettled.insert(listener.id);
    }

    pub(crate) fn remove(&mut self, listener: &Listener) {
        self.by_id.remove(&listener.id);
        self.unsettled.remove(&listener.id);
        if let Some(own) = self.by_user.get_mut(&listener.user) {
            own.retain(|other| other.id != listener.id);
            if own.is_empty() {
                self.by_user.remove(&listener.user);
            }
        }
        for chat in listener.memberships.borrow().chats() {
            self.walk_out(chat, listener.id);
        }
    }

    /// One whose socket is open.
    pub(crate) fn get(&self, id: ReaderId) -> Option<&Rc<Listener>> {
        self.by_id.get(&id).filter(|listener| !listener.is_gone())
    }

    pub(crate) fn all(&self) -> Vec<Rc<Listener>> {
        self.by_id.values().cloned().collect()
    }

    pub(crate) fn of_user(&self, user: UserId) -> &[Rc<Listener>] {
        self.by_user.get(&user).map_or(&[], Vec::as_slice)
    }

    /// Puts those who are to hear what is for `audience` into `gathered`, each once.
    pub(crate) fn gather(&mut self, audience: &Audience, gathered: &mut Vec<Rc<Listener>>) {
        let room = |chat| self.rooms.get(chat).into_iter().flat_map(|room| room.listeners.values());
        match audience {
            Audience::Chat(chat) => gathered.extend(room(chat).cloned()),
            Audience::Chats(chats) => {
                self.gathered += 1;
                let first =
                    |listener: &&Rc<Listener>| listener.gathered.replace(self.gathered) != self.gathered;
                gathered.extend(chats.iter().flat_map(room).filter(first).cloned());
            }
            Audience::User(user) => gathered.extend_from_slice(self.of_user(*user)),
            Audience::Everyone => gathered.extend(self.by_id.values().cloned()),
        }
    }

    /// From here on the reader hears these chats, and those that changed since it entered as they are now.
    pub(crate) fn settle(&mut self, listener: &Rc<Listener>, found: &[Membership]) {
        self.unsettled.remove(&listener.id);
        let heard = listener.memberships.borrow_mut().look_up(found);
        for membership in &heard {
            self.walk_in(membership, listener);
        }
    }

    /// The user became a member of a chat.
    pub(crate) fn join(&mut self, user: UserId, membership: &Membership) {
        if let Some(room) = self.rooms.get_mut(&membership.chat) {
            room.learn(membership);
        }
        for listener in self.of_user(user).to_vec() {
            let turn = Turn::Member { rev: membership.last_rev, small: membership.small };
            if listener.memberships.borrow_mut().turn(membership.chat, turn) == Some(true) {
                self.walk_in(membership, &listener);
            }
        }
    }

    /// The user is no longer a member of a chat, which is `left` as it is for the others.
    pub(crate) fn part(&mut self, user: UserId, left: &Membership) {
        if let Some(room) = self.rooms.get_mut(&left.chat) {
            room.learn(left);
        }
        for listener in self.of_user(user).to_vec() {
            self.turn_away(&listener, left.chat, left.last_rev);
        }
    }

    /// Nobody is a member of the chat any more.
    pub(crate) fn close(&mut self, chat: ChatId, rev: Rev) {
        let mut listeners: Vec<Rc<Listener>> =
            self.unsettled.iter().filter_map(|id| self.by_id.get(id)).cloned().collect();
        self.gather(&Audience::Chat(chat), &mut listeners);
        for listener in listeners {
            self.turn_away(&listener, chat, rev);
        }
    }

    /// Those chats of the reader whose members see each other come and go.
    pub(crate) fn small_chats(&self, listener: &Listener) -> Vec<ChatId> {
        let small = |chat: &ChatId| self.rooms.get(chat).is_some_and(|room| room.small);
        listener.memberships.borrow().chats().filter(small).collect()
    }

    fn turn_away(&mut self, listener: &Listener, chat: ChatId, rev: Rev) {
        if listener.memberships.borrow_mut().turn(chat, Turn::Stranger { rev }) == Some(false) {
            self.walk_out(chat, listener.id);
        }
    }

    fn walk_in(&mut self, membership: &Membership, listener: &Rc<Listener>) {
        let room = self.rooms.entry(membership.chat).or_insert_with(|| Room {
            listeners: HashMap::new(),
            small: membership.small,
            rev: membership.last_rev,
        });
        room.learn(membership);
        room.listeners.insert(listener.id, listener.clone());
    }

    fn walk_out(&mut self, chat: ChatId, id: ReaderId) {
        if let Some(room) = self.rooms.get_mut(&chat) {
            room.listeners.remove(&id);
            if room.listeners.is_empty() {
                self.rooms.remove(&chat);
            }
        }
    }
}
