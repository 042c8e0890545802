//! What the audit log says of each change: which thing, what about it, from what to what.
//!
//! Every store derives its entries from the functions here, so that all of them say the same.

use crate::{
    MessageId, Timestamp, UserId,
    attachments::Attachment,
    chats::{Chat, ChatChange, ChatName, Description, Invite, Member, MemberChange},
    messages::{Message, MessageChange},
    users::{Bio, Email, PersonName, Session, User, UserChange},
};

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Action {
    Create,
    Update,
    Delete,
    SignInFailed,
    Refused,
    Read,
    Export,
    Erase,
    Cut,
}

impl Action {
    /// As stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Action::Create => "create",
            Action::Update => "update",
            Action::Delete => "delete",
            Action::SignInFailed => "sign_in_failed",
            Action::Refused => "refused",
            Action::Read => "read",
            Action::Export => "export",
            Action::Erase => "erase",
            Action::Cut => "cut",
        }
    }
}

/// What kind of thing it was done to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Entity {
    User,
    Session,
    Chat,
    Member,
    Invite,
    Message,
    Reaction,
    Attachment,
    Post,
    Like,
    Comment,
    Setting,
}

impl Entity {
    /// As stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Entity::User => "user",
            Entity::Session => "session",
            Entity::Chat => "chat",
            Entity::Member => "member",
            Entity::Invite => "invite",
            Entity::Message => "message",
            Entity::Reaction => "reaction",
            Entity::Attachment => "attachment",
            Entity::Post => "post",
            Entity::Like => "like",
            Entity::Comment => "comment",
            Entity::Setting => "setting",
        }
    }
}

/// A value before or after a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// There was or is none.
    Null,
    /// A text.
    Text(String),
    /// A number, an id or a time in its own unit.
    Number(i64),
    /// Yes or no.
    Flag(bool),
    /// Several numbers, such as ids.
    Numbers(Vec<i64>),
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Value::Number(number)
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Value::Flag(flag)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::Text(text)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

/// One field: its name, its value before and after.
pub type Change = (&'static str, Value, Value);

/// What the audit log says of one change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What was done.
    pub action: Action,
    /// To what kind of thing.
    pub entity: Entity,
    /// To which; `chat:user` for a member, `message:user` for a reaction, the chat and the beginning of the code
    /// for an invitation; nothing where there is no one thing.
    pub entity_id: Option<String>,
    /// The fields that changed.
    pub changes: Vec<Change>,
}

impl Entry {
    /// An entry without fields.
    pub fn bare(action: Action, entity: Entity, id: Option<i64>) -> Self {
        Self { action, entity, entity_id: id.map(|id| id.to_string()), changes: Vec::new() }
    }

    fn new(action: Action, entity: Entity, id: &dyn ToString, changes: Vec<Change>) -> Self {
        Self { action, entity, entity_id: Some(id.to_string()), changes }
    }
}

