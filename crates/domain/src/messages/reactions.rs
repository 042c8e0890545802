//! Reacting to a message, and taking it back.

use std::sync::Arc;

use super::{
    Message, MessageError, MessageView, Reaction,
    editing::{depict_one, find},
};
use crate::{Audience, Caller, ChatId, Event, MessageId, Notice, ports::UnitOfWork};

/// Reacts to a message. The same reaction of the same person again changes nothing.
pub fn add(
    work: &mut dyn UnitOfWork,
    by: &Caller,
    chat: ChatId,
    id: MessageId,
    reaction: &Reaction,
) -> Result<Arc<MessageView>, MessageError> {
    let (access, message) = find(work, by, chat, id)?;
    access.writer()?;
    if message.deleted_at.is_some() {
        return Err(MessageError::Deleted);
    }
    if work.has_reaction(id, by.user, reaction)? {
        return depict_one(work, message);
    }
    may_add(&work.reaction_kinds(id)?, reaction)?;
    let message = work.insert_reaction(&by.origin, &message, by.user, reaction)?;
    announce(work, message)
}

fn may_add(kinds: &[Reaction], reaction: &Reaction) -> Result<(), MessageError> {
    if kinds.len() >= Reaction::MAX_KINDS && !kinds.contains(reaction) {
        return Err(MessageError::TooManyReactions);
    }
    Ok(())
}

/// Takes a reaction of one's own back. Where there is none, or the message is deleted, nothing happens.
pub fn remove(
    work: &mut dyn UnitOfWork,
    by: &Caller,
    chat: ChatId,
    id: MessageId,
    reaction: &Reaction,
) -> Result<Arc<MessageView>, MessageError> {
    let (access, message) = find(work, by, chat, id)?;
    access.writer()?;
    // A deleted message shows none any more: there is nothing to be taken back.
    if message.deleted_at.is_some() || !work.has_reaction(id, by.user, reaction)? {
        return depict_one(work, message);
    }
    let message = work.delete_reaction(&by.origin, &message, by.user, reaction)?;
    announce(work, message)
}

fn announce(work: &mut dyn UnitOfWork, message: Message) -> Result<Arc<MessageView>, MessageError> {
    let chat = message.chat;
    let view = depict_one(work, message)?;
    work.note(Notice::new(Audience::Chat(chat), Event::MessageUpdated { message: view.clone() }));
    Ok(view)
}
