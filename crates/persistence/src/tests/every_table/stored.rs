//! What stands in the database.

use diesel::{ExpressionMethods, QueryDsl, QueryableByName, sql_types::Text};
use domain::Timestamp;

use super::{Fields, Rows};
use crate::{connection::Loads, schema::*};

#[derive(QueryableByName)]
struct ColumnRow {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    column_name: String,
}

/// Every column of every table, as the database itself tells.
pub(super) fn columns(loads: &mut Loads) -> Vec<(String, String)> {
    let select = if loads.is_postgres() {
        "SELECT table_name::text, column_name::text FROM information_schema.columns WHERE table_schema = 'public'"
    } else {
        "SELECT m.name AS table_name, c.name AS column_name
            FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'"
    };
    let rows: Vec<ColumnRow> = loads.written(select).expect("the schema");
    rows.into_iter().map(|row| (row.table_name, row.column_name)).collect()
}

/// The audited columns of a table; what is not there is left out.
pub(super) fn rows(loads: &mut Loads, table: &str) -> Rows {
    match table {
        "users" => users(loads),
        "sessions" => sessions(loads),
        "chats" => chats(loads),
        "direct_chats" => direct_chats(loads),
        "members" => members(loads),
        "invites" => invites(loads),
        "messages" => messages(loads),
        "message_attachments" => message_attachments(loads),
        "attachments" => attachments(loads),
        "reactions" => reactions(loads),
        other => panic!("nobody reads {other}"),
    }
}

