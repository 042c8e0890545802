//! Chats in memory, as their readers see them.

use std::{cmp::Reverse, sync::Arc};

use super::{MemoryStore, contains, limited};
use crate::{
    ChatId, UserId,
    chats::{Chat, ChatPage, ChatView, PublicPage, Visibility},
    users::Status,
};

impl MemoryStore {
    pub(super) fn see_chat(&self, user: UserId, id: ChatId) -> Option<ChatView> {
        let chat = self.live_chat(id)?;
        let me = self.members.get(&(id, user)).cloned();
        let peer = self.peer_of(chat, user).and_then(|peer| self.find_user(peer));
        let last_message = self.newest(id).filter(|_| me.is_some());
        let created_by = chat.created_by.and_then(|user| self.person(user));
        Some(ChatView {
            peer: peer.filter(|peer| peer.status != Status::Deleted).cloned(),
            member_count: self.member_count(id),
            last_message: last_message.map(|message| Arc::new(self.view(message.clone()))),
            chat: Chat { created_by: created_by.as_ref().map(|person| person.id), ..chat.clone() },
            created_by,
            me,
        })
    }

    pub(super) fn list_chats(&self, user: UserId, page: ChatPage) -> Vec<ChatView> {
        let place = |chat: &Chat| Reverse((chat.last_message_at, chat.id));
        let mut chats: Vec<&Chat> = self
            .chats
            .values()
            .filter(|chat| chat.deleted_at.is_none() && self.members.contains_key(&(chat.id, user)))
            .filter(|chat| page.after.is_none_or(|after| place(chat) > Reverse(after)))
            .collect();
        chats.sort_by_key(|chat| place(chat));
        limited(chats.into_iter().filter_map(|chat| self.see_chat(user, chat.id)), page.limit)
    }

    pub(super) fn list_public(&self, user: UserId, page: &PublicPage) -> Vec<ChatView> {
        let fits = |chat: &Chat| {
            page.query.as_ref().is_none_or(|query| {
                chat.name.as_ref().is_some_and(|name| contains(name.as_str(), query))
                    || chat.description.as_ref().is_some_and(|text| contains(text.as_str(), query))
            })
        };
        let listed = self
            .chats
            .values()
            .filter(|chat| chat.deleted_at.is_none() && chat.visibility == Visibility::Public)
            .filter(|chat| page.after.is_none_or(|after| chat.id > after) && fits(chat))
            .filter_map(|chat| self.see_chat(user, chat.id));
        limited(listed, page.limit)
    }
}
