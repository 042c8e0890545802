-- What is found in the media store is looked up by its name there.
CREATE INDEX attachments_by_key ON attachments (key);
CREATE INDEX attachments_by_thumbnail ON attachments (thumbnail) WHERE thumbnail IS NOT NULL;
CREATE INDEX users_by_avatar ON users (avatar) WHERE avatar IS NOT NULL;
