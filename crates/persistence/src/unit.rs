//! The domain's ports, on a connection: each method hands over to the table it is about.

use std::collections::HashSet;

use domain::{
    AttachmentId, ChatId, MessageId, Notice, Origin, Rev, Seq, SessionId, Timestamp, UserId,
    attachments::{Attachment, NewAttachment},
    audit::Entry,
    chats::{
        Access, Chat, ChatChange, ChatPage, ChatRole, ChatView, Invite, InviteCode, Member, MemberChange,
        MemberPage, Membership, NewChat, PublicPage,
    },
    messages::{ClientId, Message, MessageChange, MessageView, NewMessage, Reaction, Span},
    ports::{Reads, StoreError, UnitOfWork},
    search::Query,
    users::{
        Credentials, NewSession, NewUser, PasswordHash, Person, SecretHash, Session, SignedIn, User,
        UserChange, UserPage, Username,
    },
};

use crate::{
    connection::Loads,
    error::Outcome,
    ledger::{Clock, Ledger},
    tables::{
        accesses, attachments, chats, depict, invites, members, messages, reactions, search, sending,
        sessions, users, views,
    },
};

type Found<T> = Result<T, StoreError>;

/// What a use case is done or looks through.
pub(crate) struct Unit<'a, S> {
    source: &'a mut S,
    clock: &'a Clock,
    notices: Vec<Notice>,
    /// Messages that were made through this unit and that nothing stands beside yet.
    bare: HashSet<MessageId>,
}

impl<'a, S> Unit<'a, S> {
    pub(crate) fn new(source: &'a mut S, clock: &'a Clock) -> Self {
        Self { source, clock, notices: Vec::new(), bare: HashSet::new() }
    }

    /// What was noted.
    pub(crate) fn notices(self) -> Vec<Notice> {
        self.notices
    }
}

/// Where a unit looks things up.
pub(crate) trait Source {
    fn loads(&mut self) -> &mut Loads;

    /// Keeps others from changing these chats until the job has landed.
    fn lock(&mut self, chats: &mut dyn Iterator<Item = ChatId>) -> Outcome<()>;
}

impl Source for Loads {
    fn loads(&mut self) -> &mut Loads {
        self
    }

    fn lock(&mut self, _: &mut dyn Iterator<Item = ChatId>) -> Outcome<()> {
        Ok(())
    }
}

impl Source for Ledger {
    fn loads(&mut self) -> &mut Loads {
        Ledger::loads(self)
    }

    fn lock(&mut self, chats: &mut dyn Iterator<Item = ChatId>) -> Outcome<()> {
        accesses::lock(Ledger::loads(self), chats)
    }
}

impl<S: Source> Unit<'_, S> {
    fn db(&mut self) -> &mut Loads {
        self.source.loads()
    }
}

