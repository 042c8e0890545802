//! Which live frames have to wait, and which were overtaken by a replay.

use std::collections::{HashMap, HashSet, VecDeque};

use domain::{ChatId, Event, Rev, ports::Frame};

/// How many frames may wait.
pub(super) const HELD_FRAMES: usize = 512;
/// How many bytes may wait.
pub(super) const HELD_BYTES: usize = 2 * 1024 * 1024;

/// What has to wait.
#[derive(Debug, PartialEq, Eq)]
enum Hold {
    /// Everything: the socket is not ready.
    Everything,
    /// What is about any chat.
    EveryChat,
    /// What is about these chats.
    Chats(HashSet<ChatId>),
}

/// What becomes of a frame.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Passage {
    /// It may leave.
    Open,
    /// It waits, or is not needed.
    Kept,
    /// Too much is waiting already.
    Full,
}

/// Between the hub and the queue: holds the live frames of a chat back until its replay is over, and drops
/// those that tell what the replay told already.
#[derive(Debug)]
pub(super) struct Gate {
    hold: Hold,
    held: VecDeque<Frame>,
    bytes: usize,
    /// Up to where a replay told of a chat; forgotten with the first frame beyond.
    replayed: HashMap<ChatId, Rev>,
}

impl Gate {
    /// Holds everything, until the socket is ready.
    pub(super) fn closed() -> Self {
        Self { hold: Hold::Everything, held: VecDeque::new(), bytes: 0, replayed: HashMap::new() }
    }

    /// A frame from the hub.
    pub(super) fn pass(&mut self, frame: &Frame) -> Passage {
        // It has no place among the revisions, and nobody is writing any more by the time it would be told.
        if matches!(*frame.event, Event::Typing { .. }) {
            return if self.hold == Hold::Everything { Passage::Kept } else { Passage::Open };
        }
        if self.is_held(frame) {
            return self.keep(frame);
        }
        if self.is_overtaken(frame) { Passage::Kept } else { Passage::Open }
    }

    fn keep(&mut self, frame: &Frame) -> Passage {
        if self.held.len() == HELD_FRAMES || self.bytes + frame.text.len() > HELD_BYTES {
            return Passage::Full;
        }
        self.bytes += frame.text.len();
        self.held.push_back(frame.clone());
        Passage::Kept
    }

    /// From now on what is about a chat waits.
    pub(super) fn hold_chats(&mut self) {
        self.hold = Hold::EveryChat;
    }

    /// From now on only what is about these chats waits. Returns what may leave.
    pub(super) fn hold_only(&mut self, chats: HashSet<ChatId>) -> Vec<Frame> {
        self.hold = Hold::Chats(chats);
        self.let_out()
    }

    /// From now on nothing waits. Returns what may leave.
    pub(super) fn open(&mut self) -> Vec<Frame> {
        self.hold_only(HashSet::new())
    }

    /// A chat was replayed up to `rev`: nothing of it waits any more. Returns what may leave.
    pub(super) fn replayed(&mut self, chat: ChatId, rev: Rev) -> Vec<Frame> {
        self.mark(chat, rev);
        if let Hold::Chats(chats) = &mut self.hold {
            chats.remove(&chat);
        }
        self.let_out()
    }

    /// The client knows a chat up to `rev`.
    pub(super) fn mark(&mut self, chat: ChatId, rev: Rev) {
        self.replayed.insert(chat, rev);
    }

    /// Drops what waits about a chat, as its reader is no member any more.
    pub(super) fn forget(&mut self, chat: ChatId) {
        self.held.retain(|frame| chat_of(&frame.event) != Some(chat));
        self.count();
    }

    fn let_out(&mut self) -> Vec<Frame> {
        let mut leaving = Vec::new();
        for frame in std::mem::take(&mut self.held) {
            if self.is_held(&frame) {
                self.held.push_back(frame);
            } else if !self.is_overtaken(&frame) {
                leaving.push(frame);
            }
        }
        self.count();
        leaving
    }

    fn count(&mut self) {
        self.bytes = self.held.iter().map(|frame| frame.text.len()).sum();
    }

