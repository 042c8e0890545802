CREATE TABLE invites (
    code TEXT PRIMARY KEY NOT NULL,
    chat_id BIGINT NOT NULL REFERENCES chats (id),
    created_by BIGINT NOT NULL REFERENCES users (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    max_uses BIGINT,
    uses BIGINT NOT NULL
) WITHOUT ROWID;
CREATE INDEX invites_of_chat ON invites (chat_id, created_at);

-- The terms of each message that is not deleted, by its id, parted by blanks. They are cut and folded by Natter: the
-- tokenizer parts them at the blanks and does no more.
CREATE VIRTUAL TABLE message_search USING fts5 (terms, content = '', contentless_delete = 1, tokenize = 'ascii');

-- Up to which of its revisions a chat's messages are in the index.
CREATE TABLE search_progress (
    chat_id INTEGER PRIMARY KEY NOT NULL REFERENCES chats (id),
    rev BIGINT NOT NULL
);
