//! Members in memory.

use super::{MemoryStore, limited, missing};
use crate::{
    ChatId, Origin, Rev, Seq, UserId, audit,
    chats::{Bell, ChatRole, Kind, Member, MemberChange, MemberPage, Membership, SMALL},
    ports::StoreError,
    users::{Status, User},
};

impl MemoryStore {
    /// Everybody in a chat, in any status, by id.
    pub(super) fn members_of(&self, chat: ChatId) -> impl Iterator<Item = &Member> {
        let (first, last) = ((chat, UserId::new(i64::MIN)), (chat, UserId::new(i64::MAX)));
        self.members.range(first..=last).map(|(_, member)| member)
    }

    pub(super) fn member_count(&self, chat: ChatId) -> i64 {
        let there = self.members_of(chat).filter(|member| self.person(member.user).is_some());
        i64::try_from(there.count()).unwrap_or(i64::MAX)
    }

    pub(super) fn list_members(&self, chat: ChatId, page: MemberPage) -> Vec<(Member, User)> {
        let mut members: Vec<(&Member, &User)> = self
            .members_of(chat)
            .filter_map(|member| Some((member, self.find_user(member.user)?)))
            .filter(|(_, user)| user.status != Status::Deleted)
            .collect();
        members.sort_by_key(|(member, _)| (member.joined_at, member.user));
        let rest = members
            .into_iter()
            .filter(|(member, _)| page.after.is_none_or(|after| (member.joined_at, member.user) > after))
            .map(|(member, user)| (member.clone(), user.clone()));
        limited(rest, page.limit)
    }

    /// Direct, or with few members.
    pub(super) fn is_small(&self, id: ChatId) -> bool {
        self.live_chat(id).is_some_and(|chat| chat.kind == Kind::Direct || self.member_count(id) <= SMALL)
    }

    pub(super) fn list_memberships(&self, user: UserId) -> Vec<Membership> {
        self.members
            .values()
            .filter(|member| member.user == user)
            .filter_map(|member| self.live_chat(member.chat))
            .map(|chat| Membership { chat: chat.id, last_rev: chat.last_rev, small: self.is_small(chat.id) })
            .collect()
    }

    pub(super) fn find_members_named(&self, chat: ChatId, names: &[String]) -> Vec<UserId> {
        self.members_of(chat)
            .filter_map(|member| self.find_user(member.user))
            .filter(|user| user.is_active() && names.contains(&user.username.key()))
            .map(|user| user.id)
            .collect()
    }

    pub(super) fn add_members(
        &mut self,
        by: &Origin,
        chat: ChatId,
        users: &[(UserId, ChatRole)],
    ) -> Result<Vec<(Member, Rev)>, StoreError> {
        users.iter().map(|(user, role)| self.add_member(by, chat, *user, *role)).collect()
    }

    fn add_member(
        &mut self,
        by: &Origin,
        id: ChatId,
        user: UserId,
        role: ChatRole,
    ) -> Result<(Member, Rev), StoreError> {
        if self.members.contains_key(&(id, user)) {
            return Err(StoreError::Taken);
        }
        let member = Member {
            chat: id,
            user,
            role,
            joined_at: self.clock.now(),
            last_read: self.chat(id)?.last_seq,
            last_mention: Seq::ZERO,
            bell: Bell::All,
            muted_until: None,
        };
        let rev = self.next_rev(id)?;
        self.members.insert((id, user), member.clone());
        self.log(by, audit::member_created(&member));
        Ok((member, rev))
    }

    pub(super) fn change_member(
        &mut self,
        by: &Origin,
        member: &Member,
        change: &MemberChange,
    ) -> Result<Member, StoreError> {
        let member = self.find_member(member)?;
        let old = member.clone();
        *member = change.apply(&old);
        let new = member.clone();
        self.log(by, audit::member_changed(&old, change));
        Ok(new)
    }

    pub(super) fn remove_member(&mut self, by: &Origin, member: &Member) -> Result<Rev, StoreError> {
        let old = self.find_member(member)?.clone();
        self.members.remove(&(old.chat, old.user));
        self.log(by, audit::member_deleted(&old));
        self.next_rev(old.chat)
    }

    fn find_member(&mut self, member: &Member) -> Result<&mut Member, StoreError> {
        let key = (member.chat, member.user);
        self.members.get_mut(&key).ok_or_else(|| missing("member", member.user))
    }

    pub(super) fn mark_read(&mut self, marks: &[(ChatId, UserId, Seq)]) {
        for (chat, user, seq) in marks {
            if let Some(member) = self.members.get_mut(&(*chat, *user)) {
                member.last_read = *seq;
            }
        }
    }

    pub(super) fn mark_mentioned(&mut self, chat: ChatId, users: &[UserId], seq: Seq) {
        for user in users {
            if let Some(member) = self.members.get_mut(&(chat, *user)) {
                member.last_mention = member.last_mention.max(seq);
            }
        }
    }
}
