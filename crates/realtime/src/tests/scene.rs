//! A process with workers and people at them, and notices of what they do.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use bytestring::ByteString;
use domain::{
    Audience, ChatId, Event, Notice, Rev, Seq, SessionId, Timestamp, UserId,
    chats::{Bell, Chat, ChatRole, ChatView, Kind, Member, Membership, Visibility},
    messages::MessageView,
    ports::{Cut, Dialect, Frame, Hub as _, Outlet, Presence, Reader, ReaderId},
    users::{Person, Username},
};

use crate::{Hub, Worker, inbox::Inbox};

pub(super) const ANA: UserId = UserId::new(1);
pub(super) const BEN: UserId = UserId::new(2);
pub(super) const CLEO: UserId = UserId::new(3);
pub(super) const LUNCH: ChatId = ChatId::new(7);
pub(super) const WORK: ChatId = ChatId::new(8);

/// Which session everybody is on who does not say.
pub(super) const SESSION: SessionId = SessionId::new(1);

/// A process whose workers hear when the test says so.
pub(super) struct Scene {
    pub(super) hub: Arc<Hub>,
    pub(super) workers: Vec<(Rc<Worker>, Inbox)>,
    /// How often the plain dialect wrote something down, and how often the brief one did.
    pub(super) written: [Arc<AtomicUsize>; 2],
}

impl Scene {
    pub(super) fn new(workers: usize) -> Self {
        let written = [Arc::default(), Arc::default()];
        let hub = Arc::new(Hub::new(dialects(&written), 64));
        let workers = (0..workers).map(|_| hub.employ()).collect();
        Self { hub, workers, written }
    }

    /// Has it happen, and everybody hear of it.
    pub(super) fn tell(&mut self, notices: impl IntoIterator<Item = Notice>) {
        self.hub.publish(notices.into_iter().collect());
        self.catch_up();
    }

    pub(super) fn catch_up(&mut self) {
        for (worker, inbox) in &mut self.workers {
            inbox.catch_up(worker);
        }
    }

    pub(super) fn worker(&self, place: usize) -> &Rc<Worker> {
        &self.workers[place].0
    }

    /// A reader on the first worker that has settled with these chats, none of them small.
    pub(super) fn seat(&self, user: UserId, chats: &[ChatId]) -> Seat {
        Seat::settled(self.worker(0), user, &chats.iter().map(|chat| large(*chat, 1)).collect::<Vec<_>>())
    }

    pub(super) fn written(&self) -> [usize; 2] {
        self.written.each_ref().map(|count| count.load(Ordering::Relaxed))
    }
}

pub(super) fn dialects(written: &[Arc<AtomicUsize>; 2]) -> Vec<Arc<dyn Dialect>> {
    vec![Arc::new(Plain(written[0].clone())), Arc::new(Brief(written[1].clone()))]
}

/// Tells of everything.
struct Plain(Arc<AtomicUsize>);

impl Dialect for Plain {
    fn frame(&self, event: &Event, _: &dyn Presence) -> Option<ByteString> {
        self.0.fetch_add(1, Ordering::Relaxed);
        let text = match event {
            Event::MessageCreated { message } => format!("message {} {}", message.chat, message.rev),
            Event::ChatCreated { view } => format!("chat {}", view.chat.id),
            Event::ChatDeleted { chat, .. } => format!("deleted {chat}"),
            Event::MemberAdded { chat, user, .. } => format!("added {chat} {}", user.username),
            Event::MemberRemoved { chat, user, .. } => format!("removed {chat} {}", user.username),
            Event::UserUpdated { user } => format!("user {}", user.username),
            Event::Read { chat, username, .. } => format!("read {chat} {username}"),
            Event::Typing { chat, username, .. } => format!("typing {chat} {username}"),
            Event::Presence { username, online: true } => format!("online {username}"),
            Event::Presence { username, online: false } => format!("offline {username}"),
            other => panic!("no word for {other:?}"),
        };
        Some(text.into())
    }
}

/// Tells of messages only.
struct Brief(Arc<AtomicUsize>);

impl Dialect for Brief {
    fn frame(&self, event: &Event, _: &dyn Presence) -> Option<ByteString> {
        self.0.fetch_add(1, Ordering::Relaxed);
        matches!(event, Event::MessageCreated { .. }).then(|| "!".into())
    }
}

/// A reader, and what became of it.
pub(super) struct Seat {
    pub(super) id: ReaderId,
    pub(super) worker: Rc<Worker>,
    pub(super) notes: Rc<Notes>,
}

/// What an outlet was told.
pub(super) struct Notes {
    pub(super) frames: RefCell<Vec<Frame>>,
    pub(super) cut: Cell<Option<Cut>>,
    /// How many more frames fit.
    pub(super) space: Cell<usize>,
}

/// An outlet that notes down what it is told.
pub(super) struct Noting(pub(super) Rc<Notes>);

impl Outlet for Noting {
    fn push(&self, frame: &Frame) -> bool {
        assert_eq!(self.0.cut.get(), None, "nothing is pushed after a cut");
        let Some(space) = self.0.space.get().checked_sub(1) else { return false };
        self.0.space.set(space);
        self.0.frames.borrow_mut().push(frame.clone());
        true
    }

    fn cut(&self, why: Cut) {
        assert_eq!(self.0.cut.replace(Some(why)), None, "cut once");
    }
}

