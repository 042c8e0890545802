//! The fields.

use super::World;
use super::kinds::{Cases, Field, Says, choice, email, flag, id, line, long, no_text, number, text};
use Says::{Nobody, Refused, Taken};
use serde_json::{Value, json};

/// The highest number there may be: all languages read it without loss.
const HIGHEST: i64 = (1 << 53) - 1;
const YEAR: i64 = 365 * 24 * 60 * 60;

/// Every field of every JSON body.
pub fn fields(world: &World) -> Vec<Field> {
    let mut fields = accounts();
    fields.extend(chats());
    fields.extend(members());
    for call in ["POST /chats/{id}/messages", "POST /conversations/{username}"] {
        fields.extend(message(call, world));
    }
    fields.push(Field::needed(
        "PATCH /chats/{id}/messages/{message_id}",
        "text",
        beside_a_file(text(10_000)),
    ));
    fields.extend(forward(world));
    fields
}

fn accounts() -> Vec<Field> {
    let sign_up = "POST /users";
    let mut fields = vec![
        Field::needed(sign_up, "username", usernames()),
        Field::needed(sign_up, "password", passwords()),
        Field::optional(sign_up, "invite", invite_codes()),
        Field::needed("PUT /me/password", "current_password", proofs()),
        Field::needed("PUT /me/password", "new_password", refused(passwords())),
        Field::needed("DELETE /me", "password", proofs()),
        Field::needed("POST /auth/token", "username", claims()),
        Field::needed("POST /auth/token", "password", claims()),
        Field::needed("POST /auth/refresh", "refresh_token", claims()),
        Field::optional("PATCH /me", "bio", text(500)),
    ];
    for call in [sign_up, "PATCH /me"] {
        fields.push(Field::optional(call, "first_name", line(80)));
        fields.push(Field::optional(call, "last_name", line(80)));
        fields.push(Field::optional(call, "email", email()));
    }
    fields
}

/// 3 to 32 of ASCII letters, digits, `_ . -`, beginning and ending with a letter or digit.
fn usernames() -> Cases {
    let mut cases: Cases =
        ["abc", "A.b-c_9", "0x0", "1--2", &"u".repeat(32)].map(|name| (json!(name), Taken)).into();
    for (name, code) in [
        ("", "required"),
        ("ab", "too_short"),
        (&*"u".repeat(33), "too_long"),
        (".abc", "invalid_character"),
        ("abc.", "invalid_character"),
        ("-abc", "invalid_character"),
        ("abc_", "invalid_character"),
        ("a b c", "invalid_character"),
        ("a@bc", "invalid_character"),
        ("a/bc", "invalid_character"),
        ("ädäm", "invalid_character"),
        ("ab\0c", "invalid_character"),
        (&*long(32), "invalid_character"),
        (&*long(33), "too_long"),
        ("admin", "reserved"),
        ("Deleted-User", "reserved"),
        ("ADA", "taken"),
    ] {
        cases.push((json!(name), Refused(code)));
    }
    cases.extend(no_text());
    cases
}

/// 8 to 128 characters, any but U+0000, and none of the commonest.
fn passwords() -> Cases {
    let mut cases: Cases = [long(8), long(128), "  spaced  ".to_owned(), "two\nlines".to_owned()]
        .map(|text| (json!(text), Taken))
        .into();
    for (password, code) in [
        (String::new(), "required"),
        (long(7), "too_short"),
        (long(129), "too_long"),
        ("nul\0 nul".to_owned(), "invalid_character"),
        ("password".to_owned(), "common"),
        ("PassWord1".to_owned(), "common"),
        ("12345678".to_owned(), "common"),
        ("zzzzzzzzzz".to_owned(), "common"),
    ] {
        cases.push((json!(password), Refused(code)));
    }
    cases.extend(no_text());
    cases
}

/// Those that are refused; to take one would change what the next is tried with.
fn refused(cases: Cases) -> Cases {
    cases.into_iter().filter(|(_, says)| !matches!(says, Taken)).collect()
}

/// The current password, asked for again: anything else is wrong.
fn proofs() -> Cases {
    let wrong = ["", "not my password", "a\0b", &long(128), &long(129)];
    let mut cases: Cases = wrong.map(|text| (json!(text), Refused("wrong"))).into();
    cases.extend(no_text());
    cases
}

