//! Chats.

use diesel::{
    AsChangeset, BoolExpressionMethods, ExpressionMethods, Insertable, QueryDsl, Queryable, RunQueryDsl,
    Selectable,
};
use domain::{
    ChatId, Origin, Rev, Seq, Timestamp, UserId, audit,
    chats::{Chat, ChatChange, ChatName, ChatRole, Description, Kind, NewChat, Visibility},
    ports::StoreError,
};

use super::{members, words};
use crate::{
    connection::{Db, Loads},
    error::{Failure, Outcome},
    ledger::{Exempt, Ledger},
    schema::{chats, direct_chats},
};

#[derive(Queryable, Selectable)]
#[diesel(table_name = chats)]
pub(crate) struct ChatRow {
    pub(super) id: i64,
    kind: String,
    visibility: String,
    name: Option<String>,
    description: Option<String>,
    pub(super) created_by: Option<i64>,
    created_at: i64,
    last_seq: i64,
    last_rev: i64,
    last_message_at: i64,
    pub(super) member_count: i64,
    deleted_at: Option<i64>,
}

impl ChatRow {
    pub(super) fn chat(self) -> Outcome<Chat> {
        Ok(Chat {
            id: ChatId::new(self.id),
            kind: words::chat_kind(&self.kind)?,
            visibility: words::visibility(&self.visibility)?,
            name: self.name.map(ChatName::stored),
            description: self.description.map(Description::stored),
            created_by: self.created_by.map(UserId::new),
            created_at: Timestamp::from_micros(self.created_at),
            last_seq: Seq::new(self.last_seq),
            last_rev: Rev::new(self.last_rev),
            last_message_at: Timestamp::from_micros(self.last_message_at),
            deleted_at: self.deleted_at.map(Timestamp::from_micros),
        })
    }
}

/// Two users in the order in which their direct chat is kept.
fn pair(a: UserId, b: UserId) -> (i64, i64) {
    (a.min(b).get(), a.max(b).get())
}

pub(crate) fn direct(db: &mut Loads, a: UserId, b: UserId) -> Outcome<Option<ChatId>> {
    let (low, high) = pair(a, b);
    let query = direct_chats::table
        .filter(direct_chats::low.eq(low).and(direct_chats::high.eq(high)))
        .select(direct_chats::chat_id);
    Ok(db.one(query)?.map(ChatId::new))
}

/// What a search for public chats looks in.
fn search_text(name: Option<&ChatName>, description: Option<&Description>) -> String {
    let name = name.map_or("", ChatName::as_str);
    let description = description.map_or("", Description::as_str);
    format!("{name}\n{description}").to_lowercase()
}

#[derive(Insertable)]
#[diesel(table_name = chats, treat_none_as_default_value = false)]
struct NewRow<'a> {
    kind: &'a str,
    visibility: &'a str,
    name: Option<&'a str>,
    description: Option<&'a str>,
    search_text: String,
    created_by: Option<i64>,
    created_at: i64,
    last_seq: i64,
    last_rev: i64,
    last_message_at: i64,
    member_count: i64,
}

fn insert_row(ledger: &mut Ledger, by: &Origin, chat: &Chat) -> Outcome<Chat> {
    let row = NewRow {
        kind: chat.kind.as_str(),
        visibility: chat.visibility.as_str(),
        name: chat.name.as_ref().map(ChatName::as_str),
        description: chat.description.as_ref().map(Description::as_str),
        search_text: search_text(chat.name.as_ref(), chat.description.as_ref()),
        created_by: chat.created_by.map(UserId::get),
        created_at: chat.created_at.micros(),
        last_seq: 0,
        last_rev: 0,
        last_message_at: chat.last_message_at.micros(),
        member_count: 0,
    };
    ledger.create(
        by,
        |db| {
            let id = diesel::insert_into(chats::table).values(&row).returning(chats::id).get_result(db)?;
            Ok(Chat { id: ChatId::new(id), ..chat.clone() })
        },
        audit::chat_created,
    )
}

/// A chat that has no id yet.
fn blank(by: &Origin, kind: Kind, now: Timestamp) -> Chat {
    Chat::blank(ChatId::new(0), kind, by.actor, now)
}

pub(crate) fn insert_group(ledger: &mut Ledger, by: &Origin, new: &NewChat) -> Outcome<Chat> {
    let NewChat { name, description, visibility } = new.clone();
    let blank = blank(by, Kind::Group, ledger.now());
    insert_row(ledger, by, &Chat { name: Some(name), description, visibility, ..blank })
}