impl Notes {
    pub(super) fn new() -> Rc<Self> {
        Rc::new(Self { frames: RefCell::default(), cut: Cell::default(), space: Cell::new(usize::MAX) })
    }
}

impl Seat {
    pub(super) fn try_enter(worker: &Rc<Worker>, user: UserId) -> Option<Self> {
        let notes = Notes::new();
        let id = worker.enter(reader(user, SESSION, 0, Box::new(Noting(notes.clone()))))?;
        Some(Self { id, worker: worker.clone(), notes })
    }

    pub(super) fn entered(worker: &Rc<Worker>, user: UserId) -> Self {
        Self::try_enter(worker, user).expect("room for another socket")
    }

    pub(super) fn settled(worker: &Rc<Worker>, user: UserId, chats: &[Membership]) -> Self {
        let seat = Self::entered(worker, user);
        seat.settle(chats);
        seat
    }

    pub(super) fn settle(&self, chats: &[Membership]) {
        self.worker.settle(self.id, chats);
    }

    pub(super) fn leave(&self) {
        self.worker.leave(self.id);
    }

    pub(super) fn hears(&self, chat: ChatId) -> bool {
        self.worker.hears(self.id, chat)
    }

    /// What it heard since it was last asked.
    pub(super) fn heard(&self) -> Vec<String> {
        self.notes.frames.take().into_iter().map(|frame| frame.text.to_string()).collect()
    }

    pub(super) fn cut(&self) -> Option<Cut> {
        self.notes.cut.get()
    }
}

pub(super) fn reader(user: UserId, session: SessionId, dialect: usize, outlet: Box<dyn Outlet>) -> Reader {
    Reader { user, username: username(user), session, dialect, outlet }
}

fn username(user: UserId) -> Username {
    let name = match user {
        ANA => "ana",
        BEN => "ben",
        CLEO => "cleo",
        other => return format!("user{other}").parse().unwrap(),
    };
    name.parse().unwrap()
}

pub(super) fn person(user: UserId) -> Arc<Person> {
    let username = username(user);
    Arc::new(Person { id: user, display_name: username.to_string(), username, avatar: None })
}

pub(super) fn large(chat: ChatId, last_rev: i64) -> Membership {
    Membership { chat, last_rev: Rev::new(last_rev), small: false }
}

pub(super) fn small(chat: ChatId, last_rev: i64) -> Membership {
    Membership { small: true, ..large(chat, last_rev) }
}

pub(super) fn message(chat: ChatId, rev: i64) -> Notice {
    let message = MessageView {
        id: domain::MessageId::new(rev),
        chat,
        seq: Seq::new(rev),
        rev: Rev::new(rev),
        created_rev: Rev::new(rev),
        author: None,
        text: "hello".into(),
        client_id: None,
        created_at: Timestamp::from_micros(0),
        edited_at: None,
        deleted_at: None,
        reply_to: None,
        forwarded_from: None,
        attachments: Vec::new(),
        reactions: Vec::new(),
        mentions: Vec::new(),
    };
    Notice::new(Audience::Chat(chat), Event::MessageCreated { message: Arc::new(message) })
}

/// Both of what is told when somebody is added to a group of `count` then.
pub(super) fn added(user: UserId, chat: ChatId, rev: i64, count: i64) -> [Notice; 2] {
    let view = Arc::new(view(user, chat, rev, count));
    let event = Event::MemberAdded {
        chat,
        rev: Rev::new(rev),
        user: person(user),
        role: ChatRole::Member,
        small: count <= domain::chats::SMALL,
    };
    [Notice::new(Audience::User(user), Event::ChatCreated { view }), Notice::new(Audience::Chat(chat), event)]
}

pub(super) fn removed(user: UserId, chat: ChatId, rev: i64) -> Notice {
    removed_from(user, chat, rev, domain::chats::SMALL + 1)
}

/// What is told when somebody is taken out of a group of `count` others.
pub(super) fn removed_from(user: UserId, chat: ChatId, rev: i64, count: i64) -> Notice {
    let (rev, user, role) = (Rev::new(rev), person(user), ChatRole::Member);
    let small = count <= domain::chats::SMALL;
    Notice::new(Audience::Chat(chat), Event::MemberRemoved { chat, rev, user, role, small })
}

pub(super) fn deleted(chat: ChatId, rev: i64) -> Notice {
    Notice::new(Audience::Chat(chat), Event::ChatDeleted { chat, rev: Rev::new(rev) })
}

pub(super) fn ended(user: UserId, sessions: &[i64]) -> Notice {
    let sessions = sessions.iter().copied().map(SessionId::new).collect();
    Notice::new(Audience::User(user), Event::SessionsEnded { user, sessions })
}

fn view(user: UserId, id: ChatId, rev: i64, member_count: i64) -> ChatView {
    let now = Timestamp::from_micros(0);
    let chat = Chat {
        id,
        kind: Kind::Group,
        visibility: Visibility::Private,
        name: None,
        description: None,
        created_by: None,
        created_at: now,
        last_seq: Seq::ZERO,
        last_rev: Rev::new(rev),
        last_message_at: now,
        deleted_at: None,
    };
    let me = Member {
        chat: id,
        user,
        role: ChatRole::Member,
        joined_at: now,
        last_read: Seq::ZERO,
        last_mention: Seq::ZERO,
        bell: Bell::All,
        muted_until: None,
    };
    ChatView { chat, me: Some(me), peer: None, member_count, last_message: None, created_by: None }
}
