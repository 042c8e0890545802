//! Inviting to a group by a link.

use super::{
    Access, Chat, ChatError, ChatRole, Invitation, Invite, InviteCode, MAX_INVITES, NewInvite, members,
};
use crate::{
    Caller, ChatId,
    ports::{Reads, UnitOfWork},
};

/// Makes an invitation to a group, as its owners and admins may.
///
/// Refuses with `TooManyInvites` when there are [`MAX_INVITES`].
pub fn create(
    work: &mut dyn UnitOfWork,
    by: &Caller,
    id: ChatId,
    new: &NewInvite,
) -> Result<Invite, ChatError> {
    let chat = managed(work, by, id)?;
    if work.invites_of(id)?.len() >= MAX_INVITES {
        return Err(ChatError::TooManyInvites);
    }
    let invite = new.begin(chat.id, by.user, work.now());
    work.insert_invite(&by.origin, &invite)?;
    Ok(invite)
}

/// The invitations to a group, the newest first, for its owners and admins; also those that no longer hold.
pub fn list(reads: &mut dyn Reads, by: &Caller, id: ChatId) -> Result<Vec<Invite>, ChatError> {
    managed(reads, by, id)?;
    Ok(reads.invites_of(id)?)
}

/// Takes an invitation back, as the group's owners and admins may.
pub fn revoke(
    work: &mut dyn UnitOfWork,
    by: &Caller,
    id: ChatId,
    code: &InviteCode,
) -> Result<(), ChatError> {
    managed(work, by, id)?;
    let invite = work.invite(code)?.filter(|invite| invite.chat == id).ok_or(ChatError::NoSuchInvite)?;
    Ok(work.delete_invite(&by.origin, &invite)?)
}

/// What an invitation leads to, for anybody who knows its code.
pub fn look(reads: &mut dyn Reads, code: &InviteCode) -> Result<Invitation, ChatError> {
    let invite = reads.invite(code)?.ok_or(ChatError::NoSuchInvite)?;
    let chat = holds(reads, &invite)?;
    let view = reads.chat_view(invite.created_by, chat.id)?.ok_or(ChatError::NoSuchInvite)?;
    let invited_by = reads.persons(&[invite.created_by])?.pop().ok_or(ChatError::NoSuchInvite)?;
    Ok(Invitation {
        name: chat.name.ok_or(ChatError::NoSuchInvite)?,
        description: chat.description,
        member_count: view.member_count,
        invited_by,
    })
}

/// Joins the group that an invitation leads to. Who is in it already stays as they are, and is not counted.
pub fn accept(work: &mut dyn UnitOfWork, by: &Caller, code: &InviteCode) -> Result<ChatId, ChatError> {
    let invite = work.invite(code)?.ok_or(ChatError::NoSuchInvite)?;
    let Access { chat, member, .. } = work.access(by.user, invite.chat)?.ok_or(ChatError::NoSuchInvite)?;
    if member.is_some() {
        return Ok(chat.id);
    }
    holds(work, &invite)?;
    if !work.count_invite_use(code)? {
        return Err(ChatError::NoSuchInvite);
    }
    let user = work.user(by.user)?.ok_or(ChatError::NoSuchUser)?;
    members::enter(work, &by.origin, &chat, &user, ChatRole::Member)?;
    Ok(chat.id)
}

/// Whether an invitation still leads somewhere: refuses with `NoSuchInvite` when it does not.
pub(crate) fn check(work: &mut dyn UnitOfWork, code: &InviteCode) -> Result<(), ChatError> {
    let invite = work.invite(code)?.ok_or(ChatError::NoSuchInvite)?;
    holds(work, &invite).map(|_| ())
}

/// The group that an invitation leads to, as long as it holds: until its end and its last use, and as long as
/// who made it may invite, so that nobody who was removed comes back by a link of their own.
fn holds(reads: &mut (impl Reads + ?Sized), invite: &Invite) -> Result<Chat, ChatError> {
    if !invite.is_open(reads.now()) {
        return Err(ChatError::NoSuchInvite);
    }
    let access = reads.access(invite.created_by, invite.chat)?.ok_or(ChatError::NoSuchInvite)?;
    access.at_least(ChatRole::Admin).map_err(|_| ChatError::NoSuchInvite)?;
    Ok(access.chat)
}

/// A group whose invitations are the caller's to manage.
fn managed(reads: &mut (impl Reads + ?Sized), by: &Caller, id: ChatId) -> Result<Chat, ChatError> {
    let access = reads.access(by.user, id)?.ok_or(ChatError::NoSuchChat)?;
    access.at_least(ChatRole::Admin)?;
    Ok(access.chat)
}
