//! Messages and reactions in memory.

use std::collections::BTreeSet;

use super::{MemoryStore, limited, missing};
use crate::{
    ChatId, MessageId, Origin, Seq, UserId, audit,
    messages::{Message, MessageChange, MessageText, NewMessage, Reaction, Span},
    ports::StoreError,
};

impl MemoryStore {
    /// A chat's messages, oldest first.
    fn in_order(&self, chat: ChatId) -> impl DoubleEndedIterator<Item = &Message> {
        let (first, last) = ((chat, Seq::ZERO), (chat, Seq::new(i64::MAX)));
        self.places.range(first..=last).filter_map(|(_, id)| self.messages.get(id))
    }

    pub(super) fn stretch(&self, chat: ChatId, span: Span) -> Vec<Message> {
        let all = self.in_order(chat).cloned();
        match span {
            Span::Newest { limit } => back(limited(all.rev(), limit)),
            Span::Before { seq, limit } => {
                back(limited(all.rev().filter(|message| message.seq < seq), limit))
            }
            Span::After { seq, limit } => limited(all.filter(|message| message.seq > seq), limit),
        }
    }

    pub(super) fn newest(&self, chat: ChatId) -> Option<&Message> {
        self.in_order(chat).next_back()
    }

    pub(super) fn changes(&self, chat: ChatId, rev: crate::Rev, limit: i64) -> Vec<Message> {
        let mut changed: Vec<&Message> = self.in_order(chat).filter(|message| message.rev > rev).collect();
        changed.sort_by_key(|message| message.rev);
        limited(changed.into_iter().cloned(), limit)
    }

    /// Refuses before anything lands: the whole batch or nothing.
    pub(super) fn claims_are_free(&self, new: &[NewMessage]) -> Result<(), StoreError> {
        let mut claimed = BTreeSet::new();
        for message in new {
            let Some(id) = &message.client_id else { continue };
            let claim = (message.author, id.clone());
            if self.claims.contains_key(&claim) || !claimed.insert(claim) {
                return Err(StoreError::Taken);
            }
        }
        Ok(())
    }

    pub(super) fn add_message(&mut self, new: &NewMessage) -> Result<Message, StoreError> {
        let id = MessageId::new(self.next_id());
        let rev = self.next_rev(new.chat)?;
        let chat = self.chat(new.chat)?;
        chat.last_seq = chat.last_seq.next();
        chat.last_message_at = new.created_at;
        let message = Message {
            id,
            chat: new.chat,
            seq: chat.last_seq,
            rev,
            created_rev: rev,
            author: new.author,
            text: new.text.clone(),
            client_id: new.client_id.clone(),
            reply_to: new.reply_to,
            forwarded: new.forwarded.clone(),
            mentions: new.mentions.clone(),
            created_at: new.created_at,
            edited_at: None,
            deleted_at: None,
        };
        self.keep(&message, new);
        Ok(message)
    }

    fn keep(&mut self, message: &Message, new: &NewMessage) {
        self.places.insert((message.chat, message.seq), message.id);
        if let Some(id) = &message.client_id {
            self.claims.insert((message.author, id.clone()), message.id);
        }
        if !new.attachments.is_empty() {
            self.carried.insert(message.id, new.attachments.clone());
        }
        self.mark_read(&[(message.chat, message.author, message.seq)]);
        self.mark_mentioned(message.chat, &message.mentions, message.seq);
        self.messages.insert(message.id, message.clone());
        self.log(&new.by, audit::message_created(message, &new.attachments));
    }

    pub(super) fn change_message(
        &mut self,
        by: &Origin,
        id: MessageId,
        change: &MessageChange,
    ) -> Result<Message, StoreError> {
        let now = self.clock.now();
        let old = self.messages.get(&id).ok_or_else(|| missing("message", id))?.clone();
        let mut new = old.clone();
        match change {
            MessageChange::Edit { text, mentions } => {
                new.text.clone_from(text);
                new.mentions.clone_from(mentions);
                new.edited_at = Some(now);
                let newly: Vec<UserId> =
                    mentions.iter().filter(|user| !old.mentions.contains(user)).copied().collect();
                self.mark_mentioned(old.chat, &newly, old.seq);
            }
            MessageChange::Delete => {
                new.text = MessageText::none();
                new.mentions.clear();
                new.deleted_at = Some(now);
            }
        }
        self.messages.insert(id, new);
        self.log(by, audit::message_changed(&old, change));
        self.touch(id)
    }

    /// Gives a message the next `rev` of its chat.
    fn touch(&mut self, id: MessageId) -> Result<Message, StoreError> {
        let chat = self.messages.get(&id).ok_or_else(|| missing("message", id))?.chat;
        let rev = self.next_rev(chat)?;
        let message = self.messages.get_mut(&id).ok_or_else(|| missing("message", id))?;
        message.rev = rev;
        Ok(message.clone())
    }

    /// In the order in which they came.
    pub(super) fn reactions_to(&self, message: MessageId) -> &[(UserId, Reaction)] {
        self.reactions.get(&message).map_or(&[], Vec::as_slice)
    }

    pub(super) fn kinds_of_reactions(&self, message: MessageId) -> Vec<Reaction> {
        let mut kinds: Vec<Reaction> = Vec::new();
        for (_, reaction) in self.reactions_to(message) {
            if !kinds.contains(reaction) {
                kinds.push(reaction.clone());
            }
        }
        kinds
    }

    pub(super) fn add_reaction(
        &mut self,
        by: &Origin,
        message: &Message,
        user: UserId,
        reaction: &Reaction,
    ) -> Result<Message, StoreError> {
        let given = self.reactions.entry(message.id).or_default();
        if given.iter().any(|(who, what)| *who == user && what == reaction) {
            return Err(StoreError::Taken);
        }
        given.push((user, reaction.clone()));
        self.log(by, audit::reaction_created(message, user, reaction.as_str()));
        self.touch(message.id)
    }

    pub(super) fn take_reaction(
        &mut self,
        by: &Origin,
        message: &Message,
        user: UserId,
        reaction: &Reaction,
    ) -> Result<Message, StoreError> {
        let given = self.reactions.entry(message.id).or_default();
        given.retain(|(who, what)| *who != user || what != reaction);
        self.log(by, audit::reaction_deleted(message, user, reaction.as_str()));
        self.touch(message.id)
    }
}

fn back(mut messages: Vec<Message>) -> Vec<Message> {
    messages.reverse();
    messages
}
