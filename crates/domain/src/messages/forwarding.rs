//! Forwarding: one message to many chats and people, all or none, with its first author.

use std::sync::Arc;

use super::{
    ClientId, Forwarded, Message, MessageError, MessageText, MessageView, NewMessage, editing::depict_one,
    sending,
};
use crate::{
    AttachmentId, Caller, ChatId, MessageId, Timestamp,
    chats::{Access, ChatError, direct},
    ports::{Reads, UnitOfWork},
    users::Username,
};

/// Where a message is forwarded to: at least one chat or person, at most 20 together.
#[derive(Clone, Debug, Default)]
pub struct Targets {
    /// Chats.
    pub chats: Vec<ChatId>,
    /// People, in the direct chat with each.
    pub usernames: Vec<Username>,
}

impl Targets {
    /// The most there may be.
    pub const MAX: usize = 20;

    /// How many chats and people are named.
    pub fn count(&self) -> usize {
        self.chats.len() + self.usernames.len()
    }
}

/// A message on its way to other chats.
#[derive(Clone, Debug)]
pub struct Forwarding {
    /// Who forwards it.
    pub by: Caller,
    /// The chat it is in.
    pub chat: ChatId,
    /// The message.
    pub message: MessageId,
    /// To where.
    pub targets: Targets,
    /// Words of one's own, sent before it.
    pub comment: Option<MessageText>,
    /// The sender's own id for all of this.
    pub client_id: Option<ClientId>,
}

/// Forwards a message; answers the forwards in the order asked for, a chat named twice once.
pub fn forward(
    work: &mut dyn UnitOfWork,
    forwarding: &Forwarding,
) -> Result<Vec<Arc<MessageView>>, MessageError> {
    let Forwarding { by, chat, message, targets, .. } = forwarding;
    match targets.count() {
        0 => return Err(MessageError::NoTargets),
        n if n > Targets::MAX => return Err(MessageError::TooManyTargets),
        _ => {}
    }
    let chats = open(work, by, targets)?;
    // The source is locked with the targets: its deletion, or the end of the caller's access, is before or after.
    let mut asked: Vec<_> = chats.iter().map(|target| (by.user, *target)).collect();
    asked.push((by.user, *chat));
    let mut accesses = work.accesses(&asked)?;
    let source = accesses.pop().flatten().ok_or(MessageError::NoSuchChat)?;
    let accesses: Option<Vec<Access>> = accesses.into_iter().collect();
    let accesses = accesses.ok_or(MessageError::NoSuchChat)?;
    let message = work
        .messages(&[*message])?
        .pop()
        .filter(|message| message.chat == *chat)
        .ok_or(MessageError::NoSuchMessage);
    source.member()?;
    let message = message?;
    for target in &accesses {
        target.member()?;
    }
    if let Some(earlier) = earlier(work, forwarding, &chats)? {
        return Ok(earlier);
    }
    decide(&message, &source, &accesses)?;
    let files = work.attached(message.id)?;
    let now = work.now();
    let mut new = Vec::new();
    for target in &chats {
        new.extend(comment(work, forwarding, *target, now)?);
        let place = (*target, forward_id(forwarding, &chats, *target));
        new.push(copy(forwarding, &message, &files, place, now));
    }
    let views = sending::insert(work, &new)?;
    let forwards = new.iter().zip(views).filter(|(new, _)| new.forwarded.is_some());
    Ok(forwards.map(|(_, view)| view).collect())
}

/// Whether a message may go from where it is to where it is meant to go.
fn decide(message: &Message, source: &Access, targets: &[Access]) -> Result<(), MessageError> {
    source.member()?;
    if message.deleted_at.is_some() {
        return Err(MessageError::Deleted);
    }
    for target in targets {
        target.writer()?;
    }
    Ok(())
}

/// The chats to forward to, each once; those with people are made on their first use.
fn open(work: &mut dyn UnitOfWork, by: &Caller, targets: &Targets) -> Result<Vec<ChatId>, MessageError> {
    let mut chats: Vec<ChatId> = Vec::with_capacity(targets.count());
    for chat in &targets.chats {
        if !chats.contains(chat) {
            chats.push(*chat);
        }
    }
    for username in &targets.usernames {
        let chat = direct::open(work, by, username).map_err(|error| match error {
            ChatError::NoSuchUser => MessageError::NoSuchUser(username.to_string()),
            error => error.into(),
        })?;
        if !chats.contains(&chat) {
            chats.push(chat);
        }
    }
    Ok(chats)
}

