//! Who has sockets open, over all workers of the process.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{Mutex, MutexGuard, PoisonError},
};

use domain::{UserId, ports};

/// The sockets of every user who has one, or had one a moment ago.
pub(crate) struct Presence {
    users: Mutex<HashMap<UserId, Sockets>>,
    /// How many sockets a user may have open.
    limit: usize,
}

#[derive(Default)]
struct Sockets {
    open: usize,
    /// How many of them have settled: who is there is told once one has, since only then their chats are known.
    settled: usize,
    /// Whether the user counts as being there.
    online: bool,
    /// Counts how often one settled, so that a farewell knows whether somebody came after it.
    arrivals: u64,
}

/// That a user's last settled socket closed. Unless another settles, they are gone after a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Farewell(u64);

impl Presence {
    pub(crate) fn new(limit: usize) -> Self {
        Self { users: Mutex::default(), limit }
    }

    /// Counts a socket in; `false` when the user has too many.
    pub(crate) fn open(&self, user: UserId) -> bool {
        let mut users = self.users();
        let open = users.get(&user).map_or(0, |sockets| sockets.open);
        if open < self.limit {
            users.entry(user).or_default().open += 1;
        }
        open < self.limit
    }

    /// Counts a socket as settled. When the user was not there before, `announce` is called before anybody can
    /// say otherwise.
    pub(crate) fn settle(&self, user: UserId, announce: impl FnOnce()) {
        let mut users = self.users();
        let sockets = users.entry(user).or_default();
        sockets.settled += 1;
        sockets.arrivals += 1;
        if !std::mem::replace(&mut sockets.online, true) {
            announce();
        }
    }

    /// Counts a socket out. Tells when it was the last that had settled.
    pub(crate) fn close(&self, user: UserId, settled: bool) -> Option<Farewell> {
        let mut users = self.users();
        let Entry::Occupied(mut entry) = users.entry(user) else { return None };
        let sockets = entry.get_mut();
        sockets.open = sockets.open.saturating_sub(1);
        if settled {
            sockets.settled = sockets.settled.saturating_sub(1);
        }
        let farewell = (settled && sockets.settled == 0).then_some(Farewell(sockets.arrivals));
        if sockets.open == 0 && !sockets.online {
            entry.remove();
        }
        farewell
    }

    /// The time to come back is over. Unless the user did, `announce` is called and `true` returned.
    pub(crate) fn lapse(&self, user: UserId, farewell: Farewell, announce: impl FnOnce()) -> bool {
        let mut users = self.users();
        let Entry::Occupied(mut entry) = users.entry(user) else { return false };
        let sockets = entry.get_mut();
        if sockets.arrivals != farewell.0 {
            return false;
        }
        sockets.online = false;
        announce();
        if sockets.open == 0 {
            entry.remove();
        }
        true
    }

    /// How many sockets are open.
    pub(crate) fn sockets(&self) -> usize {
        self.users().values().map(|sockets| sockets.open).sum()
    }

    /// How many users count as being there.
    pub(crate) fn users_online(&self) -> usize {
        self.users().len()
    }

    fn users(&self) -> MutexGuard<'_, HashMap<UserId, Sockets>> {
        self.users.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ports::Presence for Presence {
    fn is_online(&self, user: UserId) -> bool {
        self.users().contains_key(&user)
    }
}
