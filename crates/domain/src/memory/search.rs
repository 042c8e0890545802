//! Searching in memory: every message is looked at.

use super::{MemoryStore, limited};
use crate::{ChatId, MessageId, UserId, messages::Message, search::Query};

impl MemoryStore {
    pub(super) fn find_messages(
        &self,
        user: UserId,
        query: &Query,
        below: Option<MessageId>,
        limit: i64,
    ) -> Vec<Message> {
        if query.is_empty() {
            return Vec::new();
        }
        let found = self
            .messages
            .values()
            .rev()
            .filter(|message| below.is_none_or(|below| message.id < below))
            .filter(|message| message.deleted_at.is_none() && query.is_in_time(message.created_at))
            .filter(|message| self.is_asked_for(user, message.chat, query))
            .filter(|message| query.from.iter().all(|name| self.is_by(message, name)))
            .filter(|message| query.finds(message.text.as_str()));
        limited(found.cloned(), limit)
    }

    /// Whether `user` is in a chat that the query asks for.
    fn is_asked_for(&self, user: UserId, id: ChatId, query: &Query) -> bool {
        let Some(chat) = self.live_chat(id).filter(|_| self.members.contains_key(&(id, user))) else {
            return false;
        };
        let peer = self.peer_of(chat, user).and_then(|peer| self.person(peer));
        let called =
            chat.name.as_ref().map(ToString::to_string).or(peer.map(|peer| peer.username.to_string()));
        query.is_within(id, &called.unwrap_or_default())
    }

    /// Whether a message is by somebody of that lower-case name, whose account is not deleted.
    fn is_by(&self, message: &Message, name: &str) -> bool {
        self.person(message.author).is_some_and(|author| author.username.key() == name)
    }
}
