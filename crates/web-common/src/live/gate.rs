//! Which live frames have to wait, and which were overtaken by a replay.

use std::collections::{HashMap, HashSet, VecDeque};

use domain::{ChatId, Event, Rev, UserId, ports::Frame};

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

/// What becomes of a reader in a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// The chat is there for them.
    In,
    /// They are no member any more, or the chat is gone.
    Out,
}

/// Of the frames about one chat that wait for a reader who was removed, tells which stays.
#[derive(Debug, Default)]
pub(super) struct Turns {
    begun: bool,
}

impl Turns {
    /// Whether the next one is what the reader's turns begin with, and tells that the chat is there for them.
    pub(super) fn begin_with(&mut self, turn: Option<Turn>) -> bool {
        let Some(turn) = turn else { return false };
        let first = !std::mem::replace(&mut self.begun, true);
        first && turn == Turn::In
    }
}

/// Between the hub and the queue: holds the live frames of a chat back until its replay is over, and drops
/// those that tell what the replay told already.
#[derive(Debug)]
pub(super) struct Gate {
    /// Who reads.
    user: UserId,
    hold: Hold,
    held: VecDeque<Frame>,
    bytes: usize,
    /// Up to where a replay told of a chat; forgotten with the first frame beyond.
    replayed: HashMap<ChatId, Rev>,
    /// The chats that the client knows or is being told of, once it said which it knows: until another is told of
    /// (`chat.created`), nothing of it is.
    told: Option<HashSet<ChatId>>,
}

impl Gate {
    /// Holds everything, until the socket of `user` is ready.
    pub(super) fn closed(user: UserId) -> Self {
        let (hold, held) = (Hold::Everything, VecDeque::new());
        Self { user, hold, held, bytes: 0, replayed: HashMap::new(), told: None }
    }

    /// A frame from the hub.
    pub(super) fn pass(&mut self, frame: &Frame) -> Passage {
        if self.is_old(frame) {
            return Passage::Kept;
        }
        if self.is_held(frame) {
            return self.keep(frame);
        }
        if self.may_leave(frame) { Passage::Open } else { Passage::Kept }
    }