/// Fields by their names in the log.
pub(super) fn fields<const N: usize>(all: [(&str, Option<String>); N]) -> Fields {
    all.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

fn number(number: i64) -> Option<String> {
    Some(number.to_string())
}

fn users(loads: &mut Loads) -> Rows {
    type Row = (
        i64,
        String,
        (Option<String>, Option<String>, Option<String>, bool, Option<String>),
        String,
        String,
        Option<String>,
    );
    let all: Vec<Row> = loads
        .all(users::table.select((
            users::id,
            users::username,
            (users::first_name, users::last_name, users::email, users::email_confirmed, users::bio),
            users::role,
            users::status,
            users::avatar,
        )))
        .expect("users");
    all.into_iter()
        .map(|(id, username, (first, last, email, confirmed, bio), role, status, avatar)| {
            let fields = fields([
                ("username", Some(username)),
                ("first_name", first),
                ("last_name", last),
                ("email", email),
                ("email_confirmed", Some(confirmed.to_string())),
                ("bio", bio),
                ("role", Some(role)),
                ("status", Some(status)),
                ("avatar", avatar),
            ]);
            (id.to_string(), fields)
        })
        .collect()
}

fn sessions(loads: &mut Loads) -> Rows {
    let columns = (
        sessions::id,
        sessions::user_id,
        sessions::kind,
        sessions::user_agent,
        sessions::expires_at,
        sessions::revoked_at,
    );
    type Row = (i64, i64, String, Option<String>, i64, Option<i64>);
    let all: Vec<Row> = loads.all(sessions::table.select(columns)).expect("sessions");
    all.into_iter()
        .map(|(id, user, kind, user_agent, expires_at, revoked_at)| {
            let fields = fields([
                ("user", number(user)),
                ("kind", Some(kind)),
                ("user_agent", user_agent),
                ("expires_at", Some(Timestamp::from_micros(expires_at).to_string())),
                ("deleted", revoked_at.map(|_| "true".to_owned())),
            ]);
            (id.to_string(), fields)
        })
        .collect()
}

fn chats(loads: &mut Loads) -> Rows {
    let columns =
        (chats::id, chats::kind, chats::visibility, chats::name, chats::description, chats::deleted_at);
    type Row = (i64, String, String, Option<String>, Option<String>, Option<i64>);
    let all: Vec<Row> = loads.all(chats::table.select(columns)).expect("chats");
    all.into_iter()
        .map(|(id, kind, visibility, name, description, deleted_at)| {
            let fields = fields([
                ("kind", Some(kind)),
                ("visibility", Some(visibility)),
                ("name", name),
                ("description", description),
                ("deleted", deleted_at.map(|_| "true".to_owned())),
            ]);
            (id.to_string(), fields)
        })
        .collect()
}

fn direct_chats(loads: &mut Loads) -> Rows {
    let columns = (direct_chats::chat_id, direct_chats::low, direct_chats::high);
    let all: Vec<(i64, i64, i64)> = loads.all(direct_chats::table.select(columns)).expect("direct chats");
    all.into_iter()
        .map(|(chat, low, high)| (chat.to_string(), fields([("low", number(low)), ("high", number(high))])))
        .collect()
}

fn members(loads: &mut Loads) -> Rows {
    let columns = (members::chat_id, members::user_id, members::role, members::bell, members::muted_until);
    type Row = (i64, i64, String, String, Option<i64>);
    let all: Vec<Row> = loads.all(members::table.select(columns)).expect("members");
    all.into_iter()
        .map(|(chat, user, role, bell, muted_until)| {
            let until = muted_until.map(|until| Timestamp::from_micros(until).to_string());
            let fields = fields([
                ("chat", number(chat)),
                ("user", number(user)),
                ("role", Some(role)),
                ("bell", Some(bell)),
                ("muted_until", until),
            ]);
            (format!("{chat}:{user}"), fields)
        })
        .collect()
}

fn invites(loads: &mut Loads) -> Rows {
    let columns =
        (invites::code, invites::chat_id, invites::created_by, invites::expires_at, invites::max_uses);
    type Row = (String, i64, i64, Option<i64>, Option<i64>);
    let all: Vec<Row> = loads.all(invites::table.select(columns)).expect("invitations");
    all.into_iter()
        .map(|(code, chat, by, expires_at, max_uses)| {
            let fields = fields([
                ("code", Some(format!("{}…", &code[..4]))),
                ("chat", number(chat)),
                ("by", number(by)),
                ("expires_at", expires_at.map(|end| Timestamp::from_micros(end).to_string())),
                ("max_uses", max_uses.and_then(number)),
            ]);
            (format!("{chat}:{}", &code[..4]), fields)
        })
        .collect()
}

fn messages(loads: &mut Loads) -> Rows {
    let columns = (
        messages::id,
        messages::chat_id,
        messages::seq,
        messages::author_id,
        messages::text,
        messages::reply_to,
        messages::forwarded_message,
        messages::deleted_at,
        messages::edited_at,
    );
    type Row = (i64, i64, i64, i64, String, Option<i64>, Option<i64>, Option<i64>, Option<i64>);
    let all: Vec<Row> = loads.all(messages::table.select(columns)).expect("messages");
    all.into_iter()
        .map(|(id, chat, seq, author, text, reply_to, forwarded, deleted_at, edited_at)| {
            // Of a text that stands as it was sent the log tells the length; of an edited one the text.
            let length = text.chars().count().to_string();
            let (text, length) = match (deleted_at, edited_at) {
                (Some(_), _) => (None, None),
                (None, Some(_)) => (Some(text), None),
                (None, None) => (None, Some(length)),
            };
            let fields = fields([
                ("chat", number(chat)),
                ("seq", number(seq)),
                ("author", number(author)),
                ("text", text),
                ("length", length),
                ("reply_to", reply_to.map(|id| id.to_string())),
                ("forwarded_from", forwarded.map(|id| id.to_string())),
                ("deleted", deleted_at.map(|_| "true".to_owned())),
            ]);
            (id.to_string(), fields)
        })
        .collect()
}

fn message_attachments(loads: &mut Loads) -> Rows {
    let columns =
        (message_attachments::message_id, message_attachments::position, message_attachments::attachment_id);
    let query = message_attachments::table.select(columns).order(message_attachments::message_id.asc());
    let all: Vec<(i64, i32, i64)> = loads.all(query).expect("attachments of messages");
    all.into_iter()
        .map(|(message, position, file)| {
            (format!("{message}:{position}"), fields([("attachment", number(file))]))
        })
        .collect()
}

fn attachments(loads: &mut Loads) -> Rows {
    let columns = (
        attachments::id,
        attachments::owner_id,
        attachments::filename,
        attachments::content_type,
        attachments::bytes,
        attachments::key,
    );
    type Row = (i64, Option<i64>, String, String, i64, String);
    let all: Vec<Row> = loads.all(attachments::table.select(columns)).expect("attachments");
    all.into_iter()
        .map(|(id, owner, filename, content_type, bytes, key)| {
            let fields = fields([
                ("owner", owner.map(|owner| owner.to_string())),
                ("filename", Some(filename)),
                ("content_type", Some(content_type)),
                ("bytes", number(bytes)),
                ("key", Some(key)),
            ]);
            (id.to_string(), fields)
        })
        .collect()
}

fn reactions(loads: &mut Loads) -> Rows {
    let columns = (reactions::message_id, reactions::user_id, reactions::reaction);
    let all: Vec<(i64, i64, String)> = loads.all(reactions::table.select(columns)).expect("reactions");
    all.into_iter()
        .map(|(message, user, reaction)| {
            let id = format!("{message}:{user}:{reaction}");
            let fields =
                fields([("message", number(message)), ("user", number(user)), ("reaction", Some(reaction))]);
            (id, fields)
        })
        .collect()
}