/// Who somebody claims to be: what is wrong with it nobody is told.
fn claims() -> Cases {
    let wrong = ["", "nobody", "a\0b", " ", "x.y", &long(129), &long(10_000)];
    let mut cases: Cases = wrong.map(|text| (json!(text), Nobody)).into();
    cases.extend(no_text());
    cases
}

/// What does not hold is not told from what can't be a code. One that holds lets in: see the tests of invitations.
fn invite_codes() -> Cases {
    let wrong = ["", "a\0b", &long(200), &long(201)];
    let mut cases: Cases = wrong.map(|text| (json!(text), Refused("invalid"))).into();
    cases.extend(no_text());
    cases
}

fn chats() -> Vec<Field> {
    let (make, change) = ("POST /chats", "PATCH /chats/{id}");
    let (visibility, level) = (["private", "public"], ["all", "mentions", "none"]);
    vec![
        Field::needed(make, "name", line(80)),
        Field::needed(make, "members", lists_of_people(200)),
        Field::optional(make, "description", text(500)),
        Field::optional(make, "visibility", choice(&visibility)),
        Field::kept(change, "name", "required", line(80)),
        Field::optional(change, "description", text(500)),
        Field::kept(change, "visibility", "required", choice(&visibility)),
        Field::needed("PUT /chats/{id}/notifications", "level", choice(&level)),
        Field::optional("PUT /chats/{id}/notifications", "muted_until", times()),
        Field::needed("PUT /chats/{id}/read", "seq", number(0, HIGHEST)),
        Field::optional("PUT /chats/{id}/read", "unread", flag()),
        Field::optional("POST /chats/{id}/invites", "expires_in", number(1, YEAR)),
        Field::optional("POST /chats/{id}/invites", "max_uses", number(1, 10_000)),
    ]
}

/// RFC 3339, in any offset.
fn times() -> Cases {
    let mut cases: Cases = [
        "2026-11-18T18:00:00Z",
        "2026-11-18t18:00:00.123456789+05:45",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999999Z",
    ]
    .map(|time| (json!(time), Taken))
    .into();
    for wrong in [
        "",
        "yesterday",
        "2026-11-18",
        "2026-11-18T18:00:00",
        "2026-02-30T00:00:00Z",
        "2026-11-18T24:00:00Z",
        "9999-12-31T23:59:59-23:59",
        "0000-01-01T00:00:00+23:59",
        "a\0b",
    ] {
        cases.push((json!(wrong), Refused("invalid")));
    }
    cases.extend(no_text());
    cases
}

fn members() -> Vec<Field> {
    let (add, change) = ("POST /chats/{id}/members", "PATCH /chats/{id}/members/{username}");
    let roles = ["owner", "admin", "member"];
    let mut names: Cases = vec![(json!("cleo"), Taken)];
    names.extend(no_people());
    names.push((json!("nobody.here"), Refused("unknown_user")));
    names.extend(no_text());
    vec![
        Field::needed(add, "username", names),
        Field::optional(add, "role", choice(&roles)),
        Field::needed(change, "role", choice(&roles)),
    ]
}

/// What is nobody's username.
fn no_people() -> Cases {
    let mut cases: Cases = Vec::new();
    for (name, code) in [
        ("", "required"),
        ("ab", "too_short"),
        (&*"u".repeat(33), "too_long"),
        ("a b c", "invalid_character"),
        ("ab\0c", "invalid_character"),
    ] {
        cases.push((json!(name), Refused(code)));
    }
    cases
}

/// Lists of at most so many usernames.
fn lists_of_people(max: usize) -> Cases {
    let mut cases = vec![
        (json!([]), Taken),
        (json!(vec!["ben"; max]), Taken),
        (json!(vec!["ben"; max + 1]), Refused("too_many")),
        (json!(["ben", "nobody.here"]), Refused("unknown_user")),
        (json!(["ben", null]), Refused("wrong_type")),
        (json!([["ben"]]), Refused("wrong_type")),
        (json!("ben"), Refused("wrong_type")),
        (json!({"ben": "ben"}), Refused("wrong_type")),
        (json!(7), Refused("wrong_type")),
    ];
    cases.extend(no_people().into_iter().map(|(name, says)| (json!(["ben", name]), says)));
    cases
}

