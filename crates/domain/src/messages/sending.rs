//! Sending: many at once, each decided for itself.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use super::{ClientId, Draft, Message, MessageError, MessageView, NewMessage, mentioned_names};
use crate::{
    AttachmentId, Audience, Caller, ChatId, Event, MessageId, Notice, UserId,
    attachments::Attachment,
    chats::Access,
    ports::{StoreError, UnitOfWork},
};

/// A message on its way into a chat.
#[derive(Clone, Debug)]
pub struct Sending {
    /// Who sends it.
    pub by: Caller,
    /// To which chat.
    pub chat: ChatId,
    /// What.
    pub draft: Draft,
}

/// A message that stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Sent {
    /// The message; as it stands by now, when it was sent before.
    pub message: Arc<MessageView>,
    /// Whether it is new, and not the first one under its `client_id`.
    pub fresh: bool,
}

/// Sends one message.
#[expect(clippy::needless_pass_by_value, reason = "a message on its way is given away")]
pub fn send(work: &mut dyn UnitOfWork, sending: Sending) -> Result<Sent, MessageError> {
    let mut outcomes = send_all(work, std::slice::from_ref(&sending))?;
    outcomes.pop().unwrap_or(Err(MessageError::NoSuchChat))
}

/// Sends many messages of many people: each lands or is refused by itself; the error is for all of them.
///
/// A `client_id` that the same author used before, or earlier in `sendings`, makes no second message.
pub fn send_all(
    work: &mut dyn UnitOfWork,
    sendings: &[Sending],
) -> Result<Vec<Result<Sent, MessageError>>, StoreError> {
    let found = Found::load(work, sendings)?;
    let mut plans = Vec::with_capacity(sendings.len());
    let mut new = Vec::with_capacity(sendings.len());
    let mut claimed: HashMap<(UserId, &ClientId), (ChatId, usize)> = HashMap::new();
    for (index, sending) in sendings.iter().enumerate() {
        let claim = sending.draft.client_id.as_ref().map(|id| (sending.by.user, id));
        let earlier = claim.and_then(|claim| claimed.get(&claim).copied());
        let plan = match (found.decide(index, sending), earlier) {
            (Plan::New, Some((chat, _))) if chat != sending.chat => {
                Plan::Refused(MessageError::ClientIdElsewhere)
            }
            (Plan::New, Some((_, place))) => Plan::Repeat(place),
            (plan, _) => plan,
        };
        match plan {
            Plan::New => {
                if let Some(claim) = claim {
                    claimed.insert(claim, (sending.chat, new.len()));
                }
                plans.push(Plan::Repeat(new.len()));
                new.push(found.message(work, sending)?);
            }
            plan => plans.push(plan),
        }
    }
    let views = insert(work, &new)?;
    let known = known_views(work, &plans)?;
    let mut fresh: HashSet<usize> = (0..views.len()).collect();
    Ok(plans
        .into_iter()
        .map(|plan| match plan {
            Plan::Repeat(place) => Ok(Sent { message: views[place].clone(), fresh: fresh.remove(&place) }),
            Plan::Known(message) => known
                .get(&message.id)
                .map(|message| Sent { message: message.clone(), fresh: false })
                .ok_or(MessageError::NoSuchMessage),
            Plan::Refused(error) => Err(error),
            Plan::New => Err(MessageError::NoSuchMessage),
        })
        .collect())
}

/// Inserts messages that were decided on, and tells the chats.
pub(super) fn insert(
    work: &mut dyn UnitOfWork,
    new: &[NewMessage],
) -> Result<Vec<Arc<MessageView>>, StoreError> {
    if new.is_empty() {
        return Ok(Vec::new());
    }
    let messages = work.insert_messages(new)?;
    let views: Vec<Arc<MessageView>> = work.depict(messages)?.into_iter().map(Arc::new).collect();
    for message in &views {
        let event = Event::MessageCreated { message: message.clone() };
        work.note(Notice::new(Audience::Chat(message.chat), event));
    }
    Ok(views)
}

/// Which of a text's mentions are members of the chat.
pub(super) fn resolve_mentions(
    work: &mut dyn UnitOfWork,
    chat: ChatId,
    text: &str,
) -> Result<Vec<UserId>, StoreError> {
    let names = mentioned_names(text);
    if names.is_empty() { Ok(Vec::new()) } else { work.members_named(chat, &names) }
}

enum Plan {
    New,
    /// The same as the new one in this place.
    Repeat(usize),
    /// Sent before.
    Known(Message),
    Refused(MessageError),
}

