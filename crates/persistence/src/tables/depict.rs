//! Messages with all that stands beside them, in as many queries for a hundred as for one.

use std::{collections::HashMap, sync::Arc};

use diesel::{
    QueryDsl, QueryableByName,
    sql_types::{BigInt, Nullable, Text},
};
use domain::{
    MessageId, UserId,
    attachments::Attachment,
    messages::{Beside, ForwardedView, Message, MessageView, REACTION_NAMES, ReactionCount, ReplyView},
    users::{Person, Username},
};

use super::{attachments, messages, users};
use crate::{connection::Loads, error::Outcome, schema::reactions};

/// What stands beside some messages.
#[derive(Default)]
struct Surroundings {
    people: HashMap<UserId, Arc<Person>>,
    replies: HashMap<MessageId, Message>,
    attachments: HashMap<MessageId, Vec<Attachment>>,
    reactions: HashMap<MessageId, Vec<ReactionCount>>,
}

/// `bare` tells of messages that nothing can stand beside: they were made a moment ago.
pub(crate) fn depict(
    db: &mut Loads,
    all: Vec<Message>,
    bare: impl Fn(MessageId) -> bool,
) -> Outcome<Vec<MessageView>> {
    if all.is_empty() {
        return Ok(Vec::new());
    }
    let around = Surroundings::load(db, &all, bare)?;
    Ok(all.into_iter().map(|message| around.view(message)).collect())
}

impl Surroundings {
    fn load(db: &mut Loads, all: &[Message], bare: impl Fn(MessageId) -> bool) -> Outcome<Self> {
        let shown = || all.iter().filter(|message| message.deleted_at.is_none());
        let ids: Vec<i64> =
            shown().map(|message| message.id).filter(|id| !bare(*id)).map(MessageId::get).collect();
        let targets: Vec<i64> = shown().filter_map(|message| Some(message.reply_to?.get())).collect();
        let replies: Vec<Message> =
            if targets.is_empty() { Vec::new() } else { messages::find(db, targets)? };
        let people = people(db, all.iter().chain(&replies))?;
        let replies = replies.into_iter().map(|message| (message.id, message)).collect();
        if ids.is_empty() {
            return Ok(Self { people, replies, ..Self::default() });
        }
        let attachments = attachments::carried_by_each(db, &ids)?;
        let reactions = reacted(db, &ids)?;
        Ok(Self { people, replies, attachments, reactions })
    }

    fn view(&self, message: Message) -> MessageView {
        let beside = Beside {
            author: self.person(message.author),
            reply_to: message.reply_to.and_then(|target| self.reply(target)),
            forwarded_from: message.forwarded.as_ref().map(|origin| ForwardedView {
                author: origin.author.and_then(|author| self.person(author)),
                created_at: origin.created_at,
            }),
            attachments: self.attachments.get(&message.id).cloned().unwrap_or_default(),
            reactions: self.reactions.get(&message.id).cloned().unwrap_or_default(),
            mentions: self.names(&message.mentions),
        };
        MessageView::new(message, beside)
    }

    fn person(&self, user: UserId) -> Option<Arc<Person>> {
        self.people.get(&user).cloned()
    }

    fn names(&self, users: &[UserId]) -> Vec<Username> {
        users.iter().filter_map(|user| Some(self.people.get(user)?.username.clone())).collect()
    }

    fn reply(&self, target: MessageId) -> Option<ReplyView> {
        let target = self.replies.get(&target)?;
        Some(ReplyView::new(target, self.person(target.author)))
    }
}

/// Authors, first authors and those mentioned.
fn people<'a>(
    db: &mut Loads,
    all: impl Iterator<Item = &'a Message>,
) -> Outcome<HashMap<UserId, Arc<Person>>> {
    let mut ids = Vec::new();
    for message in all {
        ids.push(message.author.get());
        ids.extend(message.forwarded.as_ref().and_then(|origin| origin.author).map(UserId::get));
        ids.extend(message.mentions.iter().map(|user| user.get()));
    }
    ids.sort_unstable();
    ids.dedup();
    let people = users::persons(db, ids)?;
    Ok(people.into_iter().map(|person| (person.id, Arc::new(person))).collect())
}

#[derive(QueryableByName)]
struct ReactedRow {
    #[diesel(sql_type = BigInt)]
    message_id: i64,
    #[diesel(sql_type = Text)]
    reaction: String,
    #[diesel(sql_type = BigInt)]
    total: i64,
    #[diesel(sql_type = Nullable<Text>)]
    username: Option<String>,
}

/// How people reacted, with the first names beside each reaction.
fn reacted(db: &mut Loads, ids: &[i64]) -> Outcome<HashMap<MessageId, Vec<ReactionCount>>> {
    let among = db.among(reactions::message_id, ids.iter().copied());
    // Most messages have none: the window below is only opened over those that do.
    let mut some: Vec<i64> =
        db.all(reactions::table.filter(among).select(reactions::message_id).distinct())?;
    if some.is_empty() {
        return Ok(HashMap::new());
    }
    some.sort_unstable();
    let rows: Vec<ReactedRow> = db.written(&first_names(&some))?;
    let mut reacted: HashMap<MessageId, Vec<ReactionCount>> = HashMap::new();
    for ReactedRow { message_id, reaction, total, username } in rows {
        let counts = reacted.entry(MessageId::new(message_id)).or_default();
        if counts.last().is_none_or(|last| last.reaction != reaction) {
            counts.push(ReactionCount { reaction, count: total, usernames: Vec::new() });
        }
        if let (Some(last), Some(username)) = (counts.last_mut(), username) {
            last.usernames.push(Username::stored(username));
        }
    }
    Ok(reacted)
}

/// The first names beside each reaction of each message, in the order in which the reactions first came.
fn first_names(messages: &[i64]) -> String {
    let ids: Vec<String> = messages.iter().map(i64::to_string).collect();
    format!(
        "SELECT message_id, reaction, total, username FROM (
            SELECT r.message_id, r.reaction,
                CASE WHEN u.status = 'deleted' THEN NULL ELSE u.username END AS username,
                COUNT(*) OVER (PARTITION BY r.message_id, r.reaction) AS total,
                MIN(r.id) OVER (PARTITION BY r.message_id, r.reaction) AS first,
                ROW_NUMBER() OVER (PARTITION BY r.message_id, r.reaction
                    ORDER BY CASE WHEN u.status = 'deleted' THEN 1 ELSE 0 END, r.id) AS place
            FROM reactions r JOIN users u ON u.id = r.user_id
            WHERE r.message_id IN ({})
        ) AS ranked WHERE place <= {REACTION_NAMES} ORDER BY message_id, first, place",
        ids.join(",")
    )
}
