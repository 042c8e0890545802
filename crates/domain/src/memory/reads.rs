//! The port for looking, on a store in memory.

use super::MemoryStore;
use crate::{
    AttachmentId, ChatId, MessageId, Rev, SessionId, Timestamp, UserId,
    attachments::Attachment,
    chats::{Access, ChatPage, ChatView, Invite, InviteCode, Member, MemberPage, Membership, PublicPage},
    messages::{ClientId, Message, MessageView, Reaction, Span},
    ports::{Reads, StoreError},
    search::Query,
    users::{Credentials, Person, SecretHash, Session, SignedIn, User, UserPage, Username},
};

type Found<T> = Result<T, StoreError>;

impl Reads for MemoryStore {
    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn user(&mut self, id: UserId) -> Found<Option<User>> {
        Ok(self.find_user(id).cloned())
    }

    fn user_named(&mut self, username: &Username) -> Found<Option<User>> {
        Ok(self.account_named(&username.key()).map(|account| account.user.clone()))
    }

    fn credentials(&mut self, login: &str) -> Found<Option<Credentials>> {
        Ok(self.find_credentials(login))
    }

    fn users(&mut self, page: &UserPage) -> Found<Vec<User>> {
        Ok(self.list_users(page))
    }

    fn persons(&mut self, ids: &[UserId]) -> Found<Vec<Person>> {
        Ok(ids.iter().filter_map(|id| self.person(*id)).collect())
    }

    fn active_admins(&mut self) -> Found<i64> {
        Ok(i64::try_from(self.count_active_admins()).unwrap_or(i64::MAX))
    }

    fn signed_in(&mut self, id: SessionId) -> Found<Option<SignedIn>> {
        Ok(self.find_session(id))
    }

    fn session_with(&mut self, secret: &SecretHash) -> Found<Option<SignedIn>> {
        Ok(self.find_session_with(secret))
    }

    fn sessions_of(&mut self, user: UserId) -> Found<Vec<Session>> {
        Ok(self.list_sessions(user))
    }

    fn access(&mut self, user: UserId, chat: ChatId) -> Found<Option<Access>> {
        Ok(self.find_access(user, chat))
    }

    fn direct_chat(&mut self, a: UserId, b: UserId) -> Found<Option<ChatId>> {
        Ok(self.find_direct(a, b))
    }

    fn chat_views(&mut self, user: UserId, page: ChatPage) -> Found<Vec<ChatView>> {
        Ok(self.list_chats(user, page))
    }

    fn chat_view(&mut self, user: UserId, chat: ChatId) -> Found<Option<ChatView>> {
        Ok(self.see_chat(user, chat))
    }

    fn public_chats(&mut self, user: UserId, page: &PublicPage) -> Found<Vec<ChatView>> {
        Ok(self.list_public(user, page))
    }

    fn memberships(&mut self, user: UserId) -> Found<Vec<Membership>> {
        Ok(self.list_memberships(user))
    }

    fn small_chats(&mut self, chats: &[ChatId]) -> Found<Vec<ChatId>> {
        Ok(chats.iter().copied().filter(|chat| self.is_small(*chat)).collect())
    }

    fn member(&mut self, chat: ChatId, user: UserId) -> Found<Option<Member>> {
        Ok(self.members.get(&(chat, user)).cloned())
    }

    fn members(&mut self, chat: ChatId, page: MemberPage) -> Found<Vec<(Member, User)>> {
        Ok(self.list_members(chat, page))
    }

    fn active_members(&mut self, chat: ChatId) -> Found<Vec<Member>> {
        Ok(self.members_of(chat).filter(|member| self.is_active(member.user)).cloned().collect())
    }

    fn members_named(&mut self, chat: ChatId, names: &[String]) -> Found<Vec<UserId>> {
        Ok(self.find_members_named(chat, names))
    }

    fn invite(&mut self, code: &InviteCode) -> Found<Option<Invite>> {
        Ok(self.invites.get(code).cloned())
    }

    fn invites_of(&mut self, chat: ChatId) -> Found<Vec<Invite>> {
        Ok(self.list_invites(chat))
    }

    fn messages(&mut self, ids: &[MessageId]) -> Found<Vec<Message>> {
        Ok(ids.iter().filter_map(|id| self.messages.get(id).cloned()).collect())
    }

    fn sent_as(&mut self, claims: &[(UserId, ClientId)]) -> Found<Vec<Message>> {
        let ids = claims.iter().filter_map(|claim| self.claims.get(claim));
        Ok(ids.filter_map(|id| self.messages.get(id).cloned()).collect())
    }

    fn history(&mut self, chat: ChatId, span: Span) -> Found<Vec<Message>> {
        Ok(self.stretch(chat, span))
    }

    fn changed_after(&mut self, chat: ChatId, rev: Rev, limit: i64) -> Found<Vec<Message>> {
        Ok(self.changes(chat, rev, limit))
    }

    fn search(
        &mut self,
        user: UserId,
        query: &Query,
        below: Option<MessageId>,
        limit: i64,
    ) -> Found<Vec<Message>> {
        Ok(self.find_messages(user, query, below, limit))
    }

    fn depict(&mut self, messages: Vec<Message>) -> Found<Vec<MessageView>> {
        Ok(messages.into_iter().map(|message| self.view(message)).collect())
    }

    fn has_reaction(&mut self, message: MessageId, user: UserId, reaction: &Reaction) -> Found<bool> {
        Ok(self.reactions_to(message).iter().any(|(who, what)| *who == user && what == reaction))
    }

    fn reaction_kinds(&mut self, message: MessageId) -> Found<Vec<Reaction>> {
        Ok(self.kinds_of_reactions(message))
    }

    fn attachments(&mut self, ids: &[AttachmentId]) -> Found<Vec<Attachment>> {
        Ok(ids.iter().filter_map(|id| self.file(*id)).collect())
    }

    fn attached(&mut self, message: MessageId) -> Found<Vec<AttachmentId>> {
        Ok(self.carried_by(message).to_vec())
    }

    fn was_attached(&mut self, file: AttachmentId) -> Found<bool> {
        Ok(self.was_carried(file))
    }

    fn withdrawn_attachments(&mut self, files: &[AttachmentId]) -> Found<Vec<AttachmentId>> {
        Ok(files.iter().copied().filter(|file| self.is_withdrawn(*file)).collect())
    }

    fn may_read_attachment(&mut self, user: UserId, file: AttachmentId) -> Found<bool> {
        Ok(self.can_read_file(user, file))
    }

    fn keys_in_use(&mut self, keys: &[String]) -> Found<Vec<String>> {
        Ok(self.file_keys().filter(|key| keys.contains(key)).cloned().collect())
    }

    fn avatars_in_use(&mut self, names: &[String]) -> Found<Vec<String>> {
        Ok(self.avatars().filter(|name| names.contains(name)).cloned().collect())
    }
}
