//! People and chats for the cases to play with, made through the ports alone.

use std::{fmt::Debug, net::IpAddr, sync::Arc};

use super::{Recorded, TestBed};
use crate::{
    AttachmentId, Caller, ChatId, MessageId, Origin, UserId, Via,
    attachments::{Attachment, NewAttachment},
    audit::{Entity, Value},
    chats::{ChatView, NewChat, Visibility, direct, groups},
    messages::{Draft, Message, MessageError, MessageView, Sending, Sent, editing, sending},
    ports::{Reads, UnitOfWork},
    users::{NewUser, PasswordHash, SiteRole, Status, User, UserChange, Username},
};

/// Does a job, which lands when it answers `Ok`.
pub(super) fn write<T, E>(
    bed: &mut dyn TestBed,
    job: impl FnOnce(&mut dyn UnitOfWork) -> Result<T, E>,
) -> Result<T, E> {
    let mut job = Some(job);
    let mut outcome = None;
    bed.write(&mut |work| {
        let job = job.take().expect("a job is done once");
        let answer = job(work);
        let lands = answer.is_ok();
        outcome = Some(answer);
        lands
    });
    outcome.expect("the job was done")
}

/// Does a job that has to land.
pub(super) fn land<T, E: Debug>(
    bed: &mut dyn TestBed,
    job: impl FnOnce(&mut dyn UnitOfWork) -> Result<T, E>,
) -> T {
    write(bed, job).expect("the job lands")
}

/// Looks, which has to succeed.
pub(super) fn look<T, E: Debug>(
    bed: &mut dyn TestBed,
    look: impl FnOnce(&mut dyn Reads) -> Result<T, E>,
) -> T {
    let mut look = Some(look);
    let mut found = None;
    bed.read(&mut |reads| found = look.take().map(|look| look(reads)));
    found.expect("the look was had").expect("the look succeeds")
}

/// Where all of the stage's changes come from.
pub(super) fn origin() -> Origin {
    let ip = Some(IpAddr::from([192, 0, 2, 7]));
    Origin { actor: None, via: Via::Api, request_id: Some("req-1".to_owned()), ip }
}

pub(super) fn name(username: &str) -> Username {
    username.parse().expect("a username")
}

pub(super) fn new_user(username: &str) -> NewUser {
    NewUser {
        username: name(username),
        first_name: None,
        last_name: None,
        email: None,
        password: PasswordHash::new(format!("hash-of-{username}")),
        role: SiteRole::Member,
    }
}

pub(super) fn person(bed: &mut dyn TestBed, username: &str) -> User {
    land(bed, |work| work.insert_user(&origin(), &new_user(username)))
}

pub(super) fn people<const N: usize>(bed: &mut dyn TestBed, usernames: [&str; N]) -> [User; N] {
    usernames.map(|username| person(bed, username))
}

/// Many people at once: `crowd-00`, `crowd-01` ….
pub(super) fn crowd(bed: &mut dyn TestBed, count: usize) -> Vec<User> {
    land(bed, |work| {
        (0..count)
            .map(|n| work.insert_user(&origin(), &new_user(&format!("crowd-{n:02}"))))
            .collect::<Result<_, _>>()
    })
}

pub(super) fn set_status(bed: &mut dyn TestBed, user: &User, status: Status) {
    let change = UserChange { status: Some(status), ..UserChange::default() };
    land(bed, |work| work.update_user(&origin(), user, &change));
}

pub(super) fn caller(user: &User) -> Caller {
    Caller::new(user.id, user.role, None, origin())
}

pub(super) fn group(bed: &mut dyn TestBed, title: &str, owner: &User, members: &[&User]) -> ChatId {
    make_group(bed, title, owner, members, Visibility::Private).chat.id
}

pub(super) fn public_group(bed: &mut dyn TestBed, title: &str, owner: &User, members: &[&User]) -> ChatId {
    make_group(bed, title, owner, members, Visibility::Public).chat.id
}

fn make_group(
    bed: &mut dyn TestBed,
    title: &str,
    owner: &User,
    members: &[&User],
    visibility: Visibility,
) -> ChatView {
    let name = title.parse().expect("a name for a chat");
    let new = NewChat { name, description: None, visibility };
    let members: Vec<Username> = members.iter().map(|user| user.username.clone()).collect();
    land(bed, |work| groups::create(work, &caller(owner), &new, &members))
}

pub(super) fn delete_chat(bed: &mut dyn TestBed, owner: &User, chat: ChatId) {
    land(bed, |work| groups::delete(work, &caller(owner), chat));
}

