//! The port for changing, on a store in memory.

use super::MemoryStore;
use crate::{
    AttachmentId, ChatId, Notice, Origin, Rev, Seq, SessionId, Timestamp, UserId,
    attachments::{Attachment, NewAttachment},
    audit::Entry,
    chats::{Access, Chat, ChatChange, ChatRole, Invite, InviteCode, Member, MemberChange, NewChat},
    messages::{Message, MessageChange, NewMessage, Reaction},
    ports::{StoreError, UnitOfWork},
    users::{NewSession, NewUser, PasswordHash, SecretHash, Session, User, UserChange},
};

type Landed<T> = Result<T, StoreError>;

impl UnitOfWork for MemoryStore {
    fn accesses(&mut self, asked: &[(UserId, ChatId)]) -> Landed<Vec<Option<Access>>> {
        Ok(asked.iter().map(|(user, chat)| self.find_access(*user, *chat)).collect())
    }

    fn note(&mut self, notice: Notice) {
        self.notices.push(notice);
    }

    fn record(&mut self, by: &Origin, entry: Entry) -> Landed<()> {
        self.log(by, entry);
        Ok(())
    }

    fn insert_user(&mut self, by: &Origin, new: &NewUser) -> Landed<User> {
        self.add_user(by, new)
    }

    fn update_user(&mut self, by: &Origin, user: &User, change: &UserChange) -> Landed<User> {
        self.change_user(by, user, change)
    }

    fn set_password(&mut self, by: &Origin, user: &User, password: &PasswordHash) -> Landed<()> {
        self.change_password(by, user.id, password)
    }

    fn set_last_seen(&mut self, user: UserId, at: Timestamp) -> Landed<()> {
        self.see(user, at)
    }

    fn insert_session(&mut self, by: &Origin, new: &NewSession) -> Landed<Session> {
        Ok(self.begin_session(by, new))
    }

    fn rotate_session(
        &mut self,
        by: &Origin,
        session: &Session,
        next: &SecretHash,
        until: Timestamp,
    ) -> Landed<Session> {
        self.rotate(by, session.id, next, until)
    }

    fn set_last_used(&mut self, session: SessionId, at: Timestamp) -> Landed<()> {
        self.use_session(session, at)
    }

    fn end_session(&mut self, by: &Origin, session: &Session) -> Landed<()> {
        self.revoke(by, session.id)
    }

    fn insert_chat(&mut self, by: &Origin, new: &NewChat) -> Landed<Chat> {
        Ok(self.add_group(by, new))
    }

    fn insert_direct_chat(&mut self, by: &Origin, a: UserId, b: UserId) -> Landed<(ChatId, bool)> {
        self.add_direct(by, a, b)
    }

    fn update_chat(&mut self, by: &Origin, chat: &Chat, change: &ChatChange) -> Landed<Chat> {
        self.change_chat(by, chat.id, change)
    }

    fn delete_chat(&mut self, by: &Origin, chat: &Chat) -> Landed<Rev> {
        self.hide_chat(by, chat.id)
    }

    fn insert_members(
        &mut self,
        by: &Origin,
        chat: &Chat,
        users: &[(UserId, ChatRole)],
    ) -> Landed<Vec<(Member, Rev)>> {
        self.add_members(by, chat.id, users)
    }

    fn update_member(
        &mut self,
        by: &Origin,
        member: &Member,
        change: &MemberChange,
    ) -> Landed<(Member, Rev)> {
        let member = self.change_member(by, member, change)?;
        let rev = self.next_rev(member.chat)?;
        Ok((member, rev))
    }

    fn set_bell(&mut self, by: &Origin, member: &Member, change: &MemberChange) -> Landed<()> {
        self.change_member(by, member, change)?;
        Ok(())
    }

    fn delete_member(&mut self, by: &Origin, member: &Member) -> Landed<Rev> {
        self.remove_member(by, member)
    }

    fn insert_invite(&mut self, by: &Origin, invite: &Invite) -> Landed<()> {
        self.add_invite(by, invite)
    }

    fn count_invite_use(&mut self, code: &InviteCode) -> Landed<bool> {
        Ok(self.use_invite(code))
    }

    fn delete_invite(&mut self, by: &Origin, invite: &Invite) -> Landed<()> {
        self.remove_invite(by, invite);
        Ok(())
    }

    fn insert_messages(&mut self, new: &[NewMessage]) -> Landed<Vec<Message>> {
        self.claims_are_free(new)?;
        new.iter().map(|message| self.add_message(message)).collect()
    }

    fn update_message(&mut self, by: &Origin, message: &Message, change: &MessageChange) -> Landed<Message> {
        self.change_message(by, message.id, change)
    }

    fn insert_reaction(
        &mut self,
        by: &Origin,
        message: &Message,
        user: UserId,
        reaction: &Reaction,
    ) -> Landed<Message> {
        self.add_reaction(by, message, user, reaction)
    }

    fn delete_reaction(
        &mut self,
        by: &Origin,
        message: &Message,
        user: UserId,
        reaction: &Reaction,
    ) -> Landed<Message> {
        self.take_reaction(by, message, user, reaction)
    }

    fn set_reads(&mut self, marks: &[(ChatId, UserId, Seq)]) -> Landed<()> {
        self.mark_read(marks);
        Ok(())
    }

    fn insert_attachment(&mut self, by: &Origin, new: &NewAttachment) -> Landed<Attachment> {
        Ok(self.add_file(by, new))
    }

    fn delete_attachment(&mut self, by: &Origin, file: &Attachment) -> Landed<()> {
        self.remove_file(by, file);
        Ok(())
    }

    fn unused_attachments(&mut self, before: Timestamp, limit: i64) -> Landed<Vec<AttachmentId>> {
        Ok(self.list_unused(before, limit))
    }
}
