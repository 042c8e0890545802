-- Times are microseconds since 1970-01-01T00:00:00Z. Columns that end in _key and _text are folded for look-ups.

CREATE TABLE users (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    username TEXT NOT NULL,
    username_key TEXT NOT NULL UNIQUE,
    first_name TEXT,
    last_name TEXT,
    search_text TEXT NOT NULL,
    email TEXT,
    email_confirmed BOOLEAN NOT NULL,
    email_key TEXT UNIQUE,
    bio TEXT,
    role TEXT NOT NULL,
    status TEXT NOT NULL,
    avatar TEXT,
    password_hash TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT
);
CREATE INDEX users_by_role ON users (role, status);

CREATE TABLE sessions (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    user_id BIGINT NOT NULL REFERENCES users (id),
    kind TEXT NOT NULL,
    secret_hash BLOB NOT NULL UNIQUE,
    refresh_hash BLOB,
    ip TEXT,
    user_agent TEXT,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT
);
CREATE INDEX sessions_open ON sessions (user_id) WHERE revoked_at IS NULL;
CREATE INDEX sessions_revoked ON sessions (revoked_at) WHERE revoked_at IS NOT NULL;

CREATE TABLE chats (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    kind TEXT NOT NULL,
    visibility TEXT NOT NULL,
    name TEXT,
    description TEXT,
    search_text TEXT NOT NULL,
    created_by BIGINT REFERENCES users (id),
    created_at BIGINT NOT NULL,
    last_seq BIGINT NOT NULL,
    last_rev BIGINT NOT NULL,
    last_message_at BIGINT NOT NULL,
    member_count BIGINT NOT NULL,
    deleted_at BIGINT
);
CREATE INDEX chats_public ON chats (id) WHERE visibility = 'public' AND deleted_at IS NULL;

CREATE TABLE direct_chats (
    low BIGINT NOT NULL REFERENCES users (id),
    high BIGINT NOT NULL REFERENCES users (id),
    chat_id BIGINT NOT NULL UNIQUE REFERENCES chats (id),
    PRIMARY KEY (low, high)
) WITHOUT ROWID;

CREATE TABLE members (
    chat_id BIGINT NOT NULL REFERENCES chats (id),
    user_id BIGINT NOT NULL REFERENCES users (id),
    role TEXT NOT NULL,
    joined_at BIGINT NOT NULL,
    last_read_seq BIGINT NOT NULL,
    last_mention_seq BIGINT NOT NULL,
    bell TEXT NOT NULL,
    muted_until BIGINT,
    PRIMARY KEY (chat_id, user_id)
) WITHOUT ROWID;
CREATE INDEX members_of_user ON members (user_id, chat_id);
CREATE INDEX members_by_joining ON members (chat_id, joined_at, user_id);

CREATE TABLE messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    chat_id BIGINT NOT NULL REFERENCES chats (id),
    seq BIGINT NOT NULL,
    rev BIGINT NOT NULL,
    created_rev BIGINT NOT NULL,
    author_id BIGINT NOT NULL REFERENCES users (id),
    text TEXT NOT NULL,
    client_id TEXT,
    reply_to BIGINT REFERENCES messages (id),
    forwarded_message BIGINT,
    forwarded_author BIGINT,
    forwarded_at BIGINT,
    mentions TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    edited_at BIGINT,
    deleted_at BIGINT
);
CREATE UNIQUE INDEX messages_in_order ON messages (chat_id, seq);
CREATE UNIQUE INDEX messages_once ON messages (author_id, client_id) WHERE client_id IS NOT NULL;
CREATE INDEX messages_changed ON messages (chat_id, rev);

CREATE TABLE attachments (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    owner_id BIGINT REFERENCES users (id),
    filename TEXT NOT NULL,
    content_type TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    width INTEGER,
    height INTEGER,
    key TEXT NOT NULL,
    thumbnail TEXT,
    created_at BIGINT NOT NULL
);
CREATE INDEX attachments_by_age ON attachments (created_at);

CREATE TABLE message_attachments (
    message_id BIGINT NOT NULL REFERENCES messages (id),
    position INTEGER NOT NULL,
    attachment_id BIGINT NOT NULL REFERENCES attachments (id),
    PRIMARY KEY (message_id, position)
) WITHOUT ROWID;
CREATE INDEX messages_of_attachment ON message_attachments (attachment_id);

CREATE TABLE reactions (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    message_id BIGINT NOT NULL REFERENCES messages (id),
    user_id BIGINT NOT NULL REFERENCES users (id),
    reaction TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX reactions_once ON reactions (message_id, user_id, reaction);

-- changes, request_id, ip and salt are personal: they can be erased, and enter the hash as the commitment only.
CREATE TABLE audit_log (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    chain BIGINT NOT NULL,
    n BIGINT NOT NULL,
    at BIGINT NOT NULL,
    actor BIGINT,
    via TEXT NOT NULL,
    action TEXT NOT NULL,
    entity TEXT NOT NULL,
    entity_id TEXT,
    changes TEXT,
    request_id TEXT,
    ip TEXT,
    salt BLOB,
    commitment BLOB NOT NULL,
    hash BLOB NOT NULL
);
CREATE UNIQUE INDEX audit_chains ON audit_log (chain, n);
CREATE INDEX audit_by_time ON audit_log (at);
CREATE INDEX audit_by_actor ON audit_log (actor, id);
CREATE INDEX audit_by_entity ON audit_log (entity, entity_id);