/// The id of one of the forwards: the first has the sender's own, so that its second use is noticed whatever
/// the targets are then.
fn forward_id(forwarding: &Forwarding, chats: &[ChatId], target: ChatId) -> Option<ClientId> {
    let id = forwarding.client_id.as_ref()?;
    Some(if chats.first() == Some(&target) { id.clone() } else { id.part(&format!("f{target}")) })
}

/// What an earlier request of the same `client_id` made, where there was one.
fn earlier(
    work: &mut dyn UnitOfWork,
    forwarding: &Forwarding,
    chats: &[ChatId],
) -> Result<Option<Vec<Arc<MessageView>>>, MessageError> {
    let author = forwarding.by.user;
    let ids: Vec<_> =
        chats.iter().filter_map(|chat| Some((author, forward_id(forwarding, chats, *chat)?))).collect();
    let Some(first) = ids.first() else { return Ok(None) };
    if work.sent_as(std::slice::from_ref(first))?.is_empty() {
        return Ok(None);
    }
    let mut found = work.sent_as(&ids)?;
    let is_this = |message: &Message| message.forwarded.is_some() && chats.contains(&message.chat);
    if found.len() != chats.len() || !found.iter().all(is_this) {
        return Err(MessageError::ClientIdReused);
    }
    found.sort_by_key(|message| chats.iter().position(|chat| *chat == message.chat));
    Ok(Some(work.depict(found)?.into_iter().map(Arc::new).collect()))
}

fn comment(
    work: &mut dyn UnitOfWork,
    forwarding: &Forwarding,
    target: ChatId,
    now: Timestamp,
) -> Result<Option<NewMessage>, MessageError> {
    let Some(text) = &forwarding.comment else { return Ok(None) };
    Ok(Some(NewMessage {
        by: forwarding.by.origin.clone(),
        chat: target,
        author: forwarding.by.user,
        text: text.clone(),
        client_id: forwarding.client_id.as_ref().map(|id| id.part(&format!("c{target}"))),
        reply_to: None,
        forwarded: None,
        mentions: sending::resolve_mentions(work, target, text.as_str())?,
        attachments: Vec::new(),
        created_at: now,
    }))
}

/// Somebody else's words mention nobody anew.
fn copy(
    forwarding: &Forwarding,
    message: &Message,
    files: &[AttachmentId],
    (target, client_id): (ChatId, Option<ClientId>),
    now: Timestamp,
) -> NewMessage {
    let first =
        Forwarded { message: message.id, author: Some(message.author), created_at: message.created_at };
    NewMessage {
        by: forwarding.by.origin.clone(),
        chat: target,
        author: forwarding.by.user,
        text: message.text.clone(),
        client_id,
        reply_to: None,
        forwarded: Some(message.forwarded.clone().unwrap_or(first)),
        mentions: Vec::new(),
        attachments: files.to_vec(),
        created_at: now,
    }
}

/// The first message of a forwarded one, for a caller who may see it; all else is `NoSuchMessage`.
pub fn source(
    reads: &mut dyn Reads,
    by: &Caller,
    chat: ChatId,
    id: MessageId,
) -> Result<Arc<MessageView>, MessageError> {
    let (_, message) = super::editing::find(reads, by, chat, id)?;
    let origin = message.forwarded.filter(|_| message.deleted_at.is_none());
    let origin = origin.ok_or(MessageError::NoSuchMessage)?;
    let first = reads.messages(&[origin.message])?.pop().ok_or(MessageError::NoSuchMessage)?;
    let access = reads.access(by.user, first.chat)?.ok_or(MessageError::NoSuchMessage)?;
    access.member().map_err(|_| MessageError::NoSuchMessage)?;
    if first.deleted_at.is_some() {
        return Err(MessageError::NoSuchMessage);
    }
    depict_one(reads, first)
}
