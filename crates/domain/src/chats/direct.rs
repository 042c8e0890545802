//! Chats of two people, or of one with themselves.

use std::sync::Arc;

use super::{ChatError, ChatView};
use crate::{
    Audience, Caller, ChatId, Event, Notice, UserId,
    ports::{Reads, UnitOfWork},
    users::{User, Username},
};

/// The direct chat with `username`, made on its first use: one per pair, however many race to make it.
///
/// Refuses with `NoSuchUser` when nobody active has that name and there is no chat with them yet.
pub fn open(work: &mut dyn UnitOfWork, by: &Caller, username: &Username) -> Result<ChatId, ChatError> {
    let peer = find_peer(work, username)?;
    if let Some(chat) = work.direct_chat(by.user, peer.id)? {
        return Ok(chat);
    }
    let caller_active = work.user(by.user)?.is_some_and(|user| user.is_active());
    if !peer.is_active() || !caller_active {
        return Err(ChatError::NoSuchUser);
    }
    let (chat, fresh) = work.insert_direct_chat(&by.origin, by.user, peer.id)?;
    if fresh {
        announce(work, chat, by.user)?;
        if peer.id != by.user {
            announce(work, chat, peer.id)?;
        }
    }
    Ok(chat)
}

/// The direct chat with `username`, where there is one already.
///
/// Refuses with `NoSuchUser` when nobody has that name.
pub fn find(reads: &mut dyn Reads, by: &Caller, username: &Username) -> Result<Option<ChatId>, ChatError> {
    let peer = find_peer(reads, username)?;
    let chat = reads.direct_chat(by.user, peer.id)?;
    if chat.is_none() && !peer.is_active() {
        return Err(ChatError::NoSuchUser);
    }
    Ok(chat)
}

fn find_peer(reads: &mut (impl Reads + ?Sized), username: &Username) -> Result<User, ChatError> {
    reads.user_named(username)?.ok_or(ChatError::NoSuchUser)
}

fn announce(work: &mut dyn UnitOfWork, chat: ChatId, to: UserId) -> Result<(), ChatError> {
    let view: ChatView = work.chat_view(to, chat)?.ok_or(ChatError::NoSuchChat)?;
    work.note(Notice::new(Audience::User(to), Event::ChatCreated { view: Arc::new(view) }));
    Ok(())
}
