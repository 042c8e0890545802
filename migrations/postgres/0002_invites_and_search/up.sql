CREATE TABLE invites (
    code TEXT PRIMARY KEY NOT NULL,
    chat_id BIGINT NOT NULL REFERENCES chats (id),
    created_by BIGINT NOT NULL REFERENCES users (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    max_uses BIGINT,
    uses BIGINT NOT NULL
);
CREATE INDEX invites_of_chat ON invites (chat_id, created_at);

-- The terms of each message that is not deleted, cut and folded by Natter, with their places.
CREATE TABLE message_search (
    message_id BIGINT PRIMARY KEY NOT NULL,
    terms TSVECTOR NOT NULL
);
-- What waits to be sorted in is kept short, so that nobody waits long for it.
CREATE INDEX message_search_terms ON message_search USING gin (terms) WITH (gin_pending_list_limit = 256);

-- Up to which of its revisions a chat's messages are in the index.
CREATE TABLE search_progress (
    chat_id BIGINT PRIMARY KEY NOT NULL REFERENCES chats (id),
    rev BIGINT NOT NULL
);
