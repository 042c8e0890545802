//! Changing what was sent, and taking it back.

use std::sync::Arc;

use super::{Message, MessageChange, MessageError, MessageText, MessageView, sending::resolve_mentions};
use crate::{
    Audience, Caller, ChatId, Event, MessageId, Notice,
    chats::{Access, ChatRole, Kind},
    ports::{Reads, UnitOfWork},
};

/// Changes the text of one's own message; it may say nothing only beside an attachment, as when it is sent.
pub fn edit(
    work: &mut dyn UnitOfWork,
    by: &Caller,
    chat: ChatId,
    id: MessageId,
    text: MessageText,
) -> Result<Arc<MessageView>, MessageError> {
    let (access, message) = find(work, by, chat, id)?;
    may_edit(by, &access, &message)?;
    if text.is_none() && work.attached(id)?.is_empty() {
        return Err(MessageError::NothingToSay);
    }
    if message.text == text {
        return depict_one(work, message);
    }
    let mentions = resolve_mentions(work, chat, text.as_str())?;
    let message = work.update_message(&by.origin, &message, &MessageChange::Edit { text, mentions })?;
    let view = depict_one(work, message)?;
    work.note(Notice::new(Audience::Chat(chat), Event::MessageUpdated { message: view.clone() }));
    Ok(view)
}

/// The author may, of what they wrote themselves and can still write beside.
fn may_edit(by: &Caller, access: &Access, message: &Message) -> Result<(), MessageError> {
    access.writer()?;
    if message.author != by.user {
        return Err(MessageError::NotAllowed);
    }
    if message.deleted_at.is_some() {
        return Err(MessageError::Deleted);
    }
    if message.forwarded.is_some() {
        return Err(MessageError::NotOwnWords);
    }
    Ok(())
}

/// Deletes a message: its author may, and in a group its owners and admins. Once deleted, nothing happens.
pub fn delete(
    work: &mut dyn UnitOfWork,
    by: &Caller,
    chat: ChatId,
    id: MessageId,
) -> Result<(), MessageError> {
    let (access, message) = find(work, by, chat, id)?;
    may_delete(by, &access, &message)?;
    if message.deleted_at.is_some() {
        return Ok(());
    }
    let message = work.update_message(&by.origin, &message, &MessageChange::Delete)?;
    let view = depict_one(work, message)?;
    work.note(Notice::new(Audience::Chat(chat), Event::MessageDeleted { message: view }));
    Ok(())
}

fn may_delete(by: &Caller, access: &Access, message: &Message) -> Result<(), MessageError> {
    let member = access.member()?;
    let manages = access.chat.kind == Kind::Group && member.role >= ChatRole::Admin;
    if message.author != by.user && !manages {
        return Err(MessageError::NotAllowed);
    }
    Ok(())
}

/// A message of a chat that the caller is a member of.
pub(super) fn find(
    reads: &mut (impl Reads + ?Sized),
    by: &Caller,
    chat: ChatId,
    id: MessageId,
) -> Result<(Access, Message), MessageError> {
    let access = reads.access(by.user, chat)?.ok_or(MessageError::NoSuchChat)?;
    access.member()?;
    let message = reads
        .messages(&[id])?
        .pop()
        .filter(|message| message.chat == chat)
        .ok_or(MessageError::NoSuchMessage)?;
    Ok((access, message))
}

pub(super) fn depict_one(
    reads: &mut (impl Reads + ?Sized),
    message: Message,
) -> Result<Arc<MessageView>, MessageError> {
    reads.depict(vec![message])?.pop().map(Arc::new).ok_or(MessageError::NoSuchMessage)
}