/// What deciding needs to know, looked up once for all.
struct Found {
    accesses: Vec<Option<Access>>,
    sent: HashMap<(UserId, ClientId), Message>,
    replies: HashMap<MessageId, Message>,
    /// Those that can be carried by who uploaded them.
    attachments: Vec<Attachment>,
}

impl Found {
    fn load(work: &mut dyn UnitOfWork, sendings: &[Sending]) -> Result<Self, StoreError> {
        let asked: Vec<_> = sendings.iter().map(|sending| (sending.by.user, sending.chat)).collect();
        let claims: Vec<_> = sendings
            .iter()
            .filter_map(|sending| Some((sending.by.user, sending.draft.client_id.clone()?)))
            .collect();
        let replies: Vec<_> = sendings.iter().filter_map(|sending| sending.draft.reply_to).collect();
        let files: Vec<_> =
            sendings.iter().flat_map(|sending| sending.draft.attachments.iter().copied()).collect();
        Ok(Self {
            accesses: work.accesses(&asked)?,
            sent: if claims.is_empty() { HashMap::new() } else { known(work.sent_as(&claims)?) },
            replies: if replies.is_empty() { HashMap::new() } else { by_id(work.messages(&replies)?) },
            attachments: carriable(work, &files)?,
        })
    }

    fn decide(&self, index: usize, sending: &Sending) -> Plan {
        match self.check(index, sending) {
            Ok(None) => Plan::New,
            Ok(Some(message)) => Plan::Known(message),
            Err(error) => Plan::Refused(error),
        }
    }

    /// The message sent before under the same `client_id`, nothing when it is new, or why it can't be sent.
    fn check(&self, index: usize, sending: &Sending) -> Result<Option<Message>, MessageError> {
        let Sending { by, chat, draft } = sending;
        let access = self.accesses.get(index).and_then(Option::as_ref).ok_or(MessageError::NoSuchChat)?;
        access.member()?;
        if let Some(id) = &draft.client_id
            && let Some(message) = self.sent.get(&(by.user, id.clone()))
        {
            if message.chat != *chat {
                return Err(MessageError::ClientIdElsewhere);
            }
            return Ok(Some(message.clone()));
        }
        access.writer()?;
        if let Some(target) = draft.reply_to {
            self.replies
                .get(&target)
                .filter(|target| target.chat == *chat && target.deleted_at.is_none())
                .ok_or(MessageError::NoSuchReply)?;
        }
        let owned = |file: &Attachment| file.owner == Some(by.user);
        let is_own = |id| self.attachments.iter().any(|file| file.id == id && owned(file));
        if !draft.attachments.iter().copied().all(is_own) {
            return Err(MessageError::NoSuchAttachment);
        }
        Ok(None)
    }

    fn message(&self, work: &mut dyn UnitOfWork, sending: &Sending) -> Result<NewMessage, StoreError> {
        let Sending { by, chat, draft } = sending;
        Ok(NewMessage {
            by: by.origin.clone(),
            chat: *chat,
            author: by.user,
            text: draft.text.clone(),
            client_id: draft.client_id.clone(),
            reply_to: draft.reply_to,
            forwarded: None,
            mentions: resolve_mentions(work, *chat, draft.text.as_str())?,
            attachments: draft.attachments.clone(),
            created_at: work.now(),
        })
    }
}

/// Those of these files that are there. One that was in messages and can be read in none any more is gone, like them,
/// even for who uploaded it.
fn carriable(work: &mut dyn UnitOfWork, files: &[AttachmentId]) -> Result<Vec<Attachment>, StoreError> {
    if files.is_empty() {
        return Ok(Vec::new());
    }
    let withdrawn = work.withdrawn_attachments(files)?;
    let mut there = work.attachments(files)?;
    there.retain(|file| !withdrawn.contains(&file.id));
    Ok(there)
}

fn known(messages: Vec<Message>) -> HashMap<(UserId, ClientId), Message> {
    messages
        .into_iter()
        .filter_map(|message| Some(((message.author, message.client_id.clone()?), message)))
        .collect()
}

fn by_id(messages: Vec<Message>) -> HashMap<MessageId, Message> {
    messages.into_iter().map(|message| (message.id, message)).collect()
}

fn known_views(
    work: &mut dyn UnitOfWork,
    plans: &[Plan],
) -> Result<HashMap<MessageId, Arc<MessageView>>, StoreError> {
    let known: Vec<Message> = plans
        .iter()
        .filter_map(|plan| if let Plan::Known(message) = plan { Some(message.clone()) } else { None })
        .collect();
    if known.is_empty() {
        return Ok(HashMap::new());
    }
    Ok(work.depict(known)?.into_iter().map(|view| (view.id, Arc::new(view))).collect())
}
