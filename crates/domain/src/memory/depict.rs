//! Messages in memory, with all that stands beside them.

use std::sync::Arc;

use super::MemoryStore;
use crate::{
    MessageId, UserId,
    messages::{
        Beside, Forwarded, ForwardedView, Message, MessageView, REACTION_NAMES, Reaction, ReactionCount,
        ReplyView,
    },
    users::{Person, Username},
};

impl MemoryStore {
    pub(super) fn view(&self, message: Message) -> MessageView {
        let attachments = self.carried_by(message.id).iter().filter_map(|id| self.file(*id));
        let mentions = message.mentions.iter().filter_map(|user| self.username(*user));
        let beside = Beside {
            author: self.author(message.author),
            reply_to: message.reply_to.and_then(|target| self.reply(target)),
            forwarded_from: message.forwarded.as_ref().map(|origin| self.origin(origin)),
            attachments: attachments.collect(),
            reactions: self.counts(message.id),
            mentions: mentions.collect(),
        };
        MessageView::new(message, beside)
    }

    fn author(&self, id: UserId) -> Option<Arc<Person>> {
        self.person(id).map(Arc::new)
    }

    fn username(&self, id: UserId) -> Option<Username> {
        self.person(id).map(|person| person.username)
    }

    /// The message that a reply answers, as it stands now.
    fn reply(&self, target: MessageId) -> Option<ReplyView> {
        let target = self.messages.get(&target)?;
        Some(ReplyView::new(target, self.author(target.author)))
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