    fn is_held(&self, frame: &Frame) -> bool {
        match (&self.hold, chat_of(&frame.event)) {
            (Hold::Everything, _) | (Hold::EveryChat, Some(_)) => true,
            (Hold::Chats(chats), Some(chat)) => chats.contains(&chat),
            (Hold::EveryChat | Hold::Chats(_), None) => false,
        }
    }

    fn is_overtaken(&mut self, frame: &Frame) -> bool {
        let Some((chat, rev)) = frame.revision() else { return false };
        let Some(replayed) = self.replayed.get(&chat) else { return false };
        if rev <= *replayed {
            return true;
        }
        self.replayed.remove(&chat);
        false
    }
}

/// The chat that an event is about.
pub(super) fn chat_of(event: &Event) -> Option<ChatId> {
    match event {
        Event::Read { chat, .. } | Event::Typing { chat, .. } => Some(*chat),
        event => event.revision().map(|(chat, _)| chat),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    const LUNCH: ChatId = ChatId::new(1);
    const DINNER: ChatId = ChatId::new(2);

    fn frame(event: Event) -> Frame {
        Frame { text: format!("{event:?}").into(), event: Arc::new(event) }
    }

    fn change(chat: ChatId, rev: i64) -> Frame {
        frame(Event::ChatDeleted { chat, rev: Rev::new(rev) })
    }

    fn presence() -> Frame {
        frame(Event::Presence { username: "ana".to_owned(), online: true })
    }

    fn revs(frames: &[Frame]) -> Vec<(i64, i64)> {
        frames.iter().filter_map(Frame::revision).map(|(chat, rev)| (chat.get(), rev.get())).collect()
    }

    #[test]
    fn nothing_leaves_before_the_socket_is_ready() {
        let mut gate = Gate::closed();

        assert_eq!(gate.pass(&presence()), Passage::Kept);
        assert_eq!(gate.pass(&change(LUNCH, 5)), Passage::Kept);
        assert_eq!(gate.open().len(), 2);
        assert_eq!(gate.pass(&change(LUNCH, 6)), Passage::Open);
    }

    #[test]
    fn frames_of_a_chat_wait_for_its_replay_and_those_it_told_are_dropped() {
        let mut gate = Gate::closed();
        gate.hold_chats();
        for rev in [5, 6, 7] {
            assert_eq!(gate.pass(&change(LUNCH, rev)), Passage::Kept);
        }
        assert_eq!(gate.pass(&change(DINNER, 3)), Passage::Kept);
        assert_eq!(gate.pass(&presence()), Passage::Open);

        gate.mark(DINNER, Rev::new(2));
        assert_eq!(revs(&gate.hold_only([LUNCH].into())), [(2, 3)]);
        assert_eq!(revs(&gate.replayed(LUNCH, Rev::new(6))), [(1, 7)]);
        assert_eq!(gate.pass(&change(LUNCH, 8)), Passage::Open);
    }

    #[test]
    fn a_frame_that_comes_late_is_dropped_too() {
        let mut gate = Gate::closed();
        gate.open();
        gate.replayed(LUNCH, Rev::new(6));

        assert_eq!(gate.pass(&change(LUNCH, 6)), Passage::Kept);
        assert_eq!(gate.pass(&change(LUNCH, 7)), Passage::Open);
    }

    #[test]
    fn who_was_removed_hears_nothing_that_waited() {
        let mut gate = Gate::closed();
        gate.pass(&change(LUNCH, 5));
        gate.pass(&change(DINNER, 5));

        gate.forget(LUNCH);

        assert_eq!(revs(&gate.open()), [(2, 5)]);
    }

    #[test]
    fn what_waits_has_a_bound() {
        let mut gate = Gate::closed();
        for rev in 0..HELD_FRAMES {
            assert_eq!(gate.pass(&change(LUNCH, i64::try_from(rev).expect("small"))), Passage::Kept);
        }

        assert_eq!(gate.pass(&change(LUNCH, 1_000)), Passage::Full);
    }
}
