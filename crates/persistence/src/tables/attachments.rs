//! Uploaded files, and which messages carry them.

use std::collections::HashMap;

use diesel::{
    BoolExpressionMethods, ExpressionMethods, Insertable, JoinOnDsl, NullableExpressionMethods, QueryDsl,
    Queryable, RunQueryDsl, Selectable, SelectableHelper, dsl::exists,
};
use domain::{
    AttachmentId, MessageId, Origin, Timestamp, UserId,
    attachments::{Attachment, NewAttachment},
    audit,
    users::Status,
};

use super::users::only_one;
use crate::{
    connection::Loads,
    error::Outcome,
    ledger::Ledger,
    schema::{attachments, chats, members, message_attachments, messages, users},
};

#[derive(Queryable, Selectable)]
#[diesel(table_name = attachments)]
pub(crate) struct AttachmentRow {
    id: i64,
    filename: String,
    content_type: String,
    bytes: i64,
    width: Option<i32>,
    height: Option<i32>,
    key: String,
    thumbnail: Option<String>,
    created_at: i64,
}

/// A file, without its owner once that account is deleted.
fn attachment((row, owner): (AttachmentRow, Option<(i64, String)>)) -> Attachment {
    let owner = owner.filter(|(_, status)| status != Status::Deleted.as_str());
    Attachment {
        id: AttachmentId::new(row.id),
        owner: owner.map(|(id, _)| UserId::new(id)),
        filename: row.filename,
        content_type: row.content_type,
        bytes: row.bytes,
        size: row.width.zip(row.height),
        key: row.key,
        thumbnail: row.thumbnail,
        created_at: Timestamp::from_micros(row.created_at),
    }
}

pub(crate) fn find(db: &mut Loads, ids: &[AttachmentId]) -> Outcome<Vec<Attachment>> {
    let among = db.among(attachments::id, ids.iter().map(|id| id.get()));
    let query = attachments::table
        .left_join(users::table.on(users::id.nullable().eq(attachments::owner_id)))
        .filter(among)
        .select((AttachmentRow::as_select(), (users::id, users::status).nullable()));
    Ok(db.all(query)?.into_iter().map(attachment).collect())
}

pub(crate) fn carried_by(db: &mut Loads, message: MessageId) -> Outcome<Vec<AttachmentId>> {
    let query = message_attachments::table
        .filter(message_attachments::message_id.eq(message.get()))
        .order(message_attachments::position)
        .select(message_attachments::attachment_id);
    Ok(db.all(query)?.into_iter().map(AttachmentId::new).collect())
}

/// What each of these messages carries, in its order.
pub(super) fn carried_by_each(db: &mut Loads, ids: &[i64]) -> Outcome<HashMap<MessageId, Vec<Attachment>>> {
    let among = db.among(message_attachments::message_id, ids.iter().copied());
    let query = message_attachments::table
        .inner_join(attachments::table)
        .left_join(users::table.on(users::id.nullable().eq(attachments::owner_id)))
        .filter(among)
        .order((message_attachments::message_id, message_attachments::position))
        .select((
            message_attachments::message_id,
            (AttachmentRow::as_select(), (users::id, users::status).nullable()),
        ));
    let mut carried: HashMap<MessageId, Vec<Attachment>> = HashMap::new();
    for (message, row) in db.all(query)? {
        carried.entry(MessageId::new(message)).or_default().push(attachment(row));
    }
    Ok(carried)
}

pub(crate) fn was_carried(db: &mut Loads, file: AttachmentId) -> Outcome<bool> {
    let query = message_attachments::table
        .filter(message_attachments::attachment_id.eq(file.get()))
        .limit(1)
        .select(message_attachments::attachment_id);
    Ok(db.one::<_, i64>(query)?.is_some())
}

/// Those that a message carried, and that who uploaded them can read in none any more.
pub(crate) fn withdrawn(db: &mut Loads, files: &[AttachmentId]) -> Outcome<Vec<AttachmentId>> {
    let among = db.among(attachments::id, files.iter().map(|id| id.get()));
    let carried = message_attachments::table.filter(message_attachments::attachment_id.eq(attachments::id));
    let readable = message_attachments::table
        .inner_join(messages::table)
        .inner_join(chats::table.on(chats::id.eq(messages::chat_id)))
        .inner_join(members::table.on(members::chat_id.eq(messages::chat_id)))
        .filter(message_attachments::attachment_id.eq(attachments::id))
        .filter(messages::deleted_at.is_null().and(chats::deleted_at.is_null()))
        .filter(members::user_id.nullable().eq(attachments::owner_id));
    let query = attachments::table
        .filter(among)
        .filter(exists(carried).and(diesel::dsl::not(exists(readable))))
        .select(attachments::id);
    Ok(db.all(query)?.into_iter().map(AttachmentId::new).collect())
}

