//! What holds whatever people do: random histories, checked after every step.

use std::collections::BTreeMap;

use domain::{
    Audience, Caller, ChatId, Event, Fact, Kind, MessageId, Notice, Rev, Seq, UserId,
    chats::{self, ChatChange, ChatRole, NewChat, Visibility, direct, groups, members},
    memory::MemoryStore,
    messages::{
        Draft, Forwarding, MessageView, Reading, Sending, Span, Targets, editing, forwarding, reactions,
        reading, sending,
    },
    ports::{Reads, UnitOfWork},
    users::accounts,
};
use proptest::{collection::vec, prelude::*};

use crate::stage::{name, text};

const PEOPLE: [&str; 4] = ["ana", "ben", "cleo", "dan"];

/// Something that somebody tries, with small numbers for which person, chat, message ….
#[derive(Clone, Copy, Debug)]
struct Step {
    what: u8,
    who: usize,
    whom: usize,
    chat: usize,
    message: usize,
    detail: u8,
}

fn step() -> impl Strategy<Value = Step> {
    (0..20u8, 0..4usize, 0..4usize, 0..8usize, 0..12usize, 0..6u8)
        .prop_map(|(what, who, whom, chat, message, detail)| Step { what, who, whom, chat, message, detail })
}

/// What a listener who hears everything believes to be so.
#[derive(Debug, Default)]
struct Replica {
    /// Name, visibility and newest rev of each chat.
    chats: BTreeMap<ChatId, (String, Visibility, Rev)>,
    members: BTreeMap<(ChatId, UserId), ChatRole>,
    messages: BTreeMap<MessageId, Shown>,
}

/// What of a message does not change with its author's account.
type Shown = (ChatId, Seq, Rev, String, bool, bool, Vec<(String, i64)>);

fn shown(view: &MessageView) -> Shown {
    let reactions = view.reactions.iter().map(|count| (count.reaction.clone(), count.count)).collect();
    let (edited, deleted) = (view.edited_at.is_some(), view.is_deleted());
    (view.chat, view.seq, view.rev, view.text.clone(), edited, deleted, reactions)
}

fn title(chat: &chats::Chat) -> (String, Visibility, Rev) {
    (chat.name.as_ref().map(ToString::to_string).unwrap_or_default(), chat.visibility, chat.last_rev)
}

impl Replica {
    fn hear(&mut self, notice: &Notice) {
        if let (Audience::Chat(_), Some((chat, rev))) = (&notice.audience, notice.event.revision())
            && let Some((_, _, known)) = self.chats.get_mut(&chat)
        {
            let joined = matches!(*notice.event, Event::MemberAdded { .. }) && rev == *known;
            assert!(rev > *known || joined, "{rev} comes after {known} in {chat}");
            *known = rev;
        }
        match &*notice.event {
            Event::MessageCreated { message }
            | Event::MessageUpdated { message }
            | Event::MessageDeleted { message } => {
                self.messages.insert(message.id, shown(message));
            }
            Event::ChatCreated { view } => {
                self.chats.insert(view.chat.id, title(&view.chat));
                let me = view.me.as_ref().expect("a membership of one's own");
                self.members.insert((me.chat, me.user), me.role);
            }
            Event::ChatUpdated { chat } => {
                self.chats.insert(chat.id, title(chat));
            }
            Event::ChatDeleted { chat, .. } => self.forget(*chat),
            Event::MemberAdded { chat, user, role, .. } | Event::MemberUpdated { chat, user, role, .. } => {
                self.members.insert((*chat, user.id), *role);
            }
            Event::MemberRemoved { chat, user, .. } => {
                self.members.remove(&(*chat, user.id));
                if self.members.keys().all(|(other, _)| other != chat) {
                    self.forget(*chat);
                }
            }
            _ => {}
        }
    }

    fn forget(&mut self, chat: ChatId) {
        self.chats.remove(&chat);
        self.members.retain(|(other, _), _| *other != chat);
        self.messages.retain(|_, (other, ..)| *other != chat);
    }

