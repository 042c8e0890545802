//! Invitations in memory.

use std::cmp::Reverse;

use super::MemoryStore;
use crate::{
    ChatId, Origin, audit,
    chats::{Invite, InviteCode},
    ports::StoreError,
};

impl MemoryStore {
    pub(super) fn list_invites(&self, chat: ChatId) -> Vec<Invite> {
        let mut invites: Vec<Invite> =
            self.invites.values().filter(|invite| invite.chat == chat).cloned().collect();
        invites.sort_by_key(|invite| Reverse((invite.created_at, invite.code.clone())));
        invites
    }

    pub(super) fn add_invite(&mut self, by: &Origin, invite: &Invite) -> Result<(), StoreError> {
        if self.invites.contains_key(&invite.code) {
            return Err(StoreError::Taken);
        }
        self.invites.insert(invite.code.clone(), invite.clone());
        self.log(by, audit::invite_created(invite));
        Ok(())
    }

    pub(super) fn use_invite(&mut self, code: &InviteCode) -> bool {
        let Some(invite) = self.invites.get_mut(code) else { return false };
        let left = invite.max_uses.is_none_or(|max| invite.uses < max);
        invite.uses += i64::from(left);
        left
    }

    pub(super) fn remove_invite(&mut self, by: &Origin, invite: &Invite) {
        self.invites.remove(&invite.code);
        self.log(by, audit::invite_deleted(invite));
    }
}