/// The direct chat of two users, and whether it is new.
pub(crate) fn insert_direct(
    ledger: &mut Ledger,
    by: &Origin,
    a: UserId,
    b: UserId,
) -> Outcome<(ChatId, bool)> {
    if let Some(chat) = direct(ledger.loads(), a, b)? {
        return Ok((chat, false));
    }
    let mark = ledger.mark()?;
    match insert_new_direct(ledger, by, a, b) {
        Ok(chat) => {
            ledger.release(mark)?;
            Ok((chat, true))
        }
        // Another process was faster: its chat is the one.
        Err(failure) => match StoreError::from(failure) {
            StoreError::Taken => {
                ledger.back_to(mark)?;
                let chat = direct(ledger.loads(), a, b)?;
                chat.map(|chat| (chat, false)).ok_or_else(|| Failure::Store(StoreError::Taken))
            }
            error => Err(error.into()),
        },
    }
}

fn insert_new_direct(ledger: &mut Ledger, by: &Origin, a: UserId, b: UserId) -> Outcome<ChatId> {
    let blank = blank(by, Kind::Direct, ledger.now());
    let chat = insert_row(ledger, by, &blank)?;
    let (low, high) = pair(a, b);
    // Part of the chat that was just made: its audit row stands for both.
    ledger.exempt(Exempt::PartOfCreated, |db| {
        let row =
            (direct_chats::low.eq(low), direct_chats::high.eq(high), direct_chats::chat_id.eq(chat.id.get()));
        diesel::insert_into(direct_chats::table).values(row).execute(db)?;
        Ok(())
    })?;
    let mut both = vec![(a, ChatRole::Member), (b, ChatRole::Member)];
    both.dedup();
    members::insert(ledger, by, chat.id, &both)?;
    Ok(chat.id)
}

#[derive(AsChangeset)]
#[diesel(table_name = chats)]
struct ChangedRow<'a> {
    name: Option<&'a str>,
    description: Option<Option<&'a str>>,
    search_text: String,
    visibility: Option<&'a str>,
}

pub(crate) fn update(ledger: &mut Ledger, by: &Origin, chat: &Chat, change: &ChatChange) -> Outcome<Chat> {
    let new = change.apply(chat);
    let row = ChangedRow {
        name: change.name.as_ref().map(ChatName::as_str),
        description: change.description.as_ref().map(|text| text.as_ref().map(Description::as_str)),
        search_text: search_text(new.name.as_ref(), new.description.as_ref()),
        visibility: change.visibility.map(Visibility::as_str),
    };
    let rev = ledger.change(by, &audit::chat_changed(chat, change), |db| {
        let set = (&row, chats::last_rev.eq(chats::last_rev + 1));
        let this = chats::table.filter(chats::id.eq(chat.id.get()));
        Ok(diesel::update(this).set(set).returning(chats::last_rev).get_result(db)?)
    })?;
    Ok(Chat { last_rev: Rev::new(rev), ..new })
}

pub(crate) fn delete(ledger: &mut Ledger, by: &Origin, chat: &Chat) -> Outcome<Rev> {
    let now = ledger.now();
    let rev = ledger.change(by, &audit::chat_deleted(chat), |db| {
        let set = (chats::deleted_at.eq(now.micros()), chats::last_rev.eq(chats::last_rev + 1));
        let this = chats::table.filter(chats::id.eq(chat.id.get()));
        Ok(diesel::update(this).set(set).returning(chats::last_rev).get_result(db)?)
    })?;
    Ok(Rev::new(rev))
}

/// Takes the next `rev` of a chat, within a change of something in it.
pub(super) fn next_rev(db: &mut Db, chat: ChatId) -> Outcome<i64> {
    let this = chats::table.filter(chats::id.eq(chat.get()));
    let set = chats::last_rev.eq(chats::last_rev + 1);
    Ok(diesel::update(this).set(set).returning(chats::last_rev).get_result(db)?)
}

/// Counts members in or out; answers the chat's `last_seq` and its new `last_rev`, which grew by one for each.
pub(super) fn count_members(db: &mut Db, chat: ChatId, joined: i64) -> Outcome<(i64, i64)> {
    let this = chats::table.filter(chats::id.eq(chat.get()));
    let set = (
        chats::last_rev.eq(chats::last_rev + joined.abs()),
        chats::member_count.eq(chats::member_count + joined),
    );
    Ok(diesel::update(this).set(set).returning((chats::last_seq, chats::last_rev)).get_result(db)?)
}