impl<S: Source> Reads for Unit<'_, S> {
    fn now(&self) -> Timestamp {
        (self.clock)()
    }

    fn user(&mut self, id: UserId) -> Found<Option<User>> {
        Ok(users::find(self.db(), id)?)
    }

    fn user_named(&mut self, username: &Username) -> Found<Option<User>> {
        Ok(users::find_named(self.db(), username)?)
    }

    fn credentials(&mut self, login: &str) -> Found<Option<Credentials>> {
        Ok(users::credentials(self.db(), login)?)
    }

    fn users(&mut self, page: &UserPage) -> Found<Vec<User>> {
        Ok(users::list(self.db(), page)?)
    }

    fn persons(&mut self, ids: &[UserId]) -> Found<Vec<Person>> {
        Ok(users::persons(self.db(), ids.iter().map(|id| id.get()))?)
    }

    fn active_admins(&mut self) -> Found<i64> {
        Ok(users::active_admins(self.db())?)
    }

    fn signed_in(&mut self, id: SessionId) -> Found<Option<SignedIn>> {
        Ok(sessions::find(self.db(), id)?)
    }

    fn session_with(&mut self, secret: &SecretHash) -> Found<Option<SignedIn>> {
        Ok(sessions::find_with(self.db(), secret)?)
    }

    fn sessions_of(&mut self, user: UserId) -> Found<Vec<Session>> {
        let now = self.now();
        Ok(sessions::open_of(self.db(), user, now)?)
    }

    fn access(&mut self, user: UserId, chat: ChatId) -> Found<Option<Access>> {
        self.source.lock(&mut std::iter::once(chat))?;
        Ok(accesses::find(self.db(), &[(user, chat)])?.pop().flatten())
    }

    fn direct_chat(&mut self, a: UserId, b: UserId) -> Found<Option<ChatId>> {
        Ok(chats::direct(self.db(), a, b)?)
    }

    fn chat_views(&mut self, user: UserId, page: ChatPage) -> Found<Vec<ChatView>> {
        Ok(views::list(self.db(), user, page)?)
    }

    fn chat_view(&mut self, user: UserId, chat: ChatId) -> Found<Option<ChatView>> {
        Ok(views::find(self.db(), user, chat)?)
    }

    fn public_chats(&mut self, user: UserId, page: &PublicPage) -> Found<Vec<ChatView>> {
        Ok(views::public(self.db(), user, page)?)
    }

    fn memberships(&mut self, user: UserId) -> Found<Vec<Membership>> {
        Ok(members::memberships(self.db(), user)?)
    }

    fn small_chats(&mut self, chats: &[ChatId]) -> Found<Vec<ChatId>> {
        Ok(members::small(self.db(), chats)?)
    }

    fn member(&mut self, chat: ChatId, user: UserId) -> Found<Option<Member>> {
        Ok(members::find(self.db(), chat, user)?)
    }

    fn members(&mut self, chat: ChatId, page: MemberPage) -> Found<Vec<(Member, User)>> {
        Ok(members::list(self.db(), chat, page)?)
    }

    fn active_members(&mut self, chat: ChatId) -> Found<Vec<Member>> {
        Ok(members::active(self.db(), chat)?)
    }

    fn members_named(&mut self, chat: ChatId, names: &[String]) -> Found<Vec<UserId>> {
        Ok(members::named(self.db(), chat, names)?)
    }

    fn invite(&mut self, code: &InviteCode) -> Found<Option<Invite>> {
        Ok(invites::find(self.db(), code)?)
    }

    fn invites_of(&mut self, chat: ChatId) -> Found<Vec<Invite>> {
        Ok(invites::of_chat(self.db(), chat)?)
    }

    fn messages(&mut self, ids: &[MessageId]) -> Found<Vec<Message>> {
        Ok(messages::find(self.db(), ids.iter().map(|id| id.get()))?)
    }

    fn sent_as(&mut self, claims: &[(UserId, ClientId)]) -> Found<Vec<Message>> {
        Ok(messages::sent_as(self.db(), claims)?)
    }

    fn history(&mut self, chat: ChatId, span: Span) -> Found<Vec<Message>> {
        Ok(messages::history(self.db(), chat, span)?)
    }

    fn changed_after(&mut self, chat: ChatId, rev: Rev, limit: i64) -> Found<Vec<Message>> {
        Ok(messages::changed_after(self.db(), chat, rev, limit)?)
    }

    fn search(
        &mut self,
        user: UserId,
        query: &Query,
        below: Option<MessageId>,
        limit: i64,
    ) -> Found<Vec<Message>> {
        Ok(search::find(self.db(), user, query, below, limit)?)
    }

    fn depict(&mut self, messages: Vec<Message>) -> Found<Vec<MessageView>> {
        let bare = &self.bare;
        Ok(depict::depict(self.source.loads(), messages, |id| bare.contains(&id))?)
    }

    fn has_reaction(&mut self, message: MessageId, user: UserId, reaction: &Reaction) -> Found<bool> {
        Ok(reactions::has(self.db(), message, user, reaction)?)
    }

    fn reaction_kinds(&mut self, message: MessageId) -> Found<Vec<Reaction>> {
        Ok(reactions::kinds(self.db(), message)?)
    }

    fn attachments(&mut self, ids: &[AttachmentId]) -> Found<Vec<Attachment>> {
        Ok(attachments::find(self.db(), ids)?)
    }

    fn attached(&mut self, message: MessageId) -> Found<Vec<AttachmentId>> {
        Ok(attachments::carried_by(self.db(), message)?)
    }

    fn was_attached(&mut self, file: AttachmentId) -> Found<bool> {
        Ok(attachments::was_carried(self.db(), file)?)
    }

    fn withdrawn_attachments(&mut self, files: &[AttachmentId]) -> Found<Vec<AttachmentId>> {
        Ok(attachments::withdrawn(self.db(), files)?)
    }

    fn may_read_attachment(&mut self, user: UserId, file: AttachmentId) -> Found<bool> {
        Ok(attachments::may_read(self.db(), user, file)?)
    }

    fn keys_in_use(&mut self, keys: &[String]) -> Found<Vec<String>> {
        Ok(attachments::keys_in_use(self.db(), keys)?)
    }

    fn avatars_in_use(&mut self, names: &[String]) -> Found<Vec<String>> {
        Ok(users::avatars_in_use(self.db(), names)?)
    }
}