pub(crate) fn may_read(db: &mut Loads, user: UserId, file: AttachmentId) -> Outcome<bool> {
    let query = message_attachments::table
        .inner_join(messages::table)
        .inner_join(chats::table.on(chats::id.eq(messages::chat_id)))
        .inner_join(members::table.on(members::chat_id.eq(messages::chat_id)))
        .inner_join(users::table.on(users::id.eq(members::user_id)))
        .filter(message_attachments::attachment_id.eq(file.get()))
        .filter(messages::deleted_at.is_null().and(chats::deleted_at.is_null()))
        .filter(users::id.eq(user.get()).and(users::status.eq(Status::Active.as_str())))
        .limit(1)
        .select(messages::id);
    Ok(db.one::<_, i64>(query)?.is_some())
}

#[derive(Insertable)]
#[diesel(table_name = attachments, treat_none_as_default_value = false)]
struct NewRow<'a> {
    owner_id: Option<i64>,
    filename: &'a str,
    content_type: &'a str,
    bytes: i64,
    width: Option<i32>,
    height: Option<i32>,
    key: &'a str,
    thumbnail: Option<&'a str>,
    created_at: i64,
}

pub(crate) fn insert(ledger: &mut Ledger, by: &Origin, new: &NewAttachment) -> Outcome<Attachment> {
    let now = ledger.now();
    let row = NewRow {
        owner_id: by.actor.map(UserId::get),
        filename: &new.filename,
        content_type: &new.content_type,
        bytes: new.bytes,
        width: new.size.map(|(width, _)| width),
        height: new.size.map(|(_, height)| height),
        key: &new.key,
        thumbnail: new.thumbnail.as_deref(),
        created_at: now.micros(),
    };
    let file = |id| Attachment {
        id: AttachmentId::new(id),
        owner: by.actor,
        filename: new.filename.clone(),
        content_type: new.content_type.clone(),
        bytes: new.bytes,
        size: new.size,
        key: new.key.clone(),
        thumbnail: new.thumbnail.clone(),
        created_at: now,
    };
    ledger.create(
        by,
        |db| {
            let insert = diesel::insert_into(attachments::table).values(&row);
            Ok(file(insert.returning(attachments::id).get_result(db)?))
        },
        audit::attachment_created,
    )
}

/// Forgets a file, also in the deleted messages that carried it.
pub(crate) fn delete(ledger: &mut Ledger, by: &Origin, file: &Attachment) -> Outcome<()> {
    ledger.change(by, &audit::attachment_deleted(file), |db| {
        let carried = message_attachments::attachment_id.eq(file.id.get());
        diesel::delete(message_attachments::table.filter(carried)).execute(db)?;
        only_one(diesel::delete(attachments::table.filter(attachments::id.eq(file.id.get()))).execute(db))
    })
}

pub(crate) fn unused(db: &mut Loads, before: Timestamp, limit: i64) -> Outcome<Vec<AttachmentId>> {
    let carried = message_attachments::table
        .inner_join(messages::table)
        .filter(message_attachments::attachment_id.eq(attachments::id))
        .filter(messages::deleted_at.is_null());
    let query = attachments::table
        .filter(attachments::created_at.lt(before.micros()))
        .filter(diesel::dsl::not(exists(carried)))
        .order((attachments::created_at, attachments::id))
        .limit(limit.max(0))
        .select(attachments::id);
    Ok(db.all(query)?.into_iter().map(AttachmentId::new).collect())
}

/// Those of these keys under which a file or its thumbnail is kept.
pub(crate) fn keys_in_use(db: &mut Loads, keys: &[String]) -> Outcome<Vec<String>> {
    let among = db.texts_among(attachments::key, keys);
    let mut used: Vec<String> = db.all(attachments::table.filter(among).select(attachments::key))?;
    let among = db.texts_among(attachments::thumbnail, keys);
    let thumbnails = attachments::table
        // The index leaves out files without one: this says that none of those is meant.
        .filter(attachments::thumbnail.is_not_null())
        .filter(among)
        .select(attachments::thumbnail.assume_not_null());
    used.extend(db.all::<_, String>(thumbnails)?);
    Ok(used)
}
