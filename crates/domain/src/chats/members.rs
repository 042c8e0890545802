//! Who is in a group: added, joining, changing roles, leaving.

use std::sync::Arc;

use super::{
    Access, Barrier, Bell, Chat, ChatError, ChatRole, Kind, Member, MemberChange, MemberPage, SMALL,
    Visibility, successor,
};
use crate::{
    Audience, Caller, ChatId, Event, Notice, Origin, Timestamp, UserId,
    ports::{Reads, UnitOfWork},
    users::{User, Username},
};

/// The members of a chat of the caller's, by when they joined.
pub fn list(
    reads: &mut dyn Reads,
    by: &Caller,
    id: ChatId,
    page: MemberPage,
) -> Result<Vec<(Member, User)>, ChatError> {
    reads.access(by.user, id)?.ok_or(ChatError::NoSuchChat)?.member()?;
    Ok(reads.members(id, page)?)
}

/// Adds somebody to a group, as its owners and admins may; admins add plain members only. Who is there
/// already stays as they are: the second part of the answer tells whether they are new.
pub fn add(
    work: &mut dyn UnitOfWork,
    by: &Caller,
    id: ChatId,
    username: &Username,
    role: ChatRole,
) -> Result<(Member, User, bool), ChatError> {
    let access = work.access(by.user, id)?.ok_or(ChatError::NoSuchChat)?;
    let own = access.at_least(ChatRole::Admin)?;
    if own.role < ChatRole::Owner && role > ChatRole::Member {
        return Err(ChatError::NotAllowed);
    }
    let user = work
        .user_named(username)?
        .filter(User::is_active)
        .ok_or_else(|| ChatError::UnknownMember(username.to_string()))?;
    if let Some(member) = work.member(id, user.id)? {
        return Ok((member, user, false));
    }
    let member = enter(work, &by.origin, &access.chat, &user, role)?;
    Ok((member, user, true))
}

/// Joins a public group; who is in it already stays as they are. Who finds nobody active there becomes its
/// owner.
pub fn join(work: &mut dyn UnitOfWork, by: &Caller, id: ChatId) -> Result<(), ChatError> {
    let access = work.access(by.user, id)?.ok_or(ChatError::NoSuchChat)?;
    if access.member.is_some() {
        return Ok(());
    }
    if access.chat.visibility != Visibility::Public {
        return Err(ChatError::NoSuchChat);
    }
    let user = work.user(by.user)?.filter(User::is_active).ok_or(ChatError::NoSuchUser)?;
    enter(work, &by.origin, &access.chat, &user, ChatRole::Member)?;
    give_owner(work, &by.origin, id)
}

/// Makes somebody, who is none yet, a member, and tells them and the others.
pub(super) fn enter(
    work: &mut dyn UnitOfWork,
    by: &Origin,
    chat: &Chat,
    user: &User,
    role: ChatRole,
) -> Result<Member, ChatError> {
    let added = work.insert_members(by, chat, &[(user.id, role)])?;
    let (member, rev) = added.into_iter().next().ok_or(ChatError::NoSuchMember)?;
    let view = work.chat_view(user.id, chat.id)?.ok_or(ChatError::NoSuchChat)?;
    let small = view.member_count <= SMALL;
    let added = Event::MemberAdded { chat: chat.id, rev, user: user.person().into(), role, small };
    work.note(Notice::new(Audience::User(user.id), Event::ChatCreated { view: Arc::new(view) }));
    work.note(Notice::new(Audience::Chat(chat.id), added));
    Ok(member)
}

/// Changes what a member is in a group, as its owners may. The last owner cannot step down.
pub fn set_role(
    work: &mut dyn UnitOfWork,
    by: &Caller,
    id: ChatId,
    username: &Username,
    role: ChatRole,
) -> Result<(Member, User), ChatError> {
    let access = work.access(by.user, id)?.ok_or(ChatError::NoSuchChat)?;
    access.at_least(ChatRole::Owner)?;
    let (user, member) = find(work, id, username)?;
    if member.role == role {
        return Ok((member, user));
    }
    if member.role == ChatRole::Owner && other_owners(work, id, user.id)? == 0 {
        return Err(ChatError::LastOwner);
    }
    let member = change_role(work, &by.origin, &member, &user, role)?;
    Ok((member, user))
}

fn change_role(
    work: &mut dyn UnitOfWork,
    by: &Origin,
    member: &Member,
    user: &User,
    role: ChatRole,
) -> Result<Member, ChatError> {
    let change = MemberChange { role: Some(role), ..MemberChange::default() };
    let (member, rev) = work.update_member(by, member, &change)?;
    let event = Event::MemberUpdated { chat: member.chat, rev, user: user.person().into(), role };
    work.note(Notice::new(Audience::Chat(member.chat), event));
    Ok(member)
}

/// Removes a member from a group: oneself always, others as owners may, and admins those below them.
pub fn remove(
    work: &mut dyn UnitOfWork,
    by: &Caller,
    id: ChatId,
    username: &Username,
) -> Result<(), ChatError> {
    let access = work.access(by.user, id)?.ok_or(ChatError::NoSuchChat)?;
    let own = access.at_least(ChatRole::Member)?;
    let (user, member) = find(work, id, username)?;
    may_remove(own, &member)?;
    take_out(work, &by.origin, &access.chat, &member, &user)
}

