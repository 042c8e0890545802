//! What waits to be written to one socket: bounded, so that a reader that falls behind costs little and is cut.

use std::{
    cell::RefCell,
    collections::{HashSet, VecDeque},
    rc::Rc,
};

use actix_web::web::Bytes;
use bytestring::ByteString;
use domain::{
    ChatId, Rev, UserId,
    ports::{Cut, Frame, Outlet},
};
use tokio::sync::Notify;

use super::{
    closing::Closing,
    gate::{Gate, Passage, Turn, Turns, chat_of},
};

/// How many frames may wait.
const FRAMES: usize = 1_024;
/// How many bytes may wait; one frame may always.
const BYTES: usize = 4 * 1024 * 1024;
/// A replay goes on while fewer than this wait, so that live frames find room beside it.
const REPLAY_FRAMES: usize = 64;

/// Something to be written.
#[derive(Debug)]
pub(super) enum Outgoing {
    /// A frame.
    Text(ByteString),
    /// Are you there?
    Ping,
    /// The answer to the same question.
    Pong(Bytes),
    /// The last word.
    Close(Closing),
}

/// The queue of one socket, on its worker's thread.
pub(super) struct Outbound {
    waiting: RefCell<Waiting>,
    /// There is something to write. The writer waits for it.
    filled: Notify,
    /// There is room again, or an end. Everybody else waits for it.
    changed: Notify,
}

/// A frame in the queue.
struct Line {
    /// What it is about.
    chat: Option<ChatId>,
    /// What it tells of the reader in that chat.
    turn: Option<Turn>,
    text: ByteString,
}

struct Waiting {
    gate: Gate,
    frames: VecDeque<Line>,
    bytes: usize,
    ping: bool,
    pong: Option<Bytes>,
    /// Somebody waits for an answer, and it should not wait for company.
    urgent: bool,
    room_wanted: bool,
    going_down: bool,
    closing: Option<Closing>,
}

impl Waiting {
    fn put(&mut self, line: Line) {
        self.bytes += line.text.len();
        self.frames.push_back(line);
    }

    fn put_frame(&mut self, frame: &Frame) {
        let (chat, turn) = (chat_of(&frame.event), self.gate.turn(frame));
        self.put(Line { chat, turn, text: frame.text.clone() });
    }

    fn put_answer(&mut self, text: ByteString) {
        self.put(Line { chat: None, turn: None, text });
    }

    /// Drops what waits about a chat, as its reader is no member any more. That they became one stays if the client
    /// does not know yet: what it hears of the end is about a chat that it heard of.
    fn forget(&mut self, chat: ChatId) {
        let mut turns = Turns::default();
        self.frames.retain(|line| line.chat != Some(chat) || turns.begin_with(line.turn));
        self.bytes = self.frames.iter().map(|line| line.text.len()).sum();
        self.gate.forget(chat);
    }

    fn is_full(&self, more: usize) -> bool {
        self.frames.len() >= FRAMES || (!self.frames.is_empty() && self.bytes + more > BYTES)
    }

    fn clear(&mut self) {
        self.frames.clear();
        self.bytes = 0;
    }

    fn has_replay_room(&self) -> bool {
        self.frames.len() < REPLAY_FRAMES && self.bytes < BYTES / 4
    }
}

impl Outbound {
    /// Empty, and shut for what comes from the hub.
    pub(super) fn new(user: UserId) -> Self {
        let waiting = Waiting {
            gate: Gate::closed(user),
            frames: VecDeque::new(),
            bytes: 0,
            ping: false,
            pong: None,
            urgent: false,
            room_wanted: false,
            going_down: false,
            closing: None,
        };
        Self { waiting: RefCell::new(waiting), filled: Notify::new(), changed: Notify::new() }
    }

    /// A frame from the hub; `false` when there is no room for it.
    fn deliver(&self, frame: &Frame) -> bool {
        let mut waiting = self.waiting.borrow_mut();
        if waiting.closing.is_some() {
            return true;
        }
        // One that a replay knows of is long over: what the replay told stays.
        if let Some(chat) = chat_of(&frame.event)
            && waiting.gate.is_removal(frame)
        {
            waiting.forget(chat);
        }
        match waiting.gate.pass(frame) {
            Passage::Kept => return true,
            Passage::Full => return false,
            Passage::Open if waiting.is_full(frame.text.len()) => return false,
            Passage::Open => waiting.put_frame(frame),
        }
        self.filled.notify_one();
        true
    }

    /// An answer. A client that asks without reading the answers is cut.
    pub(super) fn say(&self, text: ByteString) {
        let mut waiting = self.waiting.borrow_mut();
        if waiting.closing.is_some() {
            return;
        }
        if waiting.is_full(text.len()) {
            drop(waiting);
            return self.close(Closing::TOO_SLOW);
        }
        waiting.put_answer(text);
        waiting.urgent = true;
        drop(waiting);
        self.filled.notify_one();
        self.changed.notify_waiters();
    }

