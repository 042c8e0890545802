//! Putting messages into their chats, many at once: the busiest way of all.

mod postgres;
mod sqlite;

use std::collections::BTreeMap;

use diesel::{ExpressionMethods, Insertable, RunQueryDsl};
use domain::{
    ChatId, MessageId, Origin, Rev, Seq, Timestamp, UserId,
    audit::{self, Entry},
    messages::{ClientId, Message, NewMessage},
};

use super::messages::mention_list;
use crate::{
    connection::Db,
    error::Outcome,
    ledger::Ledger,
    schema::{message_attachments, messages},
};

/// What a chat grows by: how many messages, and when the last of them was sent.
type Growth = BTreeMap<ChatId, (i64, i64)>;

/// The `seq` and `rev` that come next in each chat.
type Places = BTreeMap<ChatId, (i64, i64)>;

pub(crate) fn insert(ledger: &mut Ledger, new: &[NewMessage]) -> Outcome<Vec<Message>> {
    let made = ledger.create_each(
        |db| {
            let mut places = grow(db, &growth(new))?;
            let placed: Vec<Placed<'_>> =
                new.iter().filter_map(|message| Placed::next(message, &mut places)).collect();
            let ids = insert_rows(db, &placed)?;
            let messages: Vec<Message> =
                placed.iter().zip(ids).map(|(placed, id)| placed.message(id)).collect();
            attach(db, &messages, new)?;
            mark(db, &messages)?;
            Ok(messages.into_iter().zip(new).collect())
        },
        |(message, new): &(Message, &NewMessage)| -> (Origin, Entry) {
            (new.by.clone(), audit::message_created(message, &new.attachments))
        },
    )?;
    Ok(made.into_iter().map(|(message, _)| message).collect())
}

fn growth(new: &[NewMessage]) -> Growth {
    let mut growth = Growth::new();
    for message in new {
        let (count, newest) = growth.entry(message.chat).or_insert((0, i64::MIN));
        *count += 1;
        *newest = message.created_at.micros().max(*newest);
    }
    growth
}

/// Counts the messages into their chats; answers the places of the first of each.
fn grow(db: &mut Db, growth: &Growth) -> Outcome<Places> {
    Ok(match db {
        Db::Sqlite(conn) => sqlite::grow(conn, growth)?,
        Db::Postgres(conn) => postgres::grow(conn, growth)?,
    })
}

/// A message that has its place.
struct Placed<'a> {
    new: &'a NewMessage,
    seq: i64,
    rev: i64,
}

impl<'a> Placed<'a> {
    fn next(new: &'a NewMessage, places: &mut Places) -> Option<Self> {
        let (seq, rev) = places.get_mut(&new.chat)?;
        let placed = Self { new, seq: *seq, rev: *rev };
        *seq += 1;
        *rev += 1;
        Some(placed)
    }

    fn row(&self) -> NewRow<'a> {
        let new = self.new;
        let forwarded = new.forwarded.as_ref();
        NewRow {
            chat_id: new.chat.get(),
            seq: self.seq,
            rev: self.rev,
            created_rev: self.rev,
            author_id: new.author.get(),
            text: new.text.as_str(),
            client_id: new.client_id.as_ref().map(ClientId::as_str),
            reply_to: new.reply_to.map(MessageId::get),
            forwarded_message: forwarded.map(|origin| origin.message.get()),
            forwarded_author: forwarded.and_then(|origin| origin.author).map(UserId::get),
            forwarded_at: forwarded.map(|origin| origin.created_at.micros()),
            mentions: mention_list(&new.mentions),
            created_at: new.created_at.micros(),
        }
    }

    fn message(&self, id: i64) -> Message {
        let new = self.new;
        Message {
            id: MessageId::new(id),
            chat: new.chat,
            seq: Seq::new(self.seq),
            rev: Rev::new(self.rev),
            created_rev: Rev::new(self.rev),
            author: new.author,
            text: new.text.clone(),
            client_id: new.client_id.clone(),
            reply_to: new.reply_to,
            forwarded: new.forwarded.clone(),
            mentions: new.mentions.clone(),
            created_at: Timestamp::from_micros(new.created_at.micros()),
            edited_at: None,
            deleted_at: None,
        }
    }
}

#[derive(Insertable)]
#[diesel(table_name = messages, treat_none_as_default_value = false)]
struct NewRow<'a> {
    chat_id: i64,
    seq: i64,
    rev: i64,
    created_rev: i64,
    author_id: i64,
    text: &'a str,
    client_id: Option<&'a str>,
    reply_to: Option<i64>,
    forwarded_message: Option<i64>,
    forwarded_author: Option<i64>,
    forwarded_at: Option<i64>,
    mentions: String,
    created_at: i64,
}

/// Answers the ids, in the order given.
fn insert_rows(db: &mut Db, placed: &[Placed<'_>]) -> Outcome<Vec<i64>> {
    let rows = placed.iter().map(Placed::row);
    Ok(match db {
        Db::Sqlite(conn) => sqlite::insert_rows(conn, rows)?,
        Db::Postgres(conn) => postgres::insert_rows(conn, rows)?,
    })
}

fn attach(db: &mut Db, messages: &[Message], new: &[NewMessage]) -> Outcome<()> {
    for (message, new) in messages.iter().zip(new) {
        for (position, file) in (0..).zip(&new.attachments) {
            let row = (
                message_attachments::message_id.eq(message.id.get()),
                message_attachments::position.eq(position),
                message_attachments::attachment_id.eq(file.get()),
            );
            diesel::insert_into(message_attachments::table).values(row).execute(db)?;
        }
    }
    Ok(())
}

/// Sets how far members have read.
pub(super) fn mark_read(db: &mut Db, marks: impl Iterator<Item = ((ChatId, UserId), Seq)>) -> Outcome<()> {
    match db {
        Db::Sqlite(conn) => sqlite::mark_read(conn, marks)?,
        Db::Postgres(conn) => postgres::mark_read(conn, marks)?,
    }
    Ok(())
}

/// Authors have read up to their own messages; those mentioned are marked: each member once.
fn mark(db: &mut Db, messages: &[Message]) -> Outcome<()> {
    let mut read = BTreeMap::new();
    let mut mentioned = BTreeMap::new();
    for message in messages {
        read.insert((message.chat, message.author), message.seq);
        mentioned.extend(message.mentions.iter().map(|user| ((message.chat, *user), message.seq)));
    }
    mark_read(db, read.into_iter())?;
    for ((chat, user), seq) in mentioned {
        super::members::set_mentioned(db, chat, user, seq)?;
    }
    Ok(())
}
