//! Messages: found, listed, edited and deleted.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper,
};
use domain::{
    ChatId, MessageId, Origin, Rev, Seq, Timestamp, UserId, audit,
    messages::{ClientId, Forwarded, Message, MessageChange, MessageText, Span},
};

use super::{chats, members, users::only_one};
use crate::{
    connection::{Db, Loads},
    error::{Failure, Outcome},
    ledger::Ledger,
    schema::messages,
};

#[derive(Queryable, Selectable)]
#[diesel(table_name = messages)]
pub(crate) struct MessageRow {
    id: i64,
    chat_id: i64,
    seq: i64,
    rev: i64,
    created_rev: i64,
    author_id: i64,
    text: String,
    client_id: Option<String>,
    reply_to: Option<i64>,
    forwarded_message: Option<i64>,
    forwarded_author: Option<i64>,
    forwarded_at: Option<i64>,
    mentions: String,
    created_at: i64,
    edited_at: Option<i64>,
    deleted_at: Option<i64>,
}

impl MessageRow {
    pub(super) fn message(self) -> Outcome<Message> {
        Ok(Message {
            id: MessageId::new(self.id),
            chat: ChatId::new(self.chat_id),
            seq: Seq::new(self.seq),
            rev: Rev::new(self.rev),
            created_rev: Rev::new(self.created_rev),
            author: UserId::new(self.author_id),
            text: MessageText::stored(self.text),
            client_id: self.client_id.map(ClientId::stored),
            reply_to: self.reply_to.map(MessageId::new),
            forwarded: self.forwarded_message.map(|message| Forwarded {
                message: MessageId::new(message),
                author: self.forwarded_author.map(UserId::new),
                created_at: Timestamp::from_micros(self.forwarded_at.unwrap_or_default()),
            }),
            mentions: mentioned(&self.mentions)?,
            created_at: Timestamp::from_micros(self.created_at),
            edited_at: self.edited_at.map(Timestamp::from_micros),
            deleted_at: self.deleted_at.map(Timestamp::from_micros),
        })
    }
}

/// The ids of those mentioned, as one text: they are only ever read together with their message.
pub(super) fn mention_list(users: &[UserId]) -> String {
    let ids: Vec<String> = users.iter().map(UserId::to_string).collect();
    ids.join(",")
}

fn mentioned(list: &str) -> Outcome<Vec<UserId>> {
    let ids = list.split(',').filter(|id| !id.is_empty()).map(str::parse);
    ids.collect::<Result<_, _>>().map_err(|_| Failure::Corrupt(format!("“{list}” is no list of mentions")))
}

fn read(rows: Vec<MessageRow>) -> Outcome<Vec<Message>> {
    rows.into_iter().map(MessageRow::message).collect()
}

pub(crate) fn find(db: &mut Loads, ids: impl IntoIterator<Item = i64>) -> Outcome<Vec<Message>> {
    let among = db.among(messages::id, ids);
    read(db.all(messages::table.filter(among).select(MessageRow::as_select()))?)
}

pub(crate) fn sent_as(db: &mut Loads, claims: &[(UserId, ClientId)]) -> Outcome<Vec<Message>> {
    if claims.is_empty() {
        return Ok(Vec::new());
    }
    let among = db.claims_among(messages::author_id, messages::client_id, claims);
    read(db.all(messages::table.filter(among).select(MessageRow::as_select()))?)
}

/// The newest message of each chat.
pub(super) fn newest(db: &mut Loads, places: &[(i64, i64)]) -> Outcome<Vec<Message>> {
    let among = db.pairs_among(messages::chat_id, messages::seq, places);
    read(db.all(messages::table.filter(among).select(MessageRow::as_select()))?)
}

pub(crate) fn history(db: &mut Loads, chat: ChatId, span: Span) -> Outcome<Vec<Message>> {
    let of_chat = messages::table.filter(messages::chat_id.eq(chat.get())).select(MessageRow::as_select());
    let (rows, backwards): (Vec<MessageRow>, bool) = match span {
        Span::Newest { limit } => (db.all(of_chat.order(messages::seq.desc()).limit(limit.max(0)))?, true),
        Span::Before { seq, limit } => {
            let before = of_chat.filter(messages::seq.lt(seq.get()));
            (db.all(before.order(messages::seq.desc()).limit(limit.max(0)))?, true)
        }
        Span::After { seq, limit } => {
            let after = of_chat.filter(messages::seq.gt(seq.get()));
            (db.all(after.order(messages::seq.asc()).limit(limit.max(0)))?, false)
        }
    };
    let mut found = read(rows)?;
    if backwards {
        found.reverse();
    }
    Ok(found)
}

pub(crate) fn changed_after(db: &mut Loads, chat: ChatId, rev: Rev, limit: i64) -> Outcome<Vec<Message>> {
    let query = messages::table
        .filter(messages::chat_id.eq(chat.get()).and(messages::rev.gt(rev.get())))
        .order(messages::rev)
        .limit(limit.max(0))
        .select(MessageRow::as_select());
    read(db.all(query)?)
}

pub(crate) fn update(
    ledger: &mut Ledger,
    by: &Origin,
    message: &Message,
    change: &MessageChange,
) -> Outcome<Message> {
    let now = ledger.now();
    ledger.change(by, &audit::message_changed(message, change), |db| {
        let mut new = Message { rev: Rev::new(chats::next_rev(db, message.chat)?), ..message.clone() };
        match change {
            MessageChange::Edit { text, mentions } => {
                new.text.clone_from(text);
                new.mentions.clone_from(mentions);
                new.edited_at = Some(now);
                for user in mentions.iter().filter(|user| !message.mentions.contains(user)) {
                    members::set_mentioned(db, message.chat, *user, message.seq)?;
                }
            }
            MessageChange::Delete => {
                new.text = MessageText::none();
                new.mentions.clear();
                new.deleted_at = Some(now);
            }
        }
        update_row(db, &new)?;
        Ok(new)
    })
}

fn update_row(db: &mut Db, new: &Message) -> Outcome<()> {
    let set = (
        messages::text.eq(new.text.as_str()),
        messages::mentions.eq(mention_list(&new.mentions)),
        messages::edited_at.eq(new.edited_at.map(Timestamp::micros)),
        messages::deleted_at.eq(new.deleted_at.map(Timestamp::micros)),
        messages::rev.eq(new.rev.get()),
    );
    only_one(diesel::update(messages::table.filter(messages::id.eq(new.id.get()))).set(set).execute(db))
}

/// Gives a message the next `rev` of its chat, within a change of something that stands beside it.
pub(super) fn touch(db: &mut Db, message: &Message) -> Outcome<Message> {
    let rev = chats::next_rev(db, message.chat)?;
    let this = messages::table.filter(messages::id.eq(message.id.get()));
    only_one(diesel::update(this).set(messages::rev.eq(rev)).execute(db))?;
    Ok(Message { rev: Rev::new(rev), ..message.clone() })
}