    /// A frame of a replay, for which there was [`room`](Self::room), and what it tells of the reader in the chat.
    pub(super) fn replay(&self, chat: ChatId, turn: Option<Turn>, text: ByteString) {
        self.waiting.borrow_mut().put(Line { chat: Some(chat), turn, text });
        self.filled.notify_one();
    }

    /// Waits until a replay may go on; `false` when the socket closes.
    pub(super) async fn room(&self) -> bool {
        loop {
            let changed = self.changed.notified();
            {
                let mut waiting = self.waiting.borrow_mut();
                if waiting.closing.is_some() {
                    return false;
                }
                if waiting.has_replay_room() {
                    waiting.room_wanted = false;
                    return true;
                }
                waiting.room_wanted = true;
            }
            changed.await;
        }
    }

    /// The socket is ready: only what is about chats waits on.
    pub(super) fn ready(&self, first: ByteString) {
        let mut waiting = self.waiting.borrow_mut();
        waiting.put_answer(first);
        // What is about no chat leaves; the rest is held again.
        let frames = waiting.gate.open();
        waiting.gate.hold_chats();
        let mut rest = Vec::new();
        for frame in frames {
            match waiting.gate.pass(&frame) {
                Passage::Open => rest.push(frame),
                Passage::Kept | Passage::Full => {}
            }
        }
        Self::let_out(waiting, rest);
        self.filled.notify_one();
    }

    /// What is about chats waits.
    pub(super) fn hold_chats(&self) {
        self.waiting.borrow_mut().gate.hold_chats();
    }

    /// The client knows these chats up to their `rev`; of all the others only `chats` wait on. Of chats that are not
    /// among `told` nothing is told until they are there for the reader.
    pub(super) fn hold_only(
        &self,
        chats: HashSet<ChatId>,
        known: impl Iterator<Item = (ChatId, Rev)>,
        told: HashSet<ChatId>,
    ) {
        let mut waiting = self.waiting.borrow_mut();
        waiting.gate.tell_only(told);
        for (chat, rev) in known {
            waiting.gate.mark(chat, rev);
        }
        let frames = waiting.gate.hold_only(chats);
        Self::let_out(waiting, frames);
        self.filled.notify_one();
    }

    /// A chat was replayed up to `rev`.
    pub(super) fn replayed(&self, chat: ChatId, rev: Rev) {
        let mut waiting = self.waiting.borrow_mut();
        let frames = waiting.gate.replayed(chat, rev);
        Self::let_out(waiting, frames);
        self.filled.notify_one();
    }

    /// A chat is about to be replayed up to `rev`.
    pub(super) fn replaying(&self, chat: ChatId, rev: Rev) {
        self.waiting.borrow_mut().gate.mark(chat, rev);
    }

    /// Whether it waits to be told that the reader is no member of a chat any more.
    pub(super) fn has_ended(&self, chat: ChatId) -> bool {
        self.waiting.borrow().gate.has_ended(chat)
    }

    /// The first turn of the reader's in a chat that waits to be told.
    pub(super) fn first_turn(&self, chat: ChatId) -> Option<Turn> {
        self.waiting.borrow().gate.first_turn(chat)
    }

    /// The client is not told of a chat that it does not know.
    pub(super) fn untell(&self, chat: ChatId) {
        self.waiting.borrow_mut().gate.untell(chat);
    }

    /// A chat waits no longer.
    pub(super) fn release(&self, chat: ChatId) {
        let mut waiting = self.waiting.borrow_mut();
        let frames = waiting.gate.release(chat);
        Self::let_out(waiting, frames);
        self.filled.notify_one();
    }

    /// Nothing waits any more.
    pub(super) fn open(&self) {
        let mut waiting = self.waiting.borrow_mut();
        let frames = waiting.gate.open();
        Self::let_out(waiting, frames);
        self.filled.notify_one();
    }

    fn let_out(mut waiting: std::cell::RefMut<'_, Waiting>, frames: Vec<Frame>) {
        for frame in frames {
            waiting.put_frame(&frame);
        }
    }

    /// Asks whether the client is there.
    pub(super) fn ping(&self) {
        self.waiting.borrow_mut().ping = true;
        self.filled.notify_one();
    }

    /// Answers whether the server is there; of many questions the newest.
    pub(super) fn pong(&self, bytes: Bytes) {
        self.waiting.borrow_mut().pong = Some(bytes);
        self.filled.notify_one();
    }

    /// Closes the socket. The first reason counts.
    pub(super) fn close(&self, why: Closing) {
        let mut waiting = self.waiting.borrow_mut();
        if waiting.closing.is_none() {
            if !why.after_the_rest {
                waiting.clear();
            }
            waiting.closing = Some(why);
        }
        waiting.urgent = true;
        drop(waiting);
        self.filled.notify_one();
        self.changed.notify_waiters();
    }