pub(super) fn direct_chat(bed: &mut dyn TestBed, a: &User, b: &User) -> ChatId {
    land(bed, |work| direct::open(work, &caller(a), &b.username))
}

/// A sending under a `client_id`, or under none when that is empty.
pub(super) fn sending(by: &User, chat: ChatId, text: &str, client_id: &str) -> Sending {
    let client_id = (!client_id.is_empty()).then(|| client_id.parse().expect("a client_id"));
    let draft = Draft::of(text.parse().expect("a text")).known_as(client_id);
    Sending { by: caller(by), chat, draft }
}

pub(super) fn send(bed: &mut dyn TestBed, sending: Sending) -> Result<Sent, MessageError> {
    write(bed, |work| sending::send(work, sending))
}

pub(super) fn send_all(bed: &mut dyn TestBed, sendings: &[Sending]) -> Vec<Result<Sent, MessageError>> {
    land(bed, |work| sending::send_all(work, sendings))
}

pub(super) fn say(bed: &mut dyn TestBed, by: &User, chat: ChatId, text: &str) -> Arc<MessageView> {
    send(bed, sending(by, chat, text, "")).expect("the message is sent").message
}

pub(super) fn say_with(
    bed: &mut dyn TestBed,
    by: &User,
    chat: ChatId,
    files: &[AttachmentId],
) -> Arc<MessageView> {
    let draft = Draft::new("", files.to_vec()).expect("a draft");
    send(bed, Sending { by: caller(by), chat, draft }).expect("the message is sent").message
}

pub(super) fn edit(bed: &mut dyn TestBed, by: &User, message: &MessageView, text: &str) -> Arc<MessageView> {
    let text = text.parse().expect("a text");
    land(bed, |work| editing::edit(work, &caller(by), message.chat, message.id, text))
}

pub(super) fn delete(bed: &mut dyn TestBed, by: &User, message: &MessageView) {
    land(bed, |work| editing::delete(work, &caller(by), message.chat, message.id));
}

pub(super) fn upload(bed: &mut dyn TestBed, by: &User, filename: &str) -> Attachment {
    let new = NewAttachment {
        filename: filename.to_owned(),
        content_type: "image/png".to_owned(),
        bytes: 1_234,
        size: Some((640, 480)),
        key: format!("key-of-{filename}"),
        thumbnail: Some(format!("thumbnail-of-{filename}")),
    };
    land(bed, |work| work.insert_attachment(&caller(by).origin, &new))
}

/// A message as it is kept.
pub(super) fn kept(bed: &mut dyn TestBed, id: MessageId) -> Message {
    look(bed, |reads| reads.messages(&[id])).pop().expect("the message is there")
}

/// A message as it is seen now.
pub(super) fn seen(bed: &mut dyn TestBed, id: MessageId) -> MessageView {
    let message = kept(bed, id);
    look(bed, |reads| reads.depict(vec![message])).pop().expect("the message is depicted")
}

pub(super) fn view(bed: &mut dyn TestBed, user: &User, chat: ChatId) -> ChatView {
    look(bed, |reads| reads.chat_view(user.id, chat)).expect("the chat is there")
}

/// What was recorded of one kind of thing, oldest first, the fields of each row by name.
pub(super) fn recorded(bed: &mut dyn TestBed, entity: Entity) -> Vec<Recorded> {
    let mut rows = bed.audit();
    rows.retain(|row| row.entity == entity);
    for row in &mut rows {
        row.changes.sort_by(|(a, ..), (b, ..)| a.cmp(b));
    }
    rows
}

/// Fields of an audit row, by name.
pub(super) fn changes<const N: usize>(fields: [(&str, Value, Value); N]) -> Vec<(String, Value, Value)> {
    let mut fields: Vec<_> = fields.map(|(name, old, new)| (name.to_owned(), old, new)).to_vec();
    fields.sort_by(|(a, ..), (b, ..)| a.cmp(b));
    fields
}

/// Fields that came to be.
pub(super) fn made<const N: usize>(fields: [(&str, Value); N]) -> Vec<(String, Value, Value)> {
    changes(fields.map(|(name, value)| (name, Value::Null, value)))
}

/// Fields that are gone.
pub(super) fn gone<const N: usize>(fields: [(&str, Value); N]) -> Vec<(String, Value, Value)> {
    changes(fields.map(|(name, value)| (name, value, Value::Null)))
}

pub(super) fn ids(users: &[&User]) -> Vec<UserId> {
    let mut ids: Vec<UserId> = users.iter().map(|user| user.id).collect();
    ids.sort();
    ids
}

pub(super) fn sorted<T: Ord>(mut items: Vec<T>) -> Vec<T> {
    items.sort();
    items
}
