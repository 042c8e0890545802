//! Chats in memory.

use super::{MemoryStore, missing};
use crate::{
    ChatId, Origin, Rev, UserId, audit,
    chats::{Access, Chat, ChatChange, ChatRole, Kind, NewChat},
    ports::StoreError,
};

impl MemoryStore {
    /// A chat that is not deleted.
    pub(super) fn live_chat(&self, id: ChatId) -> Option<&Chat> {
        self.chats.get(&id).filter(|chat| chat.deleted_at.is_none())
    }

    pub(super) fn find_access(&self, user: UserId, id: ChatId) -> Option<Access> {
        let chat = self.live_chat(id).filter(|_| self.is_active(user))?.clone();
        let member = self.members.get(&(id, user)).cloned();
        let peer_active = self.peer_of(&chat, user).is_none_or(|peer| self.is_active(peer));
        Some(Access { chat, member, peer_active })
    }

    /// Of a direct chat, the one on the other side: `user` in a chat with themselves.
    pub(super) fn peer_of(&self, chat: &Chat, user: UserId) -> Option<UserId> {
        if chat.kind == Kind::Group {
            return None;
        }
        let (a, b) = self.directs.iter().find(|(_, id)| **id == chat.id).map(|(pair, _)| *pair)?;
        Some(if a == user { b } else { a })
    }

    pub(super) fn find_direct(&self, a: UserId, b: UserId) -> Option<ChatId> {
        let id = *self.directs.get(&(a.min(b), a.max(b)))?;
        self.live_chat(id).map(|chat| chat.id)
    }

    pub(super) fn add_group(&mut self, by: &Origin, new: &NewChat) -> Chat {
        let NewChat { name, description, visibility } = new.clone();
        let group = Chat { visibility, name: Some(name), description, ..self.blank_chat(by, Kind::Group) };
        self.add_chat(by, group)
    }

    pub(super) fn add_direct(
        &mut self,
        by: &Origin,
        a: UserId,
        b: UserId,
    ) -> Result<(ChatId, bool), StoreError> {
        if let Some(chat) = self.find_direct(a, b) {
            return Ok((chat, false));
        }
        let direct = self.blank_chat(by, Kind::Direct);
        let chat = self.add_chat(by, direct);
        self.directs.insert((a.min(b), a.max(b)), chat.id);
        let mut both = vec![(a, ChatRole::Member), (b, ChatRole::Member)];
        both.dedup();
        self.add_members(by, chat.id, &both)?;
        Ok((chat.id, true))
    }

    fn blank_chat(&mut self, by: &Origin, kind: Kind) -> Chat {
        Chat::blank(ChatId::new(self.next_id()), kind, by.actor, self.clock.now())
    }

    fn add_chat(&mut self, by: &Origin, chat: Chat) -> Chat {
        self.log(by, audit::chat_created(&chat));
        self.chats.insert(chat.id, chat.clone());
        chat
    }

    pub(super) fn change_chat(
        &mut self,
        by: &Origin,
        id: ChatId,
        change: &ChatChange,
    ) -> Result<Chat, StoreError> {
        self.next_rev(id)?;
        let chat = self.chat(id)?;
        let old = chat.clone();
        *chat = change.apply(&old);
        let new = chat.clone();
        self.log(by, audit::chat_changed(&old, change));
        Ok(new)
    }

    pub(super) fn hide_chat(&mut self, by: &Origin, id: ChatId) -> Result<Rev, StoreError> {
        let now = self.clock.now();
        let rev = self.next_rev(id)?;
        let chat = self.chat(id)?;
        chat.deleted_at = Some(now);
        let chat = chat.clone();
        self.log(by, audit::chat_deleted(&chat));
        Ok(rev)
    }

    pub(super) fn chat(&mut self, id: ChatId) -> Result<&mut Chat, StoreError> {
        self.chats.get_mut(&id).ok_or_else(|| missing("chat", id))
    }
}