fn made<const N: usize>(fields: [(&'static str, Value); N]) -> Vec<Change> {
    fields
        .into_iter()
        .filter(|(_, value)| *value != Value::Null)
        .map(|(name, value)| (name, Value::Null, value))
        .collect()
}

fn gone(changes: Vec<Change>) -> Vec<Change> {
    changes.into_iter().map(|(name, old, new)| (name, new, old)).collect()
}

fn differing<const N: usize>(
    old: [(&'static str, Value); N],
    new: [(&'static str, Value); N],
) -> Vec<Change> {
    old.into_iter()
        .zip(new)
        .filter(|((_, old), (_, new))| old != new)
        .map(|((name, old), (_, new))| (name, old, new))
        .collect()
}

fn user_fields(user: &User) -> [(&'static str, Value); 9] {
    [
        ("username", user.username.as_str().into()),
        ("first_name", user.first_name.as_ref().map(PersonName::as_str).into()),
        ("last_name", user.last_name.as_ref().map(PersonName::as_str).into()),
        ("email", user.email.as_ref().map(Email::as_str).into()),
        ("email_confirmed", user.email_confirmed.into()),
        ("bio", user.bio.as_ref().map(Bio::as_str).into()),
        ("role", user.role.as_str().into()),
        ("status", user.status.as_str().into()),
        ("avatar", user.avatar.as_deref().into()),
    ]
}

/// A user was made.
pub fn user_created(user: &User) -> Entry {
    Entry::new(Action::Create, Entity::User, &user.id, made(user_fields(user)))
}

/// A user changed; becoming deleted is a `delete`.
pub fn user_changed(user: &User, change: &UserChange) -> Entry {
    let new = change.apply(user);
    let deleted = new.status == crate::users::Status::Deleted && new.status != user.status;
    let action = if deleted { Action::Delete } else { Action::Update };
    Entry::new(action, Entity::User, &user.id, differing(user_fields(user), user_fields(&new)))
}

/// A user's password changed; neither the old nor the new one enters.
pub fn password_changed(user: UserId) -> Entry {
    let changes = vec![("password", "changed".into(), "changed".into())];
    Entry::new(Action::Update, Entity::User, &user, changes)
}

fn session_fields(session: &Session) -> [(&'static str, Value); 4] {
    [
        ("user", session.user.get().into()),
        ("kind", session.kind.as_str().into()),
        ("user_agent", session.user_agent.as_deref().into()),
        ("expires_at", session.expires_at.to_string().into()),
    ]
}

/// Somebody signed in.
pub fn session_created(session: &Session) -> Entry {
    Entry::new(Action::Create, Entity::Session, &session.id, made(session_fields(session)))
}

/// A session was ended.
pub fn session_ended(session: &Session) -> Entry {
    Entry::new(Action::Delete, Entity::Session, &session.id, gone(made(session_fields(session))))
}

/// A session's refresh token was changed for the next one, neither of which enters, and holds until `until`.
pub fn session_rotated(session: &Session, until: Timestamp) -> Entry {
    let mut changes = vec![("refresh_token", "changed".into(), "changed".into())];
    if until != session.expires_at {
        let (old, new) = (session.expires_at.to_string(), until.to_string());
        changes.push(("expires_at", old.into(), new.into()));
    }
    Entry::new(Action::Update, Entity::Session, &session.id, changes)
}

fn chat_fields(chat: &Chat) -> [(&'static str, Value); 4] {
    [
        ("kind", chat.kind.as_str().into()),
        ("visibility", chat.visibility.as_str().into()),
        ("name", chat.name.as_ref().map(ChatName::as_str).into()),
        ("description", chat.description.as_ref().map(Description::as_str).into()),
    ]
}

/// A chat was made.
pub fn chat_created(chat: &Chat) -> Entry {
    Entry::new(Action::Create, Entity::Chat, &chat.id, made(chat_fields(chat)))
}

/// A chat's name, description or visibility changed.
pub fn chat_changed(chat: &Chat, change: &ChatChange) -> Entry {
    let changes = differing(chat_fields(chat), chat_fields(&change.apply(chat)));
    Entry::new(Action::Update, Entity::Chat, &chat.id, changes)
}

/// A chat was deleted.
pub fn chat_deleted(chat: &Chat) -> Entry {
    Entry::new(Action::Delete, Entity::Chat, &chat.id, gone(made(chat_fields(chat))))
}

fn member_fields(member: &Member) -> [(&'static str, Value); 5] {
    [
        ("chat", member.chat.get().into()),
        ("user", member.user.get().into()),
        ("role", member.role.as_str().into()),
        ("bell", member.bell.as_str().into()),
        ("muted_until", member.muted_until.map(|time| time.to_string()).into()),
    ]
}

fn member_id(member: &Member) -> String {
    format!("{}:{}", member.chat, member.user)
}

/// Somebody became a member.
pub fn member_created(member: &Member) -> Entry {
    Entry::new(Action::Create, Entity::Member, &member_id(member), made(member_fields(member)))
}

/// A member's role or bell changed.
pub fn member_changed(member: &Member, change: &MemberChange) -> Entry {
    let changes = differing(member_fields(member), member_fields(&change.apply(member)));
    Entry::new(Action::Update, Entity::Member, &member_id(member), changes)
}

/// Somebody is no longer a member.
pub fn member_deleted(member: &Member) -> Entry {
    Entry::new(Action::Delete, Entity::Member, &member_id(member), gone(made(member_fields(member))))
}

/// Of its code the beginning only, for who knows it may join.
fn invite_fields(invite: &Invite) -> [(&'static str, Value); 4] {
    [
        ("chat", invite.chat.get().into()),
        ("code", format!("{}…", invite.code.hint()).into()),
        ("expires_at", invite.expires_at.map(|time| time.to_string()).into()),
        ("max_uses", invite.max_uses.into()),
    ]
}

fn invite_id(invite: &Invite) -> String {
    format!("{}:{}", invite.chat, invite.code.hint())
}

/// An invitation to a chat was made.
pub fn invite_created(invite: &Invite) -> Entry {
    Entry::new(Action::Create, Entity::Invite, &invite_id(invite), made(invite_fields(invite)))
}

/// An invitation to a chat was taken back.
pub fn invite_deleted(invite: &Invite) -> Entry {
    Entry::new(Action::Delete, Entity::Invite, &invite_id(invite), gone(made(invite_fields(invite))))
}

/// A message was sent or forwarded: its length stands here, its text in the message itself.
pub fn message_created(message: &Message, attachments: &[crate::AttachmentId]) -> Entry {
    let length = i64::try_from(message.text.as_str().chars().count()).unwrap_or(i64::MAX);
    let files: Vec<i64> = attachments.iter().map(|id| id.get()).collect();
    let fields = [
        ("chat", message.chat.get().into()),
        ("seq", message.seq.get().into()),
        ("length", length.into()),
        ("reply_to", message.reply_to.map(MessageId::get).into()),
        ("forwarded_from", message.forwarded.as_ref().map(|origin| origin.message.get()).into()),
        ("attachments", if files.is_empty() { Value::Null } else { Value::Numbers(files) }),
    ];
    Entry::new(Action::Create, Entity::Message, &message.id, made(fields))
}

/// A message was edited, or deleted: the old text stands here, for nothing else keeps it.
pub fn message_changed(message: &Message, change: &MessageChange) -> Entry {
    let old = message.text.as_str().into();
    match change {
        MessageChange::Edit { text, .. } => {
            let changes = vec![("text", old, text.as_str().into())];
            Entry::new(Action::Update, Entity::Message, &message.id, changes)
        }
        MessageChange::Delete => {
            let changes = vec![("chat", message.chat.get().into(), Value::Null), ("text", old, Value::Null)];
            Entry::new(Action::Delete, Entity::Message, &message.id, changes)
        }
    }
}

fn reaction_fields(message: &Message, user: UserId, reaction: &str) -> [(&'static str, Value); 3] {
    [("message", message.id.get().into()), ("user", user.get().into()), ("reaction", reaction.into())]
}

/// Somebody reacted to a message.
pub fn reaction_created(message: &Message, user: UserId, reaction: &str) -> Entry {
    let id = format!("{}:{user}", message.id);
    Entry::new(Action::Create, Entity::Reaction, &id, made(reaction_fields(message, user, reaction)))
}

/// Somebody took a reaction back.
pub fn reaction_deleted(message: &Message, user: UserId, reaction: &str) -> Entry {
    let id = format!("{}:{user}", message.id);
    Entry::new(Action::Delete, Entity::Reaction, &id, gone(made(reaction_fields(message, user, reaction))))
}

fn attachment_fields(file: &Attachment) -> [(&'static str, Value); 5] {
    [
        ("owner", file.owner.map(UserId::get).into()),
        ("filename", file.filename.as_str().into()),
        ("content_type", file.content_type.as_str().into()),
        ("bytes", file.bytes.into()),
        ("key", file.key.as_str().into()),
    ]
}

/// A file was uploaded.
pub fn attachment_created(file: &Attachment) -> Entry {
    Entry::new(Action::Create, Entity::Attachment, &file.id, made(attachment_fields(file)))
}

/// A file that nothing refers to was swept.
pub fn attachment_deleted(file: &Attachment) -> Entry {
    Entry::new(Action::Delete, Entity::Attachment, &file.id, gone(made(attachment_fields(file))))
}
