//! Nothing changes without an audit row: after a random history of use cases the log alone tells, table by
//! table and column by column, what stands in the database.

mod history;
mod replay;
mod stored;

use std::{collections::BTreeMap, rc::Rc};

use domain::contract::TestBed;

use super::{bed::Bed, place::Place};

/// What stands for a row: its audited columns by name.
type Fields = BTreeMap<String, String>;

/// Rows by what tells them apart.
type Rows = BTreeMap<String, Fields>;

/// What of a table is audited, and what is not, because it is a counter, a mark, a time, or follows from the rest.
struct Table {
    name: &'static str,
    audited: &'static [&'static str],
    exempt: &'static [&'static str],
}

const TABLES: &[Table] = &[
    Table {
        name: "users",
        audited: &[
            "id",
            "username",
            "first_name",
            "last_name",
            "email",
            "email_confirmed",
            "bio",
            "role",
            "status",
            "avatar",
        ],
        // The password is recorded as changed; the keys and the text for searching follow from the names.
        exempt: &["username_key", "search_text", "email_key", "password_hash", "created_at", "last_seen_at"],
    },
    Table {
        name: "sessions",
        audited: &["id", "user_id", "kind", "user_agent", "expires_at", "revoked_at"],
        // Secrets never enter; the address stands in the audit row itself.
        exempt: &["secret_hash", "refresh_hash", "ip", "created_at", "last_used_at"],
    },
    Table {
        name: "chats",
        audited: &["id", "kind", "visibility", "name", "description", "deleted_at"],
        exempt: &[
            "search_text",
            "created_by",
            "created_at",
            "last_seq",
            "last_rev",
            "last_message_at",
            "member_count",
        ],
    },
    // A direct chat is made with its two members, whose rows tell of both.
    Table { name: "direct_chats", audited: &["low", "high", "chat_id"], exempt: &[] },
    Table {
        name: "members",
        audited: &["chat_id", "user_id", "role", "bell", "muted_until"],
        exempt: &["joined_at", "last_read_seq", "last_mention_seq"],
    },
    Table {
        name: "invites",
        // Of the code its beginning, for who knows it may join; who made it stands in the audit row itself.
        audited: &["code", "chat_id", "created_by", "expires_at", "max_uses"],
        exempt: &["created_at", "uses"],
    },
    Table {
        name: "messages",
        audited: &[
            "id",
            "chat_id",
            "seq",
            "author_id",
            "text",
            "reply_to",
            "forwarded_message",
            "deleted_at",
        ],
        // Mentions follow from the text, the rest of a forward's origin from its message.
        exempt: &[
            "rev",
            "created_rev",
            "client_id",
            "forwarded_author",
            "forwarded_at",
            "mentions",
            "created_at",
            "edited_at",
        ],
    },
    Table { name: "message_attachments", audited: &["message_id", "position", "attachment_id"], exempt: &[] },
    Table {
        name: "attachments",
        audited: &["id", "owner_id", "filename", "content_type", "bytes", "key"],
        // What follows from the bytes under the key.
        exempt: &["width", "height", "thumbnail", "created_at"],
    },
    Table {
        name: "reactions",
        audited: &["message_id", "user_id", "reaction"],
        exempt: &["id", "created_at"],
    },
];

/// Tables that are no model: the log itself, and what Diesel notes of its migrations.
const NO_MODELS: &[&str] = &["audit_log", "__diesel_schema_migrations", "sqlite_sequence"];

/// The search index with what SQLite keeps of it, and up to where it is filled: made from the messages, and made again
/// where it is missing.
const DERIVED: &[&str] = &[
    "message_search",
    "message_search_config",
    "message_search_data",
    "message_search_docsize",
    "message_search_idx",
    "search_progress",
];

#[test]
fn every_column_of_every_table_is_audited_or_exempt_for_a_reason() {
    for place in Place::all() {
        let mut bed = Bed::new(Rc::new(place));
        let mut known: Vec<(String, String)> = Vec::new();
        for table in TABLES {
            let columns = table.audited.iter().chain(table.exempt);
            known.extend(columns.map(|column| (table.name.to_owned(), (*column).to_owned())));
        }
        known.sort();
        let mut columns = stored::columns(bed.loads());
        let no_model = |table: &str| NO_MODELS.contains(&table) || DERIVED.contains(&table);
        columns.retain(|(table, _)| !no_model(table));
        columns.sort();

        assert_eq!(columns, known, "a new table or column needs a line in TABLES");
    }
}

#[test]
fn the_log_alone_tells_what_stands_in_every_table() {
    for place in Place::all() {
        let mut bed = Bed::new(Rc::new(place));
        history::make(&mut bed, 4_000);
        let log = bed.audit();
        assert!(log.len() > 1_000, "a history worth the name: {}", log.len());
        let told = replay::tables(&log);
        for table in TABLES {
            let stands = stored::rows(bed.loads(), table.name);
            assert!(!stands.is_empty(), "the history never touched {}", table.name);
            assert_eq!(told.get(table.name).unwrap_or(&Rows::new()), &stands, "{}", table.name);
        }
    }
}
