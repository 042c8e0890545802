//! A message.

use std::sync::Arc;

use domain::{
    messages::{ForwardedView, History, MessageView, ReactionCount, ReplyView},
    users::Username,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{AttachmentJson, PersonJson, Time};

/// A message. It reads the same for everyone who may see it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Message)]
pub(crate) struct MessageJson {
    /// Unique over all chats.
    #[schema(minimum = 1, example = 1042)]
    pub(crate) id: i64,
    /// The chat it is in.
    #[schema(minimum = 1, example = 7)]
    pub(crate) chat_id: i64,
    /// Its place in the chat: 1, 2, 3 … without a gap.
    #[schema(minimum = 1, example = 88)]
    seq: i64,
    /// The chat's revision that its newest change made.
    #[schema(minimum = 1, example = 131)]
    rev: i64,
    /// Who sent it; `null` once that account is deleted.
    #[schema(required)]
    author: Option<PersonJson>,
    /// What it says, in Markdown; empty once it is deleted.
    #[schema(example = "Lunch at *one*, @ben?")]
    text: String,
    /// `text` as HTML, made harmless.
    #[schema(example = "<p>Lunch at <em>one</em>, @ben?</p>")]
    html: String,
    /// The sender's own id for it.
    #[schema(required, example = "c-17")]
    client_id: Option<String>,
    /// When it was sent.
    created_at: Time,
    /// When it was last edited.
    #[schema(required)]
    edited_at: Option<Time>,
    /// When it was deleted. It keeps its place.
    #[schema(required)]
    deleted_at: Option<Time>,
    /// The message it answers, as that stands now.
    #[schema(required)]
    reply_to: Option<ReplyJson>,
    /// Who wrote it first, when it was forwarded.
    #[schema(required)]
    forwarded_from: Option<ForwardedJson>,
    /// What it carries.
    attachments: Vec<AttachmentJson>,
    /// How people reacted, in the order in which the reactions first came.
    reactions: Vec<ReactionJson>,
    /// The members it mentions.
    #[schema(example = json!(["ben"]))]
    mentions: Vec<String>,
}

/// The message that a reply answers, as it stands now.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Reply)]
pub(crate) struct ReplyJson {
    /// Which.
    #[schema(minimum = 1, example = 1040)]
    id: i64,
    /// Its place in the chat.
    #[schema(minimum = 1, example = 86)]
    seq: i64,
    /// Who sent it; `null` when it is deleted or its author is.
    #[schema(required)]
    author: Option<PersonJson>,
    /// Its first 200 characters; empty when it is deleted.
    #[schema(example = "What about lunch?")]
    text: String,
}

/// Where a forwarded message comes from.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = ForwardedFrom)]
pub(crate) struct ForwardedJson {
    /// Who wrote it first; `null` once that account is deleted.
    #[schema(required)]
    author: Option<PersonJson>,
    /// When it was written.
    created_at: Time,
}

/// How many people reacted with the same.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Reaction)]
pub(crate) struct ReactionJson {
    /// An emoji or a short word.
    #[schema(example = "👍")]
    reaction: String,
    /// How many.
    #[schema(minimum = 1, example = 2)]
    count: i64,
    /// The first 50 of them.
    #[schema(example = json!(["ben", "cleo"]))]
    usernames: Vec<String>,
}

/// A stretch of a chat.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Messages)]
pub(crate) struct MessagesJson {
    /// Oldest first; with `changed_after`, by `rev`.
    pub(crate) items: Vec<MessageJson>,
    /// Whether there are older ones.
    pub(crate) has_before: bool,
    /// Whether there are newer ones; with `changed_after`, whether there are more changes.
    pub(crate) has_after: bool,
}

/// What a message was forwarded as.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Forwards)]
pub(crate) struct ForwardsJson {
    /// The forwards, in the order asked for.
    pub(crate) items: Vec<MessageJson>,
}

/// Where a forwarded message comes from, for who may see that.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = MessageSource)]
pub(crate) struct SourceJson {
    /// The chat.
    #[schema(minimum = 1, example = 3)]
    pub(crate) chat_id: i64,
    /// The message.
    #[schema(minimum = 1, example = 977)]
    pub(crate) message_id: i64,
}

impl From<&MessageView> for MessageJson {
    fn from(message: &MessageView) -> Self {
        let html = match message.is_deleted() {
            true => String::new(),
            false => render(message),
        };
        Self {
            id: message.id.get(),
            chat_id: message.chat.get(),
            seq: message.seq.get(),
            rev: message.rev.get(),
            author: message.author.as_deref().map(PersonJson::from),
            text: message.text.clone(),
            html,
            client_id: message.client_id.as_ref().map(|id| id.shown().to_owned()),
            created_at: message.created_at.into(),
            edited_at: message.edited_at.map(Time::from),
            deleted_at: message.deleted_at.map(Time::from),
            reply_to: message.reply_to.as_ref().map(ReplyJson::from),
            forwarded_from: message.forwarded_from.as_ref().map(ForwardedJson::from),
            attachments: message.attachments.iter().map(AttachmentJson::from).collect(),
            reactions: message.reactions.iter().map(ReactionJson::from).collect(),
            mentions: message.mentions.iter().map(ToString::to_string).collect(),
        }
    }
}

impl From<&ReplyView> for ReplyJson {
    fn from(reply: &ReplyView) -> Self {
        Self {
            id: reply.id.get(),
            seq: reply.seq.get(),
            author: reply.author.as_deref().map(PersonJson::from),
            text: reply.text.clone(),
        }
    }
}

impl From<&ForwardedView> for ForwardedJson {
    fn from(forwarded: &ForwardedView) -> Self {
        Self {
            author: forwarded.author.as_deref().map(PersonJson::from),
            created_at: forwarded.created_at.into(),
        }
    }
}

impl From<&ReactionCount> for ReactionJson {
    fn from(reaction: &ReactionCount) -> Self {
        Self {
            reaction: reaction.reaction.clone(),
            count: reaction.count,
            usernames: reaction.usernames.iter().map(ToString::to_string).collect(),
        }
    }
}

impl From<History> for MessagesJson {
    fn from(history: History) -> Self {
        Self { items: all(&history.items), has_before: history.has_before, has_after: history.has_after }
    }
}

fn render(message: &MessageView) -> String {
    let mentions: Vec<&str> = message.mentions.iter().map(Username::as_str).collect();
    web_common::markdown::render(&message.text, &mentions)
}

/// Messages as they go out.
pub(crate) fn all(messages: &[Arc<MessageView>]) -> Vec<MessageJson> {
    messages.iter().map(|message| MessageJson::from(&**message)).collect()
}