    fn keep(&mut self, frame: &Frame) -> Passage {
        if self.held.len() == HELD_FRAMES || self.bytes + frame.text.len() > HELD_BYTES {
            // Who types is told anew in a moment: nobody is cut for that.
            let is_typing = matches!(*frame.event, Event::Typing { .. });
            return if is_typing { Passage::Kept } else { Passage::Full };
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

    /// Nothing of a chat waits any more, though it was not replayed to its end. Returns what may leave.
    pub(super) fn release(&mut self, chat: ChatId) -> Vec<Frame> {
        if let Hold::Chats(chats) = &mut self.hold {
            chats.remove(&chat);
        }
        let leaving = self.let_out();
        self.replayed.remove(&chat);
        leaving
    }

    /// From now on only what is about these chats is told, and about those that become there for the reader.
    pub(super) fn tell_only(&mut self, chats: HashSet<ChatId>) {
        self.told = Some(chats);
    }

    /// A chat is not told of after all.
    pub(super) fn untell(&mut self, chat: ChatId) {
        if let Some(told) = &mut self.told {
            told.remove(&chat);
        }
    }

    /// The first turn of the reader's in a chat that waits to be told.
    pub(super) fn first_turn(&self, chat: ChatId) -> Option<Turn> {
        self.turns(chat).next()
    }

    /// Whether it waits to be told that the reader is no member of a chat any more.
    pub(super) fn has_ended(&self, chat: ChatId) -> bool {
        self.turns(chat).any(|turn| turn == Turn::Out)
    }

    fn turns(&self, chat: ChatId) -> impl Iterator<Item = Turn> {
        let of_chat = move |frame: &&Frame| chat_of(&frame.event) == Some(chat) && !self.is_old(frame);
        self.held.iter().filter(of_chat).filter_map(|frame| self.turn(frame))
    }

    /// What a frame tells of the reader in a chat.
    pub(super) fn turn(&self, frame: &Frame) -> Option<Turn> {
        match &*frame.event {
            Event::ChatCreated { .. } => Some(Turn::In),
            Event::ChatDeleted { .. } => Some(Turn::Out),
            Event::MemberRemoved { user, .. } => (user.id == self.user).then_some(Turn::Out),
            _ => None,
        }
    }

    /// Whether the reader hears by this, and did not know yet, that they are no member of a chat any more.
    pub(super) fn is_removal(&self, frame: &Frame) -> bool {
        matches!(&*frame.event, Event::MemberRemoved { user, .. } if user.id == self.user)
            && !self.is_old(frame)
    }

    /// The client knows a chat up to `rev`.
    pub(super) fn mark(&mut self, chat: ChatId, rev: Rev) {
        self.replayed.insert(chat, rev);
    }

    /// Drops what waits about a chat, as its reader is no member any more; not that they became one, though, if the
    /// client does not know yet.
    pub(super) fn forget(&mut self, chat: ChatId) {
        let (mut turns, mut held) = (Turns::default(), std::mem::take(&mut self.held));
        held.retain(|frame| {
            chat_of(&frame.event) != Some(chat) || (!self.is_old(frame) && turns.begin_with(self.turn(frame)))
        });
        self.held = held;
        self.count();
    }

    fn let_out(&mut self) -> Vec<Frame> {
        let mut leaving = Vec::new();
        for frame in std::mem::take(&mut self.held) {
            if self.is_held(&frame) {
                self.held.push_back(frame);
            } else if self.may_leave(&frame) {
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
            // What waits shows people as they were.
            (Hold::EveryChat, None) => is_of_a_person(&frame.event),
            (Hold::Chats(chats), None) => !chats.is_empty() && is_of_a_person(&frame.event),
        }
    }

    /// Whether the client knows by a replay what the frame tells.
    fn is_old(&self, frame: &Frame) -> bool {
        frame
            .revision()
            .is_some_and(|(chat, rev)| self.replayed.get(&chat).is_some_and(|known| rev <= *known))
    }

    /// Whether a frame that need not wait is told.
    fn may_leave(&mut self, frame: &Frame) -> bool {
        if self.is_old(frame) {
            return false;
        }
        if let Some((chat, _)) = frame.revision() {
            self.replayed.remove(&chat);
        }
        match (&mut self.told, chat_of(&frame.event)) {
            (Some(told), Some(chat)) if matches!(*frame.event, Event::ChatCreated { .. }) => {
                told.insert(chat);
                true
            }
            (Some(told), Some(chat)) => told.contains(&chat),
            _ => true,
        }
    }
}

fn is_of_a_person(event: &Event) -> bool {
    matches!(event, Event::UserUpdated { .. })
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
    use super::*;
    use crate::live::tests::frames::{ANA, DINNER, LUNCH, ana, entry, frame, removal};

    fn change(chat: ChatId, rev: i64) -> Frame {
        frame("end", Event::ChatDeleted { chat, rev: Rev::new(rev) })
    }

    fn typing(chat: ChatId) -> Frame {
        frame("typing", Event::Typing { chat, user: UserId::new(3), username: "ben".to_owned() })
    }

    fn presence() -> Frame {
        frame("presence", Event::Presence { username: "ana".to_owned(), online: true })
    }

    fn revs(frames: &[Frame]) -> Vec<(i64, i64)> {
        frames.iter().filter_map(Frame::revision).map(|(chat, rev)| (chat.get(), rev.get())).collect()
    }

    #[test]
    fn nothing_leaves_before_the_socket_is_ready() {
        let mut gate = Gate::closed(ANA);

        assert_eq!(gate.pass(&presence()), Passage::Kept);
        assert_eq!(gate.pass(&change(LUNCH, 5)), Passage::Kept);
        assert_eq!(gate.open().len(), 2);
        assert_eq!(gate.pass(&change(LUNCH, 6)), Passage::Open);
    }

    #[test]
    fn frames_of_a_chat_wait_for_its_replay_and_those_it_told_are_dropped() {
        let mut gate = Gate::closed(ANA);
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
        let mut gate = Gate::closed(ANA);
        gate.open();
        gate.replayed(LUNCH, Rev::new(6));

        assert_eq!(gate.pass(&change(LUNCH, 6)), Passage::Kept);
        assert_eq!(gate.pass(&change(LUNCH, 7)), Passage::Open);
    }

    #[test]
    fn who_was_removed_hears_nothing_that_waited() {
        let mut gate = Gate::closed(ANA);
        gate.pass(&change(LUNCH, 5));
        gate.pass(&change(DINNER, 5));

        gate.forget(LUNCH);

        assert_eq!(revs(&gate.open()), [(2, 5)]);
    }

    #[test]
    fn that_who_was_removed_had_been_added_is_told_first_where_the_client_does_not_know() {
        let mut gate = Gate::closed(ANA);
        gate.pass(&removal(DINNER, 4));
        for chat in [LUNCH, DINNER] {
            gate.pass(&entry(chat, 5));
            gate.pass(&change(chat, 6));
            gate.forget(chat);
            gate.pass(&removal(chat, 7));
        }

        assert_eq!(revs(&gate.open()), [(1, 5), (1, 7), (2, 7)]);
    }

    #[test]
    fn how_a_person_changed_is_told_after_what_shows_them_as_they_were() {
        let renamed = frame("renamed", Event::UserUpdated { user: ana("Ana B.") });
        let mut gate = Gate::closed(ANA);
        gate.hold_chats();
        gate.pass(&change(LUNCH, 5));

        assert_eq!(gate.pass(&renamed), Passage::Kept);
        assert_eq!(gate.pass(&presence()), Passage::Open);
        assert_eq!(gate.hold_only([LUNCH].into()).len(), 0);
        let leaving = gate.release(LUNCH);
        assert_eq!(revs(&leaving), [(1, 5)]);
        assert!(leaving.len() == 2 && leaving[1].text == renamed.text);
        assert_eq!(gate.pass(&renamed), Passage::Open);
    }

    #[test]
    fn what_waits_has_a_bound() {
        let mut gate = Gate::closed(ANA);
        for rev in 0..HELD_FRAMES {
            assert_eq!(gate.pass(&change(LUNCH, i64::try_from(rev).expect("small"))), Passage::Kept);
        }

        assert_eq!(gate.pass(&typing(LUNCH)), Passage::Kept);
        assert_eq!(gate.pass(&change(LUNCH, 1_000)), Passage::Full);
        assert_eq!(gate.open().len(), HELD_FRAMES);
    }

    #[test]
    fn an_end_that_a_replay_knows_of_is_no_news() {
        let mut gate = Gate::closed(ANA);
        gate.hold_only([LUNCH].into());
        gate.mark(LUNCH, Rev::new(6));

        assert!(!gate.is_removal(&removal(LUNCH, 5)) && gate.is_removal(&removal(LUNCH, 7)));
        assert_eq!(gate.pass(&removal(LUNCH, 5)), Passage::Kept);
        assert!(!gate.has_ended(LUNCH));
        assert_eq!(gate.pass(&removal(LUNCH, 7)), Passage::Kept);
        assert!(gate.has_ended(LUNCH) && !gate.has_ended(DINNER));
        assert_eq!(revs(&gate.release(LUNCH)), [(1, 7)]);
    }

    #[test]
    fn of_a_chat_that_the_client_does_not_know_only_its_beginning_is_told() {
        let mut gate = Gate::closed(ANA);
        gate.hold_chats();
        gate.pass(&change(DINNER, 3));
        gate.tell_only([LUNCH].into());

        assert_eq!(revs(&gate.hold_only(HashSet::new())), []);
        assert_eq!(gate.pass(&removal(DINNER, 4)), Passage::Kept);
        assert_eq!(gate.pass(&entry(DINNER, 5)), Passage::Open);
        assert_eq!(gate.pass(&change(DINNER, 6)), Passage::Open);
        gate.untell(LUNCH);
        assert_eq!(gate.pass(&change(LUNCH, 9)), Passage::Kept);
    }

    #[test]
    fn who_types_in_a_chat_is_told_after_the_chat() {
        let mut gate = Gate::closed(ANA);
        gate.hold_chats();
        let met = [entry(LUNCH, 5), typing(LUNCH)];
        assert!(met.iter().all(|frame| gate.pass(frame) == Passage::Kept));
        gate.tell_only(HashSet::new());

        assert_eq!(gate.hold_only([LUNCH].into()).len(), 0);
        assert_eq!(gate.pass(&typing(DINNER)), Passage::Kept);
        let told: Vec<_> = gate.release(LUNCH).into_iter().map(|frame| frame.text).collect();
        assert_eq!(told, met.map(|frame| frame.text));
        assert_eq!(gate.pass(&typing(LUNCH)), Passage::Open);
        assert_eq!(gate.pass(&typing(DINNER)), Passage::Kept);
    }

    #[test]
    fn the_first_turn_that_waits_tells_where_a_reader_stands() {
        let mut gate = Gate::closed(ANA);
        gate.pass(&entry(DINNER, 5));
        gate.pass(&removal(LUNCH, 4));
        gate.pass(&entry(LUNCH, 5));

        assert_eq!(gate.first_turn(LUNCH), Some(Turn::Out));
        assert_eq!(gate.first_turn(DINNER), Some(Turn::In));
        assert_eq!(gate.first_turn(ChatId::new(3)), None);
    }
}
