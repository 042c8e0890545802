DROP INDEX users_by_avatar;
DROP INDEX attachments_by_thumbnail;
DROP INDEX attachments_by_key;