impl UnitOfWork for Unit<'_, Ledger> {
    fn accesses(&mut self, asked: &[(UserId, ChatId)]) -> Found<Vec<Option<Access>>> {
        self.source.lock(&mut asked.iter().map(|(_, chat)| *chat))?;
        Ok(accesses::find(self.db(), asked)?)
    }

    fn note(&mut self, notice: Notice) {
        self.notices.push(notice);
    }

    fn record(&mut self, by: &Origin, entry: Entry) -> Found<()> {
        self.source.record(by, &entry);
        Ok(())
    }

    fn insert_user(&mut self, by: &Origin, new: &NewUser) -> Found<User> {
        Ok(users::insert(self.source, by, new)?)
    }

    fn update_user(&mut self, by: &Origin, user: &User, change: &UserChange) -> Found<User> {
        Ok(users::update(self.source, by, user, change)?)
    }

    fn set_password(&mut self, by: &Origin, user: &User, password: &PasswordHash) -> Found<()> {
        Ok(users::set_password(self.source, by, user.id, password)?)
    }

    fn set_last_seen(&mut self, user: UserId, at: Timestamp) -> Found<()> {
        Ok(users::set_last_seen(self.source, user, at)?)
    }

    fn insert_session(&mut self, by: &Origin, new: &NewSession) -> Found<Session> {
        Ok(sessions::insert(self.source, by, new)?)
    }

    fn rotate_session(
        &mut self,
        by: &Origin,
        session: &Session,
        next: &SecretHash,
        until: Timestamp,
    ) -> Found<Session> {
        Ok(sessions::rotate(self.source, by, session, next, until)?)
    }

    fn set_last_used(&mut self, session: SessionId, at: Timestamp) -> Found<()> {
        Ok(sessions::set_last_used(self.source, session, at)?)
    }

    fn end_session(&mut self, by: &Origin, session: &Session) -> Found<()> {
        Ok(sessions::end(self.source, by, session)?)
    }

    fn insert_chat(&mut self, by: &Origin, new: &NewChat) -> Found<Chat> {
        Ok(chats::insert_group(self.source, by, new)?)
    }

    fn insert_direct_chat(&mut self, by: &Origin, a: UserId, b: UserId) -> Found<(ChatId, bool)> {
        Ok(chats::insert_direct(self.source, by, a, b)?)
    }

    fn update_chat(&mut self, by: &Origin, chat: &Chat, change: &ChatChange) -> Found<Chat> {
        Ok(chats::update(self.source, by, chat, change)?)
    }

    fn delete_chat(&mut self, by: &Origin, chat: &Chat) -> Found<Rev> {
        Ok(chats::delete(self.source, by, chat)?)
    }

    fn insert_members(
        &mut self,
        by: &Origin,
        chat: &Chat,
        users: &[(UserId, ChatRole)],
    ) -> Found<Vec<(Member, Rev)>> {
        Ok(members::insert(self.source, by, chat.id, users)?)
    }

    fn update_member(&mut self, by: &Origin, member: &Member, change: &MemberChange) -> Found<(Member, Rev)> {
        Ok(members::update(self.source, by, member, change)?)
    }

    fn set_bell(&mut self, by: &Origin, member: &Member, change: &MemberChange) -> Found<()> {
        Ok(members::set_bell(self.source, by, member, change)?)
    }

    fn delete_member(&mut self, by: &Origin, member: &Member) -> Found<Rev> {
        Ok(members::delete(self.source, by, member)?)
    }

    fn insert_invite(&mut self, by: &Origin, invite: &Invite) -> Found<()> {
        Ok(invites::insert(self.source, by, invite)?)
    }

    fn count_invite_use(&mut self, code: &InviteCode) -> Found<bool> {
        Ok(invites::count_use(self.source, code)?)
    }

    fn delete_invite(&mut self, by: &Origin, invite: &Invite) -> Found<()> {
        Ok(invites::delete(self.source, by, invite)?)
    }

    fn insert_messages(&mut self, new: &[NewMessage]) -> Found<Vec<Message>> {
        let made = sending::insert(self.source, new)?;
        let bare = made.iter().zip(new).filter(|(_, new)| new.attachments.is_empty());
        self.bare.extend(bare.map(|(message, _)| message.id));
        Ok(made)
    }

    fn update_message(&mut self, by: &Origin, message: &Message, change: &MessageChange) -> Found<Message> {
        Ok(messages::update(self.source, by, message, change)?)
    }

    fn insert_reaction(
        &mut self,
        by: &Origin,
        message: &Message,
        user: UserId,
        reaction: &Reaction,
    ) -> Found<Message> {
        self.bare.remove(&message.id);
        Ok(reactions::insert(self.source, by, message, user, reaction)?)
    }

    fn delete_reaction(
        &mut self,
        by: &Origin,
        message: &Message,
        user: UserId,
        reaction: &Reaction,
    ) -> Found<Message> {
        Ok(reactions::delete(self.source, by, message, user, reaction)?)
    }

    fn set_reads(&mut self, marks: &[(ChatId, UserId, Seq)]) -> Found<()> {
        Ok(members::set_reads(self.source, marks)?)
    }

    fn insert_attachment(&mut self, by: &Origin, new: &NewAttachment) -> Found<Attachment> {
        Ok(attachments::insert(self.source, by, new)?)
    }

    fn delete_attachment(&mut self, by: &Origin, file: &Attachment) -> Found<()> {
        Ok(attachments::delete(self.source, by, file)?)
    }

    fn unused_attachments(&mut self, before: Timestamp, limit: i64) -> Found<Vec<AttachmentId>> {
        Ok(attachments::unused(self.db(), before, limit)?)
    }
}
