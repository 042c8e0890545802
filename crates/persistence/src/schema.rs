//! The tables, as Diesel knows them; the truth is in `migrations/`.

diesel::table! {
    users (id) {
        id -> BigInt,
        username -> Text,
        username_key -> Text,
        first_name -> Nullable<Text>,
        last_name -> Nullable<Text>,
        search_text -> Text,
        email -> Nullable<Text>,
        email_confirmed -> Bool,
        email_key -> Nullable<Text>,
        bio -> Nullable<Text>,
        role -> Text,
        status -> Text,
        avatar -> Nullable<Text>,
        password_hash -> Text,
        created_at -> BigInt,
        last_seen_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    sessions (id) {
        id -> BigInt,
        user_id -> BigInt,
        kind -> Text,
        secret_hash -> Binary,
        refresh_hash -> Nullable<Binary>,
        ip -> Nullable<Text>,
        user_agent -> Nullable<Text>,
        created_at -> BigInt,
        last_used_at -> BigInt,
        expires_at -> BigInt,
        revoked_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    chats (id) {
        id -> BigInt,
        kind -> Text,
        visibility -> Text,
        name -> Nullable<Text>,
        description -> Nullable<Text>,
        search_text -> Text,
        created_by -> Nullable<BigInt>,
        created_at -> BigInt,
        last_seq -> BigInt,
        last_rev -> BigInt,
        last_message_at -> BigInt,
        member_count -> BigInt,
        deleted_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    direct_chats (low, high) {
        low -> BigInt,
        high -> BigInt,
        chat_id -> BigInt,
    }
}

diesel::table! {
    members (chat_id, user_id) {
        chat_id -> BigInt,
        user_id -> BigInt,
        role -> Text,
        joined_at -> BigInt,
        last_read_seq -> BigInt,
        last_mention_seq -> BigInt,
        bell -> Text,
        muted_until -> Nullable<BigInt>,
    }
}

diesel::table! {
    invites (code) {
        code -> Text,
        chat_id -> BigInt,
        created_by -> BigInt,
        created_at -> BigInt,
        expires_at -> Nullable<BigInt>,
        max_uses -> Nullable<BigInt>,
        uses -> BigInt,
    }
}

diesel::table! {
    messages (id) {
        id -> BigInt,
        chat_id -> BigInt,
        seq -> BigInt,
        rev -> BigInt,
        created_rev -> BigInt,
        author_id -> BigInt,
        text -> Text,
        client_id -> Nullable<Text>,
        reply_to -> Nullable<BigInt>,
        forwarded_message -> Nullable<BigInt>,
        forwarded_author -> Nullable<BigInt>,
        forwarded_at -> Nullable<BigInt>,
        mentions -> Text,
        created_at -> BigInt,
        edited_at -> Nullable<BigInt>,
        deleted_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    attachments (id) {
        id -> BigInt,
        owner_id -> Nullable<BigInt>,
        filename -> Text,
        content_type -> Text,
        bytes -> BigInt,
        width -> Nullable<Integer>,
        height -> Nullable<Integer>,
        key -> Text,
        thumbnail -> Nullable<Text>,
        created_at -> BigInt,
    }
}

diesel::table! {
    message_attachments (message_id, position) {
        message_id -> BigInt,
        position -> Integer,
        attachment_id -> BigInt,
    }
}

diesel::table! {
    reactions (id) {
        id -> BigInt,
        message_id -> BigInt,
        user_id -> BigInt,
        reaction -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    audit_log (id) {
        id -> BigInt,
        chain -> BigInt,
        n -> BigInt,
        at -> BigInt,
        actor -> Nullable<BigInt>,
        via -> Text,
        action -> Text,
        entity -> Text,
        entity_id -> Nullable<Text>,
        changes -> Nullable<Text>,
        request_id -> Nullable<Text>,
        ip -> Nullable<Text>,
        salt -> Nullable<Binary>,
        commitment -> Binary,
        hash -> Binary,
    }
}

diesel::table! {
    search_progress (chat_id) {
        chat_id -> BigInt,
        rev -> BigInt,
    }
}

// As it is on SQLite.
diesel::table! {
    message_search (rowid) {
        rowid -> BigInt,
        terms -> Text,
    }
}

diesel::joinable!(sessions -> users (user_id));
diesel::joinable!(members -> chats (chat_id));
diesel::joinable!(members -> users (user_id));
diesel::joinable!(message_attachments -> attachments (attachment_id));
diesel::joinable!(message_attachments -> messages (message_id));

diesel::allow_tables_to_appear_in_same_query!(
    users,
    sessions,
    chats,
    direct_chats,
    members,
    messages,
    attachments,
    message_attachments,
    reactions,
    audit_log,
);