    /// Waits until the socket is to close; `true` when only because the server goes down, so that what is under
    /// way may be answered first.
    pub(super) async fn ending(&self) -> bool {
        loop {
            let changed = self.changed.notified();
            {
                let waiting = self.waiting.borrow();
                if waiting.closing.is_some() {
                    return false;
                }
                if waiting.going_down {
                    return true;
                }
            }
            changed.await;
        }
    }

    /// Waits until the socket closes.
    pub(super) async fn closed(&self) {
        loop {
            let changed = self.changed.notified();
            if self.waiting.borrow().closing.is_some() {
                return;
            }
            changed.await;
        }
    }

    /// Waits until something is urgent.
    pub(super) async fn urgent(&self) {
        loop {
            let changed = self.changed.notified();
            if self.waiting.borrow().urgent {
                return;
            }
            changed.await;
        }
    }

    /// Waits until there is something to write.
    pub(super) async fn filled(&self) {
        while !self.has_something() {
            self.filled.notified().await;
        }
    }

    fn has_something(&self) -> bool {
        let waiting = self.waiting.borrow();
        !waiting.frames.is_empty() || waiting.ping || waiting.pong.is_some() || waiting.closing.is_some()
    }

    /// What is to be written next, if anything.
    pub(super) fn take(&self) -> Option<Outgoing> {
        let mut waiting = self.waiting.borrow_mut();
        let next = if let Some(bytes) = waiting.pong.take() {
            Some(Outgoing::Pong(bytes))
        } else if let Some(Line { text, .. }) = waiting.frames.pop_front() {
            waiting.bytes -= text.len();
            Some(Outgoing::Text(text))
        } else if let Some(why) = waiting.closing {
            Some(Outgoing::Close(why))
        } else if waiting.ping {
            waiting.ping = false;
            Some(Outgoing::Ping)
        } else {
            waiting.urgent = false;
            None
        };
        if waiting.room_wanted && waiting.has_replay_room() {
            drop(waiting);
            self.changed.notify_waiters();
        }
        next
    }
}

/// The hub's end of the queue.
pub(super) struct HubOutlet(pub(super) Rc<Outbound>);

impl Outlet for HubOutlet {
    fn push(&self, frame: &Frame) -> bool {
        self.0.deliver(frame)
    }

    fn cut(&self, why: Cut) {
        match why {
            Cut::SessionOver => self.0.close(Closing::SESSION_OVER),
            Cut::TooSlow => self.0.close(Closing::TOO_SLOW),
            Cut::GoingDown => {
                self.0.waiting.borrow_mut().going_down = true;
                self.0.changed.notify_waiters();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::tests::frames::{ANA, LUNCH, entry, removal};

    fn texts(outbound: &Outbound) -> Vec<String> {
        let text =
            |outgoing| if let Outgoing::Text(text) = outgoing { text.to_string() } else { String::new() };
        std::iter::from_fn(|| outbound.take()).map(text).collect()
    }

    #[test]
    fn what_a_replay_told_stays_though_the_hub_tells_late_of_a_removal_before_it() {
        let outbound = Rc::new(Outbound::new(ANA));
        outbound.hold_only([LUNCH].into(), std::iter::empty(), [LUNCH].into());
        outbound.replaying(LUNCH, Rev::new(6));
        outbound.replay(LUNCH, None, "missed".into());

        HubOutlet(outbound.clone()).push(&removal(LUNCH, 5));
        outbound.replayed(LUNCH, Rev::new(6));

        assert_eq!(texts(&outbound), ["missed"]);
    }

    #[test]
    fn what_waits_of_a_chat_is_not_told_to_who_was_removed() {
        let outbound = Rc::new(Outbound::new(ANA));
        outbound.open();
        outbound.replay(LUNCH, None, "too late".into());

        HubOutlet(outbound.clone()).push(&removal(LUNCH, 7));

        assert_eq!(texts(&outbound), ["removal"]);
    }

    #[test]
    fn who_was_added_and_removed_before_hearing_of_it_hears_of_both() {
        let outbound = Rc::new(Outbound::new(ANA));
        outbound.open();
        let hub = HubOutlet(outbound.clone());

        hub.push(&entry(LUNCH, 4));
        outbound.replay(LUNCH, None, "too late".into());
        hub.push(&removal(LUNCH, 7));
        assert_eq!(texts(&outbound), ["entry", "removal"]);

        outbound.replay(LUNCH, Some(Turn::In), "replayed entry".into());
        hub.push(&removal(LUNCH, 9));
        assert_eq!(texts(&outbound), ["replayed entry", "removal"]);
    }

    #[test]
    fn who_heard_of_a_chat_hears_of_its_end_once_though_they_came_back_meanwhile() {
        let outbound = Rc::new(Outbound::new(ANA));
        outbound.open();

        for frame in [removal(LUNCH, 5), entry(LUNCH, 7), removal(LUNCH, 9)] {
            HubOutlet(outbound.clone()).push(&frame);
        }

        assert_eq!(texts(&outbound), ["removal"]);
        assert_eq!(outbound.waiting.borrow().bytes, 0);
    }
}
