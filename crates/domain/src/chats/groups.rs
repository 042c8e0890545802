//! Group chats: made, renamed, deleted.

use std::sync::Arc;

use super::{Chat, ChatChange, ChatError, ChatRole, ChatView, Member, NewChat};
use crate::{
    Audience, Caller, ChatId, Event, Notice, UserId,
    ports::{Reads, UnitOfWork},
    users::{User, Username},
};

/// Makes a group chat of the caller, who becomes its owner, and `members`.
///
/// Refuses with `UnknownMember` when one of them is nobody who is active, with `NoSuchUser` when the caller is
/// no longer active.
pub fn create(
    work: &mut dyn UnitOfWork,
    by: &Caller,
    new: &NewChat,
    members: &[Username],
) -> Result<ChatView, ChatError> {
    work.user(by.user)?.filter(User::is_active).ok_or(ChatError::NoSuchUser)?;
    let mut joining = vec![(by.user, ChatRole::Owner)];
    for username in members {
        let user = work
            .user_named(username)?
            .filter(User::is_active)
            .ok_or_else(|| ChatError::UnknownMember(username.to_string()))?;
        if joining.iter().all(|(id, _)| *id != user.id) {
            joining.push((user.id, ChatRole::Member));
        }
    }
    let chat = work.insert_chat(&by.origin, new)?;
    let added = work.insert_members(&by.origin, &chat, &joining)?;
    let own = work.chat_view(by.user, chat.id)?.ok_or(ChatError::NoSuchChat)?;
    for (member, _) in added {
        announce(work, &own, member);
    }
    Ok(own)
}

/// Tells one of a new group's members of it: as all of them see it, but for their own membership.
fn announce(work: &mut dyn UnitOfWork, own: &ChatView, me: Member) {
    let to = me.user;
    let view = Arc::new(ChatView { me: Some(me), ..own.clone() });
    work.note(Notice::new(Audience::User(to), Event::ChatCreated { view }));
}

/// Changes a group's name and description, as its owners and admins may; only owners change who knows of it.
pub fn update(
    work: &mut dyn UnitOfWork,
    by: &Caller,
    id: ChatId,
    change: &ChatChange,
) -> Result<Chat, ChatError> {
    let access = work.access(by.user, id)?.ok_or(ChatError::NoSuchChat)?;
    access.at_least(ChatRole::Admin)?;
    if change.visibility.is_some_and(|visibility| visibility != access.chat.visibility) {
        access.at_least(ChatRole::Owner)?;
    }
    if change.apply(&access.chat) == access.chat {
        return Ok(access.chat);
    }
    let chat = work.update_chat(&by.origin, &access.chat, change)?;
    let event = Event::ChatUpdated { chat: Arc::new(chat.clone()) };
    work.note(Notice::new(Audience::Chat(id), event));
    Ok(chat)
}

/// Deletes a group, as its owners may: hidden at once, kept for an admin to restore.
pub fn delete(work: &mut dyn UnitOfWork, by: &Caller, id: ChatId) -> Result<(), ChatError> {
    let access = work.access(by.user, id)?.ok_or(ChatError::NoSuchChat)?;
    access.at_least(ChatRole::Owner)?;
    let rev = work.delete_chat(&by.origin, &access.chat)?;
    work.note(Notice::new(Audience::Chat(id), Event::ChatDeleted { chat: id, rev }));
    Ok(())
}

/// A chat as its reader sees it: a member, or anybody where it is public.
pub fn view(reads: &mut dyn Reads, reader: UserId, id: ChatId) -> Result<ChatView, ChatError> {
    let view = reads.chat_view(reader, id)?.ok_or(ChatError::NoSuchChat)?;
    if view.me.is_none() && view.chat.visibility == super::Visibility::Private {
        return Err(ChatError::NoSuchChat);
    }
    Ok(view)
}
