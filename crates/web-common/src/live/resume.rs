//! Catching up: what a client missed while it was away.
//!
//! A replay tells each chat up to the revision that it found at its beginning; what came later waits at the gate
//! meanwhile, as the hub tells it. A message that changed again since is told by the hub, and left out here.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    rc::Rc,
    sync::Arc,
};

use bytestring::ByteString;
use domain::{
    ChatId, Event, Rev, UserId,
    chats::{Chat, ChatRole, ChatView},
    messages::MessageView,
    ports::{Reads, StoreError},
};

use super::{gate::Turn, json, peer::Peer};

/// How many messages of a chat are replayed; with more the client is told to fetch it.
const MOST: usize = 500;

/// Tells the client what changed since it knew its chats as `known` says.
pub(super) async fn resume(peer: Rc<Peer>, known: HashMap<ChatId, Rev>) {
    let outcome = replay_all(&peer, known).await;
    match outcome {
        Ok(Some(resumed)) => peer.outbound.say(json::resumed(&resumed)),
        Ok(None) => {}
        Err(error) => peer.refuse(None, &error.into()),
    }
    peer.outbound.open();
}

/// Up to where each chat is known now; nothing when the socket closes.
async fn replay_all(
    peer: &Peer,
    known: HashMap<ChatId, Rev>,
) -> Result<Option<BTreeMap<ChatId, Rev>>, StoreError> {
    let user = peer.caller.user;
    let memberships = peer.state.store.read(move |reads| reads.memberships(user)).await?;
    let now: BTreeMap<ChatId, Rev> =
        memberships.into_iter().map(|found| (found.chat, found.last_rev)).collect();
    let (unchanged, changed): (BTreeMap<_, _>, BTreeMap<_, _>) =
        now.iter().map(|(chat, rev)| (*chat, *rev)).partition(|(chat, rev)| known.get(chat) == Some(rev));
    let lost: BTreeMap<_, _> = known.iter().filter(|(chat, _)| !now.contains_key(chat)).collect();
    let held: HashSet<ChatId> = changed.keys().chain(lost.keys().copied()).copied().collect();
    let told: HashSet<ChatId> = now.keys().chain(known.keys()).copied().collect();
    peer.outbound.hold_only(held, unchanged.iter().map(|(chat, rev)| (*chat, *rev)), told);
    for (chat, rev) in lost {
        if !peer.lose(*chat, *rev).await {
            return Ok(None);
        }
        peer.outbound.release(*chat);
    }
    let mut resumed = unchanged;
    for chat in changed.into_keys() {
        let told = match known.get(&chat) {
            Some(rev) => peer.replay(chat, *rev).await?,
            None => peer.present(chat).await?,
        };
        match told {
            Told::Up(rev) => {
                resumed.insert(chat, rev);
                peer.outbound.replayed(chat, rev);
            }
            Told::Gone => peer.outbound.release(chat),
            Told::Nobody => return Ok(None),
        }
    }
    Ok(Some(resumed))
}

/// What became of a chat's replay.
enum Told {
    /// The client knows it up to here.
    Up(Rev),
    /// The user is no member any more, which the hub tells.
    Gone,
    /// The socket closes.
    Nobody,
}

impl Peer {
    /// Tells that the user is no member of a chat any more. Of the chat itself nothing may be known here.
    async fn lose(&self, chat: ChatId, known: Rev) -> bool {
        // The hub may be behind what the client heard elsewhere.
        self.outbound.replaying(chat, known);
        let hub_tells = match self.outbound.first_turn(chat) {
            Some(Turn::Out) => true,
            Some(Turn::In) => false,
            // It may be behind what was looked up.
            None => self.hears(chat),
        };
        if hub_tells {
            return true;
        }
        let (rev, user, role) = (known.next(), self.person.clone(), ChatRole::Member);
        let event = Event::MemberRemoved { chat, rev, user, role, small: false };
        let Some(text) = self.voice.frame(&event, &*self.hub) else { return true };
        let room = self.outbound.room().await;
        if room {
            self.outbound.replay(chat, Some(Turn::Out), text);
        }
        room
    }