    fn assert_is(&self, store: &mut MemoryStore) {
        let mut stored = Replica::default();
        for person in PEOPLE {
            let user = store.id(person);
            for membership in store.memberships(user).expect("a look") {
                let chat = membership.chat;
                let view = store.chat_view(user, chat).expect("a look").expect("the chat");
                stored.chats.insert(chat, title(&view.chat));
                stored.members.insert((chat, user), view.me.expect("a membership").role);
                for view in all_messages(store, chat) {
                    stored.messages.insert(view.id, shown(&view));
                }
            }
        }
        assert_eq!(self.chats, stored.chats);
        assert_eq!(self.members, stored.members);
        assert_eq!(self.messages, stored.messages);
    }
}

fn all_messages(store: &mut MemoryStore, chat: ChatId) -> Vec<MessageView> {
    let messages = store.history(chat, Span::Newest { limit: 10_000 }).expect("a look");
    store.depict(messages).expect("a look")
}

/// A store in which a history happens, and who listens to it.
struct World {
    store: MemoryStore,
    replica: Replica,
    chats: Vec<ChatId>,
    messages: Vec<(ChatId, MessageId)>,
}

impl World {
    fn new() -> Self {
        let store = MemoryStore::with(&PEOPLE).and_admin("root");
        Self { store, replica: Replica::default(), chats: Vec::new(), messages: Vec::new() }
    }

    fn take(&mut self, step: Step) {
        let before = self.revs();
        let by = self.store.caller(PEOPLE[step.who]);
        let chat = pick(&self.chats, step.chat).unwrap_or(ChatId::new(-1));
        let message = pick(&self.messages, step.message).unwrap_or((chat, MessageId::new(-1)));
        let root = self.store.caller("root");
        let outcome = self.store.write(|work| act(work, step, &by, &root, chat, message));
        if let Err(refusal) = outcome {
            let fault = refusal.kind() == Kind::Internal || refusal.code() == "conflict";
            assert!(!fault, "{step:?}: {refusal}");
        }
        for notice in self.store.take_notices() {
            self.note(&notice);
            self.replica.hear(&notice);
        }
        self.check(&before);
    }

    fn note(&mut self, notice: &Notice) {
        match &*notice.event {
            Event::ChatCreated { view } if !self.chats.contains(&view.chat.id) => {
                self.chats.push(view.chat.id);
            }
            Event::MessageCreated { message } => self.messages.push((message.chat, message.id)),
            _ => {}
        }
    }

    /// The newest rev of every chat that is still there.
    fn revs(&mut self) -> BTreeMap<ChatId, Rev> {
        let chats = self.chats.clone();
        let root = self.store.id("root");
        let views = chats.into_iter().filter_map(|chat| self.store.chat_view(root, chat).expect("a look"));
        views.map(|view| (view.chat.id, view.chat.last_rev)).collect()
    }

    fn check(&mut self, before: &BTreeMap<ChatId, Rev>) {
        for (chat, rev) in self.revs() {
            assert!(before.get(&chat).is_none_or(|before| rev >= *before), "rev went back in {chat}");
            self.check_places(chat);
            self.check_owner(chat);
        }
    }

    fn check_places(&mut self, chat: ChatId) {
        let messages = all_messages(&mut self.store, chat);
        for (message, seq) in messages.iter().zip(1..) {
            assert_eq!(message.seq.get(), seq, "a gap in {chat}");
        }
        let mut revs: Vec<Rev> = messages.iter().map(|message| message.rev).collect();
        revs.sort_unstable();
        revs.dedup();
        assert_eq!(revs.len(), messages.len(), "two changes of one rev in {chat}");
        let changed = self.store.changed_after(chat, Rev::ZERO, 10_000).expect("a look");
        assert!(changed.len() == messages.len() && changed.is_sorted_by_key(|message| message.rev));
    }

    fn check_owner(&mut self, chat: ChatId) {
        let root = self.store.id("root");
        let view = self.store.chat_view(root, chat).expect("a look").expect("the chat");
        let active = self.store.active_members(chat).expect("a look");
        let owned = active.iter().any(|member| member.role == ChatRole::Owner);
        let needs_owner = view.chat.kind == chats::Kind::Group && !active.is_empty();
        assert!(owned || !needs_owner, "nobody owns {chat}");
    }
}

fn pick<T: Copy>(items: &[T], n: usize) -> Option<T> {
    (!items.is_empty()).then(|| items[n % items.len()])
}