/// A `client_id` is one's own for ever: of those that are taken each is another.
fn client_ids(of: &str) -> Cases {
    // Programs name their messages as they like: what people could not tell apart is no matter here.
    let told_apart = |text: &Value| {
        text.as_str()
            .is_none_or(|text| !text.contains(['\u{ad}', '\u{3164}', '\u{2028}', '\u{202e}', '\u{2066}']))
    };
    let mut cases = refused(line(64));
    cases.retain(|(text, _)| told_apart(text));
    let prefix = of.len().to_string();
    cases.push((json!(prefix), Taken));
    cases.push((json!(format!("{prefix} ")), Taken));
    cases.push((json!(format!("{}{prefix}", long(64 - prefix.len()))), Taken));
    cases.push((json!(format!(" {}{prefix}x ", long(61 - prefix.len()))), Taken));
    cases.push((json!(format!(" {}{prefix}x ", long(62 - prefix.len()))), Refused("too_long")));
    cases
}

/// Where a message carries a file, it needs no text.
fn beside_a_file(cases: Cases) -> Cases {
    let without = |says| if matches!(says, Refused("required")) { Taken } else { says };
    // What can't be seen is not kept: only blanks are cut from what stands.
    let cut = |text: &Value| text.as_str().is_none_or(|text| !text.contains(['\u{ad}', '\u{3164}']));
    cases.into_iter().filter(|(text, _)| cut(text)).map(|(text, says)| (text, without(says))).collect()
}

fn message(call: &'static str, world: &World) -> Vec<Field> {
    let files = &world.files;
    let mut carried = vec![
        (json!([]), Taken),
        (json!(files[..10]), Taken),
        (json!(files[..11]), Refused("too_many")),
        (json!([files[0], files[0]]), Taken),
        (json!([HIGHEST]), Refused("unknown_attachment")),
    ];
    carried.extend([json!([0]), json!([-1]), json!([1_i64 << 53])].map(|ids| (ids, Refused("out_of_range"))));
    carried.extend(
        [json!(["1"]), json!([1.5]), json!([null]), json!(1), json!({})]
            .map(|ids| (ids, Refused("wrong_type"))),
    );
    let beside_a_file = [json!(""), json!(" \n ")].map(|text| (text, Taken));
    let in_this_chat = if call.contains("messages") {
        id(world.stage.message, "unknown_message")
    } else {
        vec![(json!(world.stage.message), Refused("unknown_message"))]
    };
    vec![
        Field::needed(call, "text", text(10_000)),
        Field::needed(call, "text", beside_a_file.into()).beside("attachments", json!([files[0]])),
        Field::optional(call, "client_id", client_ids(call)),
        Field::optional(call, "reply_to", in_this_chat),
        Field::optional(call, "attachments", carried),
    ]
}

fn forward(world: &World) -> Vec<Field> {
    let call = "POST /chats/{id}/messages/{message_id}/forward";
    let (groups, guests) = (&world.groups, World::guests(21));
    let chats = vec![
        (json!(groups[..20]), Taken),
        (json!(groups[..21]), Refused("too_many")),
        (json!([]), Refused("required")),
        (json!([0]), Refused("out_of_range")),
        (json!([1_i64 << 53]), Refused("out_of_range")),
        (json!(["1"]), Refused("wrong_type")),
        (json!(1), Refused("wrong_type")),
    ];
    let mut people = vec![
        (json!(guests[..20]), Taken),
        (json!(guests[..21]), Refused("too_many")),
        (json!(["nobody.here"]), Refused("unknown_user")),
        (json!([1]), Refused("wrong_type")),
        (json!("ben"), Refused("wrong_type")),
    ];
    people.extend(no_people().into_iter().map(|(name, says)| (json!([name]), says)));
    let one_more = vec![(json!(groups[..20]), Refused("too_many"))];
    vec![
        Field {
            absent: Some(Refused("required")),
            null: Some(Refused("required")),
            ..Field::optional(call, "chat_ids", chats)
        },
        Field::optional(call, "chat_ids", one_more).beside("usernames", json!(guests[..1])),
        Field::optional(call, "usernames", people).beside("chat_ids", Value::Null),
        Field::optional(call, "comment", text(10_000)),
        Field::optional(call, "client_id", client_ids(call)),
    ]
}
