//! Looking, without changing anything.

use super::StoreError;
use crate::{
    AttachmentId, ChatId, MessageId, Rev, SessionId, Timestamp, UserId,
    attachments::Attachment,
    chats::{Access, ChatPage, ChatView, Invite, InviteCode, Member, MemberPage, Membership, PublicPage},
    messages::{ClientId, Message, MessageView, Reaction, Span},
    search::Query,
    users::{Credentials, Person, SecretHash, Session, SignedIn, User, UserPage, Username},
};

type Found<T> = Result<T, StoreError>;

/// What a use case may look up. Deleted chats are not there; whether the caller may see what is found the use
/// case decides.
pub trait Reads {
    /// What time it is, to the microsecond.
    fn now(&self) -> Timestamp;

    /// A user, in any status.
    fn user(&mut self, id: UserId) -> Found<Option<User>>;

    /// The user of that name without regard to case, in any status.
    fn user_named(&mut self, username: &Username) -> Found<Option<User>>;

    /// What signing in as `login` is checked against: a username, or a confirmed e-mail address, without
    /// regard to case.
    fn credentials(&mut self, login: &str) -> Found<Option<Credentials>>;

    /// Active users, by lower-case username.
    fn users(&mut self, page: &UserPage) -> Found<Vec<User>>;

    /// What stands beside messages of these users; those whose account is deleted are left out.
    fn persons(&mut self, ids: &[UserId]) -> Found<Vec<Person>>;

    /// How many active admins the server has.
    fn active_admins(&mut self) -> Found<i64>;

    /// A session and whose it is, ended or not.
    fn signed_in(&mut self, id: SessionId) -> Found<Option<SignedIn>>;

    /// The session with that secret and whose it is, ended or not.
    fn session_with(&mut self, secret: &SecretHash) -> Found<Option<SignedIn>>;

    /// A user's sessions that are neither ended nor past their end, the last used first.
    fn sessions_of(&mut self, user: UserId) -> Found<Vec<Session>>;

    /// A chat as `user` finds it. Nothing when it is not there, is deleted, or the user is not active. In a unit of
    /// work the chat is locked against changes by other processes.
    fn access(&mut self, user: UserId, chat: ChatId) -> Found<Option<Access>>;

    /// The direct chat of two users, in either order.
    fn direct_chat(&mut self, a: UserId, b: UserId) -> Found<Option<ChatId>>;

    /// The chats that `user` is a member of: the newest message first, then the higher id.
    fn chat_views(&mut self, user: UserId, page: ChatPage) -> Found<Vec<ChatView>>;

    /// A chat as `user` sees it, member or not.
    fn chat_view(&mut self, user: UserId, chat: ChatId) -> Found<Option<ChatView>>;

    /// The public chats as `user` sees them.
    fn public_chats(&mut self, user: UserId, page: &PublicPage) -> Found<Vec<ChatView>>;

    /// Every chat that `user` is a member of.
    fn memberships(&mut self, user: UserId) -> Found<Vec<Membership>>;

    /// Those of `chats` that are direct or have at most [`SMALL`](crate::chats::SMALL) members.
    fn small_chats(&mut self, chats: &[ChatId]) -> Found<Vec<ChatId>>;

    /// Somebody's membership, whatever their status.
    fn member(&mut self, chat: ChatId, user: UserId) -> Found<Option<Member>>;

    /// The members of a chat that are not deleted, by when they joined, then by id.
    fn members(&mut self, chat: ChatId, page: MemberPage) -> Found<Vec<(Member, User)>>;

    /// All members whose accounts can be used.
    fn active_members(&mut self, chat: ChatId) -> Found<Vec<Member>>;

    /// Those members of a chat, active, whose lower-case usernames are among `names`.
    fn members_named(&mut self, chat: ChatId, names: &[String]) -> Found<Vec<UserId>>;

    /// The invitation with that code, whether it still holds or not.
    fn invite(&mut self, code: &InviteCode) -> Found<Option<Invite>>;

    /// All invitations to a chat, the newest first.
    fn invites_of(&mut self, chat: ChatId) -> Found<Vec<Invite>>;

    /// These messages, as far as they are there, in any order; also deleted ones.
    fn messages(&mut self, ids: &[MessageId]) -> Found<Vec<Message>>;

    /// What these authors sent under these ids, as far as they did, in any order.
    fn sent_as(&mut self, claims: &[(UserId, ClientId)]) -> Found<Vec<Message>>;

    /// A stretch of a chat, oldest first; deleted messages keep their places.
    fn history(&mut self, chat: ChatId, span: Span) -> Found<Vec<Message>>;

    /// The messages of a chat whose `rev` is above `rev`, by `rev`.
    fn changed_after(&mut self, chat: ChatId, rev: Rev, limit: i64) -> Found<Vec<Message>>;

    /// The messages that a query finds, as far as `user` is a member there now: by falling
    /// ids, below `below` where that is given. Deleted ones are not found.
    fn search(
        &mut self,
        user: UserId,
        query: &Query,
        below: Option<MessageId>,
        limit: i64,
    ) -> Found<Vec<Message>>;

    /// Messages with all that stands beside them, in the order given.
    fn depict(&mut self, messages: Vec<Message>) -> Found<Vec<MessageView>>;

    /// Whether this user reacted to the message with just this.
    fn has_reaction(&mut self, message: MessageId, user: UserId, reaction: &Reaction) -> Found<bool>;

    /// The different reactions to a message.
    fn reaction_kinds(&mut self, message: MessageId) -> Found<Vec<Reaction>>;

    /// These files, as far as they are there, in any order.
    fn attachments(&mut self, ids: &[AttachmentId]) -> Found<Vec<Attachment>>;

    /// What a message carries, in its order.
    fn attached(&mut self, message: MessageId) -> Found<Vec<AttachmentId>>;

    /// Whether a message carries the file, or did before it was deleted.
    fn was_attached(&mut self, file: AttachmentId) -> Found<bool>;

    /// Those of these files that a message carried, and that who uploaded them can read in none any more.
    fn withdrawn_attachments(&mut self, files: &[AttachmentId]) -> Found<Vec<AttachmentId>>;

    /// Whether `user` can read a message, not deleted, that carries the file.
    fn may_read_attachment(&mut self, user: UserId, file: AttachmentId) -> Found<bool>;

    /// Those of these keys in the media store under which a noted file or its thumbnail is kept, in any order.
    fn keys_in_use(&mut self, keys: &[String]) -> Found<Vec<String>>;

    /// Those of these names of pictures in the media store that users have, in any order.
    fn avatars_in_use(&mut self, names: &[String]) -> Found<Vec<String>>;
}