type Refused = Box<dyn Fact>;

fn act(
    work: &mut dyn UnitOfWork,
    step: Step,
    by: &Caller,
    root: &Caller,
    chat: ChatId,
    (home, message): (ChatId, MessageId),
) -> Result<(), Refused> {
    let whom = name(PEOPLE[step.whom]);
    let role = [ChatRole::Member, ChatRole::Admin, ChatRole::Owner][usize::from(step.detail) % 3];
    let reaction = ["👍", "ok"][usize::from(step.detail) % 2].parse().expect("a reaction");
    match step.what {
        0 => {
            let visibility = if step.detail < 3 { Visibility::Public } else { Visibility::Private };
            let new = NewChat { name: "group".parse().expect("a name"), description: None, visibility };
            groups::create(work, by, &new, &[whom]).map(|_| ()).map_err(boxed)
        }
        1 => direct::open(work, by, &whom).map(|_| ()).map_err(boxed),
        2..=5 => {
            let client_id = (step.detail < 2).then(|| format!("c{}", step.detail).parse().expect("an id"));
            let reply = (step.detail == 5).then_some(message);
            let draft = Draft::of(text("hi @ana")).known_as(client_id).in_reply_to(reply);
            sending::send(work, Sending { by: by.clone(), chat, draft }).map(|_| ()).map_err(boxed)
        }
        6 => {
            let words = text(&format!("edited {}", step.detail));
            editing::edit(work, by, home, message, words).map(|_| ()).map_err(boxed)
        }
        7 => editing::delete(work, by, home, message).map_err(boxed),
        8 => reactions::add(work, by, home, message, &reaction).map(|_| ()).map_err(boxed),
        9 => reactions::remove(work, by, home, message, &reaction).map(|_| ()).map_err(boxed),
        10 => {
            let forwarding = Forwarding {
                by: by.clone(),
                chat: home,
                message,
                targets: Targets { chats: vec![chat, home], usernames: vec![whom] },
                comment: (step.detail == 0).then(|| text("look")),
                client_id: (step.detail < 2).then(|| format!("f{}", step.detail).parse().expect("an id")),
            };
            forwarding::forward(work, &forwarding).map(|_| ()).map_err(boxed)
        }
        11 => members::add(work, by, chat, &whom, role).map(|_| ()).map_err(boxed),
        12 => members::join(work, by, chat).map_err(boxed),
        13 => members::set_role(work, by, chat, &whom, role).map(|_| ()).map_err(boxed),
        14 => members::remove(work, by, chat, &whom).map_err(boxed),
        15 => {
            let change = ChatChange {
                name: format!("name {}", step.detail).parse().ok(),
                visibility: (step.detail == 0).then_some(Visibility::Public),
                ..ChatChange::default()
            };
            groups::update(work, by, chat, &change).map(|_| ()).map_err(boxed)
        }
        16 if step.detail == 0 => groups::delete(work, by, chat).map_err(boxed),
        16 => {
            let seq = Seq::new(i64::from(step.detail));
            let reading = Reading { by: by.clone(), chat, seq, unread: step.detail.is_multiple_of(2) };
            let mut outcomes = reading::mark_all(work, &[reading]).map_err(boxed)?;
            outcomes.remove(0).map_err(boxed)
        }
        17 => members::remove(work, by, chat, &name(PEOPLE[step.who])).map_err(boxed),
        18 if step.detail == 0 => {
            let verified = MemoryStore::password_of(PEOPLE[step.who]);
            accounts::delete(work, by, &verified).map_err(boxed)
        }
        _ => {
            let active = Some(step.detail.is_multiple_of(2));
            accounts::administer(work, root, &whom, None, active).map(|_| ()).map_err(boxed)
        }
    }
}

fn boxed(refusal: impl Fact + 'static) -> Refused {
    Box::new(refusal)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    /// Places without gaps, revs that only grow, groups with owners, and events that tell all of it.
    #[test]
    fn whatever_people_do_the_chats_stay_whole(steps in vec(step(), 1..120)) {
        let mut world = World::new();
        for step in steps {
            world.take(step);
        }
        world.replica.assert_is(&mut world.store);
    }
}
