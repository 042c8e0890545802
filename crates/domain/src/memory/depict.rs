//! Messages in memory, with all that stands beside them.

use std::sync::Arc;

use super::MemoryStore;
use crate::{
    MessageId, UserId,
    messages::{
        Forwarded, ForwardedView, Message, MessageView, REACTION_NAMES, Reaction, ReactionCount, ReplyView,
        quote,
    },
    users::{Person, Username},
};

impl MemoryStore {
    pub(super) fn view(&self, message: Message) -> MessageView {
        let shown = message.deleted_at.is_none();
        let author = self.author(message.author);
        let attachments = self.carried_by(message.id).iter().filter_map(|id| self.file(*id));
        let mentions = message.mentions.iter().filter_map(|user| self.username(*user));
        MessageView {
            author,
            reply_to: message.reply_to.filter(|_| shown).and_then(|target| self.reply(target)),
            forwarded_from: message.forwarded.filter(|_| shown).map(|origin| self.origin(&origin)),
            attachments: if shown { attachments.collect() } else { Vec::new() },
            reactions: if shown { self.counts(message.id) } else { Vec::new() },
            mentions: if shown { mentions.collect() } else { Vec::new() },
            id: message.id,
            chat: message.chat,
            seq: message.seq,
            rev: message.rev,
            created_rev: message.created_rev,
            text: message.text.as_str().to_owned(),
            client_id: message.client_id,
            created_at: message.created_at,
            edited_at: message.edited_at,
            deleted_at: message.deleted_at,
        }
    }

    fn author(&self, id: UserId) -> Option<Arc<Person>> {
        self.person(id).map(Arc::new)
    }

    fn username(&self, id: UserId) -> Option<Username> {
        self.person(id).map(|person| person.username)
    }

    /// The message that a reply answers, as it stands now.
    fn reply(&self, target: MessageId) -> Option<ReplyView> {
        let Message { id, seq, author, text, deleted_at, .. } = self.messages.get(&target)?;
        let author = if deleted_at.is_some() { None } else { self.author(*author) };
        Some(ReplyView { id: *id, seq: *seq, author, text: quote(text.as_str()) })
    }

    fn origin(&self, origin: &Forwarded) -> ForwardedView {
        let author = origin.author.and_then(|author| self.author(author));
        ForwardedView { author, created_at: origin.created_at }
    }

    fn counts(&self, message: MessageId) -> Vec<ReactionCount> {
        let kinds = self.kinds_of_reactions(message);
        kinds.into_iter().map(|reaction| self.count(message, &reaction)).collect()
    }

    fn count(&self, message: MessageId, reaction: &Reaction) -> ReactionCount {
        let given = self.reactions_to(message);
        let people: Vec<UserId> =
            given.iter().filter(|(_, what)| what == reaction).map(|(who, _)| *who).collect();
        ReactionCount {
            reaction: reaction.to_string(),
            count: i64::try_from(people.len()).unwrap_or(i64::MAX),
            usernames: people.into_iter().filter_map(|id| self.username(id)).take(REACTION_NAMES).collect(),
        }
    }
}
