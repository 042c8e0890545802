//! Changing things, together or not at all.

use super::{Reads, StoreError};
use crate::{
    AttachmentId, ChatId, Notice, Origin, Rev, Seq, Timestamp, UserId,
    attachments::{Attachment, NewAttachment},
    audit::Entry,
    chats::{Access, Chat, ChatChange, ChatRole, Invite, InviteCode, Member, MemberChange, NewChat},
    messages::{Message, MessageChange, NewMessage, Reaction},
    users::{NewSession, NewUser, PasswordHash, SecretHash, Session, User, UserChange},
};

type Landed<T> = Result<T, StoreError>;

/// What a use case may do inside a job of the writer: everything done through it lands together, or not at all.
///
/// Each change of a chat takes that chat's next `rev`, each change writes its audit row, by `by`. Only what is
/// named a counter, a mark or a time here is exempt from that.
pub trait UnitOfWork: Reads {
    /// Chats as their users find them, as [`Reads::access`], in the order asked; locked in the order of their ids.
    fn accesses(&mut self, asked: &[(UserId, ChatId)]) -> Landed<Vec<Option<Access>>>;

    /// Notes what happened, for those who listen: told after the commit, in this order.
    fn note(&mut self, notice: Notice);

    /// Writes an audit row for what is no change of a model but must be known.
    fn record(&mut self, by: &Origin, entry: Entry) -> Landed<()>;

    /// Makes a user. Refuses with `Taken` when the username is or was somebody's.
    fn insert_user(&mut self, by: &Origin, new: &NewUser) -> Landed<User>;

    /// Changes a user.
    fn update_user(&mut self, by: &Origin, user: &User, change: &UserChange) -> Landed<User>;

    /// Changes what a user's password is checked against.
    fn set_password(&mut self, by: &Origin, user: &User, password: &PasswordHash) -> Landed<()>;

    /// Notes when a user was last there: a time, not audited.
    fn set_last_seen(&mut self, user: UserId, at: Timestamp) -> Landed<()>;

    /// Begins a session now.
    fn insert_session(&mut self, by: &Origin, new: &NewSession) -> Landed<Session>;

    /// Changes the refresh token for the next one, which is good until `until`, and notes the use of the session, which
    /// is over then.
    fn rotate_session(
        &mut self,
        by: &Origin,
        session: &Session,
        next: &SecretHash,
        until: Timestamp,
    ) -> Landed<Session>;

    /// Notes when a session was last used: a time, not audited.
    fn set_last_used(&mut self, session: crate::SessionId, at: Timestamp) -> Landed<()>;

    /// Ends a session now.
    fn end_session(&mut self, by: &Origin, session: &Session) -> Landed<()>;

    /// Makes a group chat, without members yet.
    fn insert_chat(&mut self, by: &Origin, new: &NewChat) -> Landed<Chat>;

    /// Makes the direct chat of two users with its members, unless it is there: the second part of the answer
    /// tells whether it is new.
    fn insert_direct_chat(&mut self, by: &Origin, a: UserId, b: UserId) -> Landed<(ChatId, bool)>;

    /// Changes a chat, which it returns with its new `rev`.
    fn update_chat(&mut self, by: &Origin, chat: &Chat, change: &ChatChange) -> Landed<Chat>;

    /// Hides a chat from everyone.
    fn delete_chat(&mut self, by: &Origin, chat: &Chat) -> Landed<Rev>;

    /// Makes users, who are none yet, members from now on with everything read, in this order.
    fn insert_members(
        &mut self,
        by: &Origin,
        chat: &Chat,
        users: &[(UserId, ChatRole)],
    ) -> Landed<Vec<(Member, Rev)>>;

    /// Changes a member's role.
    fn update_member(&mut self, by: &Origin, member: &Member, change: &MemberChange)
    -> Landed<(Member, Rev)>;

    /// Changes of what a member is told, which is nobody else's business: the chat keeps its `rev`.
    fn set_bell(&mut self, by: &Origin, member: &Member, change: &MemberChange) -> Landed<()>;

    /// Takes a member out of a chat.
    fn delete_member(&mut self, by: &Origin, member: &Member) -> Landed<Rev>;

    /// Makes an invitation.
    fn insert_invite(&mut self, by: &Origin, invite: &Invite) -> Landed<()>;

    /// Counts that somebody joins by an invitation, unless it was taken back or used up by now: a counter, not
    /// audited. Tells whether it was counted.
    fn count_invite_use(&mut self, code: &InviteCode) -> Landed<bool>;

    /// Takes an invitation back.
    fn delete_invite(&mut self, by: &Origin, invite: &Invite) -> Landed<()>;

    /// Puts messages into their chats, in this order, each with the next `seq` and `rev` of its chat. Their
    /// authors have read up to them; those mentioned have their mark set. Refuses all with `Taken` when an
    /// author used one of the `client_id`s before.
    fn insert_messages(&mut self, new: &[NewMessage]) -> Landed<Vec<Message>>;

    /// Changes a message, which it returns with its new `rev`. Members it newly mentions have their mark set.
    fn update_message(&mut self, by: &Origin, message: &Message, change: &MessageChange) -> Landed<Message>;

    /// Adds a reaction that is not there yet; returns the message with its new `rev`.
    fn insert_reaction(
        &mut self,
        by: &Origin,
        message: &Message,
        user: UserId,
        reaction: &Reaction,
    ) -> Landed<Message>;

    /// Takes a reaction away that is there; returns the message with its new `rev`.
    fn delete_reaction(
        &mut self,
        by: &Origin,
        message: &Message,
        user: UserId,
        reaction: &Reaction,
    ) -> Landed<Message>;

    /// Sets how far members have read: marks, not audited.
    fn set_reads(&mut self, marks: &[(ChatId, UserId, Seq)]) -> Landed<()>;

    /// Notes an uploaded file, of the actor of `by`.
    fn insert_attachment(&mut self, by: &Origin, new: &NewAttachment) -> Landed<Attachment>;

    /// Forgets a file that no message carries.
    fn delete_attachment(&mut self, by: &Origin, file: &Attachment) -> Landed<()>;

    /// Files uploaded before `before` that no undeleted message carries.
    fn unused_attachments(&mut self, before: Timestamp, limit: i64) -> Landed<Vec<AttachmentId>>;
}