/// Whether `own` may remove `member`.
fn may_remove(own: &Member, member: &Member) -> Result<(), Barrier> {
    let allowed = own.user == member.user
        || own.role == ChatRole::Owner
        || (own.role == ChatRole::Admin && member.role < ChatRole::Admin);
    allowed.then_some(()).ok_or(Barrier::NotAllowed)
}

/// Takes a member out of a group. From the last owner somebody else takes over; with the last member it ends.
fn take_out(
    work: &mut dyn UnitOfWork,
    by: &Origin,
    chat: &Chat,
    member: &Member,
    user: &User,
) -> Result<(), ChatError> {
    hand_over(work, by, member)?;
    let rev = work.delete_member(by, member)?;
    let small = work.small_chats(&[chat.id])?.contains(&chat.id);
    let (user, role) = (user.person().into(), member.role);
    let gone = Event::MemberRemoved { chat: chat.id, rev, user, role, small };
    work.note(Notice::new(Audience::Chat(chat.id), gone));
    let everybody = MemberPage { after: None, limit: 1 };
    if work.members(chat.id, everybody)?.is_empty() {
        work.delete_chat(by, chat)?;
    }
    Ok(())
}

/// Gives the group another owner where `member` is its last active one.
fn hand_over(work: &mut dyn UnitOfWork, by: &Origin, member: &Member) -> Result<(), ChatError> {
    if member.role != ChatRole::Owner {
        return Ok(());
    }
    let mut others = work.active_members(member.chat)?;
    others.retain(|other| other.user != member.user);
    if others.iter().any(|other| other.role == ChatRole::Owner) {
        return Ok(());
    }
    let Some(next) = successor(&others) else { return Ok(()) };
    let user = work.user(next.user)?.ok_or(ChatError::NoSuchUser)?;
    change_role(work, by, next, &user, ChatRole::Owner)?;
    Ok(())
}

/// Gives a group an owner where its active members have none: it was left to accounts that can't be used.
fn give_owner(work: &mut dyn UnitOfWork, by: &Origin, id: ChatId) -> Result<(), ChatError> {
    let members = work.active_members(id)?;
    if members.iter().any(|member| member.role == ChatRole::Owner) {
        return Ok(());
    }
    let Some(next) = successor(&members) else { return Ok(()) };
    let user = work.user(next.user)?.ok_or(ChatError::NoSuchUser)?;
    change_role(work, by, next, &user, ChatRole::Owner)?;
    Ok(())
}

fn other_owners(work: &mut dyn UnitOfWork, id: ChatId, but: UserId) -> Result<usize, ChatError> {
    let members = work.active_members(id)?;
    Ok(members.iter().filter(|member| member.role == ChatRole::Owner && member.user != but).count())
}

/// Takes a user out of every group of theirs, for good.
pub(crate) fn leave_all(work: &mut dyn UnitOfWork, by: &Origin, user: &User) -> Result<(), ChatError> {
    for (chat, member) in groups_of(work, user)? {
        take_out(work, by, &chat, &member, user)?;
    }
    Ok(())
}

/// Gives another owner to every group whose last one this user is; they stay a member.
pub(crate) fn hand_over_all(work: &mut dyn UnitOfWork, by: &Origin, user: &User) -> Result<(), ChatError> {
    for (_, member) in groups_of(work, user)? {
        hand_over(work, by, &member)?;
    }
    Ok(())
}

/// Gives an owner to every group of somebody who is active again, where it lacks one.
pub(crate) fn give_owners(work: &mut dyn UnitOfWork, by: &Origin, user: &User) -> Result<(), ChatError> {
    for (chat, _) in groups_of(work, user)? {
        give_owner(work, by, chat.id)?;
    }
    Ok(())
}

fn groups_of(work: &mut dyn UnitOfWork, user: &User) -> Result<Vec<(Chat, Member)>, ChatError> {
    let mut groups = Vec::new();
    for membership in work.memberships(user.id)? {
        if let Some(Access { chat, member: Some(member), .. }) = work.access(user.id, membership.chat)?
            && chat.kind == Kind::Group
        {
            groups.push((chat, member));
        }
    }
    Ok(groups)
}

/// Sets of what in a chat the caller is told, and until when of nothing.
pub fn set_bell(
    work: &mut dyn UnitOfWork,
    by: &Caller,
    id: ChatId,
    bell: Bell,
    muted_until: Option<Timestamp>,
) -> Result<(), ChatError> {
    let access = work.access(by.user, id)?.ok_or(ChatError::NoSuchChat)?;
    let member = access.member()?;
    let change = MemberChange { bell: Some(bell), muted_until: Some(muted_until), ..MemberChange::default() };
    if change.apply(member) != *member {
        work.set_bell(&by.origin, member, &change)?;
    }
    Ok(())
}

fn find(work: &mut dyn UnitOfWork, chat: ChatId, username: &Username) -> Result<(User, Member), ChatError> {
    let user = work.user_named(username)?.ok_or(ChatError::NoSuchMember)?;
    let member = work.member(chat, user.id)?.ok_or(ChatError::NoSuchMember)?;
    Ok((user, member))
}