    /// Tells of a chat that the client did not know of.
    async fn present(&self, chat: ChatId) -> Result<Told, StoreError> {
        let user = self.caller.user;
        let view: Option<ChatView> = self.state.store.read(move |reads| reads.chat_view(user, chat)).await?;
        let Some(view) = view.filter(|view| view.me.is_some() && self.hears(chat)) else {
            // Should they be a member again, the hub tells of the chat.
            self.outbound.untell(chat);
            return Ok(Told::Gone);
        };
        let rev = view.chat.last_rev;
        let text = self.voice.frame(&Event::ChatCreated { view: Arc::new(view) }, &*self.hub);
        let told = self.tell_inside(chat, rev, Some(Turn::In), text).await;
        if matches!(told, Told::Gone) {
            self.outbound.untell(chat);
        }
        Ok(told)
    }

    /// Tells what changed in a chat since `known`.
    async fn replay(&self, chat: ChatId, known: Rev) -> Result<Told, StoreError> {
        let user = self.caller.user;
        let Some(missed) = self.state.store.read(move |reads| Missed::look(reads, user, chat, known)).await?
        else {
            // They may have been away, back, and away again since.
            return Ok(if self.lose(chat, known).await { Told::Gone } else { Told::Nobody });
        };
        let Missed { chat: now, messages } = &missed;
        let rev = now.last_rev;
        // The hub may be behind: an end of the membership that is older than this look is no news.
        self.outbound.replaying(chat, rev);
        let Some(messages) = messages else {
            return Ok(self.tell_inside(chat, rev, None, Some(json::reset(chat))).await);
        };
        for message in &messages.items {
            let told = self
                .tell_inside(chat, rev, None, self.voice.frame(&messages.event(message), &*self.hub))
                .await;
            if !matches!(told, Told::Up(_)) {
                return Ok(told);
            }
        }
        if messages.leave_gaps(known, rev) {
            let event = Event::ChatUpdated { chat: Arc::new(now.clone()) };
            return Ok(self.tell_inside(chat, rev, None, self.voice.frame(&event, &*self.hub)).await);
        }
        Ok(Told::Up(rev))
    }

    /// Waits for room and says it, unless the user is no member of the chat any more by then.
    async fn tell_inside(
        &self,
        chat: ChatId,
        rev: Rev,
        turn: Option<Turn>,
        text: Option<ByteString>,
    ) -> Told {
        let Some(text) = text else { return Told::Up(rev) };
        if !self.outbound.room().await {
            return Told::Nobody;
        }
        if self.outbound.has_ended(chat) {
            return Told::Gone;
        }
        self.outbound.replay(chat, turn, text);
        Told::Up(rev)
    }
}

/// What a client missed of a chat.
struct Missed {
    /// The chat as it was found.
    chat: Chat,
    /// The messages that changed; nothing when they are too many.
    messages: Option<Changed>,
}

/// Messages that changed since a revision.
struct Changed {
    /// By `rev`.
    items: Vec<Arc<MessageView>>,
    /// Up to where the client knows the chat: what was sent later is new to it.
    known: Rev,
}

impl Missed {
    /// Nothing when `user` is no member.
    fn look(
        reads: &mut dyn Reads,
        user: UserId,
        chat: ChatId,
        known: Rev,
    ) -> Result<Option<Self>, StoreError> {
        // First where the chat stands: of what changes while this looks, the hub tells.
        let Some(access) = reads.access(user, chat)?.filter(|access| access.member.is_some()) else {
            return Ok(None);
        };
        let chat = access.chat;
        // Ahead of the chat: the server was set back to an older copy of its data.
        if known > chat.last_rev {
            return Ok(Some(Self { chat, messages: None }));
        }
        let limit = i64::try_from(MOST + 1).unwrap_or(i64::MAX);
        let mut found = reads.changed_after(chat.id, known, limit)?;
        found.retain(|message| message.rev <= chat.last_rev);
        if found.len() > MOST {
            return Ok(Some(Self { chat, messages: None }));
        }
        let items = if found.is_empty() { Vec::new() } else { reads.depict(found)? };
        let items = items.into_iter().map(Arc::new).collect();
        Ok(Some(Self { chat, messages: Some(Changed { items, known }) }))
    }
}

impl Changed {
    fn event(&self, message: &Arc<MessageView>) -> Event {
        let message = message.clone();
        if message.is_deleted() {
            Event::MessageDeleted { message }
        } else if message.created_rev <= self.known {
            Event::MessageUpdated { message }
        } else {
            Event::MessageCreated { message }
        }
    }

    /// Whether more happened between two revisions than the messages account for: each stands for one change, or more
    /// where it changed again. So the chat itself may have changed.
    fn leave_gaps(&self, known: Rev, now: Rev) -> bool {
        i64::try_from(self.items.len()).unwrap_or(i64::MAX) < now.get() - known.get()
    }
}
