//! What every store records of each change.

use std::time::Duration;

use super::{Recorded, TestBed, stage::*};
use crate::{
    ChatId, Origin, Timestamp, Via,
    audit::{Action, Entity, Entry, Value},
    chats::{
        Bell, ChatChange, ChatRole, InviteCode, InviteUses, MemberChange, NewInvite, Visibility, groups,
        invites, members,
    },
    messages::{Draft, Reaction, Sending, reactions, sending},
    users::{NewSession, NewUser, PasswordHash, SecretHash, SessionKind, SiteRole, Status, User, UserChange},
};

fn row(
    by: Origin,
    action: Action,
    entity: Entity,
    id: &dyn ToString,
    changes: Vec<(String, Value, Value)>,
) -> Recorded {
    Recorded { by, action, entity, entity_id: Some(id.to_string()), changes }
}

fn newest(bed: &mut dyn TestBed, entity: Entity) -> Recorded {
    recorded(bed, entity).pop().expect("a row")
}

fn text(text: &str) -> Value {
    Value::from(text)
}

pub(super) fn a_new_user_is_recorded(bed: &mut dyn TestBed) {
    let new =
        NewUser {
            first_name: "Änne".parse().ok(), email: "ana@example.org".parse().ok(), ..new_user("ana")
        };

    let ana = land(bed, |work| work.insert_user(&origin(), &new));

    let fields = made([
        ("username", text("ana")),
        ("first_name", text("Änne")),
        ("email", text("ana@example.org")),
        ("email_confirmed", false.into()),
        ("role", text("member")),
        ("status", text("active")),
    ]);
    assert_eq!(recorded(bed, Entity::User), [row(origin(), Action::Create, Entity::User, &ana.id, fields)]);
}

pub(super) fn a_change_of_a_user_is_recorded_from_old_to_new(bed: &mut dyn TestBed) {
    let ana = person(bed, "ana");
    let by = caller(&ana).origin;
    let change = UserChange {
        bio: Some("soup".parse().ok()),
        role: Some(SiteRole::Admin),
        status: Some(Status::Active),
        ..UserChange::default()
    };

    let ana = land(bed, |work| work.update_user(&by, &ana, &change));

    let fields = changes([("bio", Value::Null, text("soup")), ("role", text("member"), text("admin"))]);
    assert_eq!(newest(bed, Entity::User), row(by.clone(), Action::Update, Entity::User, &ana.id, fields));
    let away = UserChange { bio: Some(None), status: Some(Status::Deleted), ..UserChange::default() };
    land(bed, |work| work.update_user(&by, &ana, &away));
    let fields = changes([("bio", text("soup"), Value::Null), ("status", text("active"), text("deleted"))]);
    assert_eq!(newest(bed, Entity::User), row(by, Action::Delete, Entity::User, &ana.id, fields));
}

pub(super) fn a_changed_password_is_recorded_without_it(bed: &mut dyn TestBed) {
    let ana = person(bed, "ana");

    land(bed, |work| work.set_password(&origin(), &ana, &PasswordHash::new("canary".to_owned())));

    let fields = changes([("password", text("changed"), text("changed"))]);
    assert_eq!(newest(bed, Entity::User), row(origin(), Action::Update, Entity::User, &ana.id, fields));
}

fn new_session(user: &User) -> NewSession {
    NewSession {
        user: user.id,
        kind: SessionKind::Api,
        secret: SecretHash::new([0xc4; 32]),
        refresh: Some(SecretHash::new([0xc5; 32])),
        user_agent: Some("a browser".to_owned()),
        lasts: Duration::from_hours(1),
    }
}

pub(super) fn a_session_is_recorded_from_beginning_to_end(bed: &mut dyn TestBed) {
    let ana = person(bed, "ana");

    let session = land(bed, |work| work.insert_session(&origin(), &new_session(&ana)));
    let (first, until) = (session.expires_at, session.expires_at.plus(Duration::from_secs(90)));
    let session = [0xc6, 0xc7].into_iter().fold(session, |session, byte| {
        let next = SecretHash::new([byte; 32]);
        land(bed, |work| work.rotate_session(&origin(), &session, &next, until))
    });
    land(bed, |work| work.end_session(&origin(), &session));

    let fields = |end: Timestamp| {
        let (user, kind, agent) = (ana.id.get().into(), text("api"), text("a browser"));
        [("user", user), ("kind", kind), ("user_agent", agent), ("expires_at", text(&end.to_string()))]
    };
    let token = ("refresh_token", text("changed"), text("changed"));
    let end = ("expires_at", text(&first.to_string()), text(&until.to_string()));
    let expected = [
        row(origin(), Action::Create, Entity::Session, &session.id, made(fields(first))),
        row(origin(), Action::Update, Entity::Session, &session.id, changes([token.clone(), end])),
        row(origin(), Action::Update, Entity::Session, &session.id, changes([token])),
        row(origin(), Action::Delete, Entity::Session, &session.id, gone(fields(until))),
    ];
    assert_eq!(recorded(bed, Entity::Session), expected);
}

fn chat_and_members(bed: &mut dyn TestBed, ana: &User, ben: &User) -> ChatId {
    let chat = group(bed, "lunch", ana, &[ben]);
    let change = ChatChange {
        name: "dinner".parse().ok(),
        description: Some("at eight".parse().ok()),
        visibility: Some(Visibility::Public),
    };
    land(bed, |work| groups::update(work, &caller(ana), chat, &change));
    chat
}

pub(super) fn a_chat_is_recorded_from_beginning_to_end(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let chat = chat_and_members(bed, &ana, &ben);
    land(bed, |work| groups::delete(work, &caller(&ana), chat));

    let by = caller(&ana).origin;
    let created = made([("kind", text("group")), ("visibility", text("private")), ("name", text("lunch"))]);
    let changed = changes([
        ("visibility", text("private"), text("public")),
        ("name", text("lunch"), text("dinner")),
        ("description", Value::Null, text("at eight")),
    ]);
    let deleted = gone([
        ("kind", text("group")),
        ("visibility", text("public")),
        ("name", text("dinner")),
        ("description", text("at eight")),
    ]);
    let expected = [
        row(by.clone(), Action::Create, Entity::Chat, &chat, created),
        row(by.clone(), Action::Update, Entity::Chat, &chat, changed),
        row(by, Action::Delete, Entity::Chat, &chat, deleted),
    ];
    assert_eq!(recorded(bed, Entity::Chat), expected);
}

pub(super) fn a_direct_chat_is_recorded_with_both_members_once(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let chat = direct_chat(bed, &ana, &ben);
    direct_chat(bed, &ben, &ana);

    let by = caller(&ana).origin;
    let created = made([("kind", text("direct")), ("visibility", text("private"))]);
    assert_eq!(recorded(bed, Entity::Chat), [row(by.clone(), Action::Create, Entity::Chat, &chat, created)]);
    let mut rows = recorded(bed, Entity::Member);
    rows.sort_by(|a, b| a.entity_id.cmp(&b.entity_id));
    let mut expected = [&ana, &ben].map(|user| {
        row(
            by.clone(),
            Action::Create,
            Entity::Member,
            &format!("{chat}:{}", user.id),
            joined(chat, user, "member"),
        )
    });
    expected.sort_by(|a, b| a.entity_id.cmp(&b.entity_id));
    assert_eq!(rows, expected);
}

fn joined(chat: ChatId, user: &User, role: &str) -> Vec<(String, Value, Value)> {
    made([
        ("chat", chat.get().into()),
        ("user", user.id.get().into()),
        ("role", text(role)),
        ("bell", text("all")),
    ])
}

pub(super) fn a_member_is_recorded_from_beginning_to_end(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let chat = group(bed, "lunch", &ana, &[&ben]);
    let by = caller(&ana);
    land(bed, |work| members::set_role(work, &by, chat, &ben.username, ChatRole::Admin));
    land(bed, |work| members::set_bell(work, &caller(&ben), chat, Bell::None, None));
    land(bed, |work| members::remove(work, &by, chat, &ben.username));

    let (id, origin) = (format!("{chat}:{}", ben.id), by.origin);
    let removed = gone([
        ("chat", chat.get().into()),
        ("user", ben.id.get().into()),
        ("role", text("admin")),
        ("bell", text("none")),
    ]);
    let bell = changes([("bell", text("all"), text("none"))]);
    let role = changes([("role", text("member"), text("admin"))]);
    let expected = [
        row(origin.clone(), Action::Create, Entity::Member, &id, joined(chat, &ben, "member")),
        row(origin.clone(), Action::Update, Entity::Member, &id, role),
        row(caller(&ben).origin, Action::Update, Entity::Member, &id, bell),
        row(origin, Action::Delete, Entity::Member, &id, removed),
    ];
    let mut rows = recorded(bed, Entity::Member);
    rows.retain(|row| row.entity_id.as_ref() == Some(&id));
    assert_eq!(rows, expected);
}

pub(super) fn a_mute_is_recorded_with_its_end(bed: &mut dyn TestBed) {
    let ana = person(bed, "ana");
    let chat = group(bed, "lunch", &ana, &[]);
    let until = Timestamp::from_micros(1_900_000_000_000_001);
    let member = look(bed, |reads| reads.member(chat, ana.id)).expect("a member");
    let change = MemberChange { muted_until: Some(Some(until)), ..MemberChange::default() };

    land(bed, |work| work.set_bell(&origin(), &member, &change));

    let fields = changes([("muted_until", Value::Null, text("2030-03-17T17:46:40.000001Z"))]);
    assert_eq!(newest(bed, Entity::Member).changes, fields);
}

pub(super) fn an_invitation_is_recorded_without_its_code(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let chat = group(bed, "lunch", &ana, &[]);
    let code: InviteCode = "abcdefghijklmnopqrstuv".parse().expect("a code");
    let new = NewInvite { code: code.clone(), lasts: None, max_uses: InviteUses::new(3).ok() };
    land(bed, |work| invites::create(work, &caller(&ana), chat, &new));
    land(bed, |work| invites::accept(work, &caller(&ben), &code));
    land(bed, |work| invites::revoke(work, &caller(&ana), chat, &code));

    let fields = [("chat", chat.get().into()), ("code", text("abcd…")), ("max_uses", 3.into())];
    let (by, id) = (caller(&ana).origin, format!("{chat}:abcd"));
    let expected = [
        row(by.clone(), Action::Create, Entity::Invite, &id, made(fields.clone())),
        row(by, Action::Delete, Entity::Invite, &id, gone(fields)),
    ];
    assert_eq!(recorded(bed, Entity::Invite), expected);
    let (by, id) = (caller(&ben).origin, format!("{chat}:{}", ben.id));
    let came = row(by, Action::Create, Entity::Member, &id, joined(chat, &ben, "member"));
    assert_eq!(newest(bed, Entity::Member), came);
    assert!(!format!("{:?}", bed.audit()).contains("abcde"));
}

pub(super) fn a_message_is_recorded_by_its_length_and_then_its_old_text(bed: &mut dyn TestBed) {
    let ana = person(bed, "ana");
    let chat = group(bed, "lunch", &ana, &[]);
    let file = upload(bed, &ana, "soup.png");
    let target = say(bed, &ana, chat, "first");
    let draft = Draft::new("söup", vec![file.id]).expect("a draft").in_reply_to(Some(target.id));
    let message = send(bed, Sending { by: caller(&ana), chat, draft }).expect("sent").message;
    edit(bed, &ana, &message, "bread");
    delete(bed, &ana, &message);

    let created = made([
        ("chat", chat.get().into()),
        ("seq", 2.into()),
        ("length", 4.into()),
        ("reply_to", target.id.get().into()),
        ("attachments", Value::Numbers(vec![file.id.get()])),
    ]);
    let edited = changes([("text", text("söup"), text("bread"))]);
    let deleted = gone([("chat", chat.get().into()), ("text", text("bread"))]);
    let by = caller(&ana).origin;
    let expected = [
        row(by.clone(), Action::Create, Entity::Message, &message.id, created),
        row(by.clone(), Action::Update, Entity::Message, &message.id, edited),
        row(by, Action::Delete, Entity::Message, &message.id, deleted),
    ];
    assert_eq!(recorded(bed, Entity::Message)[1..], expected);
}

pub(super) fn a_forward_is_recorded_with_its_source(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let chat = group(bed, "lunch", &ana, &[]);
    let message = say(bed, &ana, chat, "soup");
    let usernames = vec![ben.username];
    let plan = crate::messages::Forwarding {
        by: caller(&ana),
        chat,
        message: message.id,
        targets: crate::messages::Targets { chats: Vec::new(), usernames },
        comment: None,
        client_id: None,
    };

    let forward = land(bed, |work| crate::messages::forwarding::forward(work, &plan)).remove(0);

    let fields = made([
        ("chat", forward.chat.get().into()),
        ("seq", 1.into()),
        ("length", 4.into()),
        ("forwarded_from", message.id.get().into()),
    ]);
    assert_eq!(newest(bed, Entity::Message).changes, fields);
}

pub(super) fn many_messages_are_recorded_each_by_its_sender(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let (lunch, tea) = (group(bed, "lunch", &ana, &[&ben]), group(bed, "tea", &ana, &[&ben]));
    let mut second = sending(&ben, tea, "two", "");
    second.by.origin.via = Via::Site;
    second.by.origin.request_id = None;
    second.by.origin.ip = Some("2001:db8::7".parse().expect("an address"));
    let sendings = [sending(&ana, lunch, "one", ""), second, sending(&ben, lunch, "three", "")];

    let sent = land(bed, |work| sending::send_all(work, &sendings));

    let rows = recorded(bed, Entity::Message);
    let told: Vec<_> = rows.iter().map(|row| (row.entity_id.clone(), row.by.clone())).collect();
    let expected: Vec<_> = sent
        .iter()
        .zip(&sendings)
        .map(|(sent, sending)| {
            let id = sent.as_ref().expect("sent").message.id;
            (Some(id.to_string()), sending.by.origin.clone())
        })
        .collect();
    assert_eq!(told, expected);
}

pub(super) fn a_reaction_is_recorded_given_and_taken_back(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let chat = group(bed, "lunch", &ana, &[&ben]);
    let message = say(bed, &ana, chat, "soup?");
    let ok: Reaction = "👍".parse().expect("a reaction");
    for _ in 0..2 {
        land(bed, |work| reactions::add(work, &caller(&ben), chat, message.id, &ok));
    }
    for _ in 0..2 {
        land(bed, |work| reactions::remove(work, &caller(&ben), chat, message.id, &ok));
    }

    let fields =
        [("message", message.id.get().into()), ("user", ben.id.get().into()), ("reaction", text("👍"))];
    let (by, id) = (caller(&ben).origin, format!("{}:{}", message.id, ben.id));
    let expected = [
        row(by.clone(), Action::Create, Entity::Reaction, &id, made(fields.clone())),
        row(by, Action::Delete, Entity::Reaction, &id, gone(fields)),
    ];
    assert_eq!(recorded(bed, Entity::Reaction), expected);
}

pub(super) fn a_file_is_recorded_from_beginning_to_end(bed: &mut dyn TestBed) {
    let ana = person(bed, "ana");
    let file = upload(bed, &ana, "soup.png");
    land(bed, |work| work.delete_attachment(&origin(), &file));

    let fields = [
        ("owner", ana.id.get().into()),
        ("filename", text("soup.png")),
        ("content_type", text("image/png")),
        ("bytes", 1_234.into()),
        ("key", text("key-of-soup.png")),
    ];
    let expected = [
        row(caller(&ana).origin, Action::Create, Entity::Attachment, &file.id, made(fields.clone())),
        row(origin(), Action::Delete, Entity::Attachment, &file.id, gone(fields)),
    ];
    assert_eq!(recorded(bed, Entity::Attachment), expected);
}

pub(super) fn what_is_no_change_is_recorded_as_told(bed: &mut dyn TestBed) {
    let by = Origin { request_id: None, ip: None, ..Origin::anonymous(Via::Cli) };
    let entry = Entry {
        action: Action::SignInFailed,
        entity: Entity::User,
        entity_id: None,
        changes: vec![("tries", Value::Null, 3.into()), ("known", true.into(), Value::Null)],
    };

    land(bed, |work| work.record(&by, entry.clone()));
    land(bed, |work| work.record(&origin(), Entry::bare(Action::Export, Entity::Setting, Some(7))));

    let fields = changes([("tries", Value::Null, 3.into()), ("known", true.into(), Value::Null)]);
    let first = Recorded { by, action: entry.action, entity: entry.entity, entity_id: None, changes: fields };
    assert_eq!(recorded(bed, Entity::User), [first]);
    assert_eq!(
        recorded(bed, Entity::Setting),
        [row(origin(), Action::Export, Entity::Setting, &7, Vec::new())]
    );
}

pub(super) fn no_secret_is_recorded(bed: &mut dyn TestBed) {
    let new = NewUser { password: PasswordHash::new("canary-1".to_owned()), ..new_user("ana") };
    let ana = land(bed, |work| work.insert_user(&origin(), &new));
    land(bed, |work| work.set_password(&origin(), &ana, &PasswordHash::new("canary-2".to_owned())));
    let session = land(bed, |work| work.insert_session(&origin(), &new_session(&ana)));
    let next = SecretHash::new([0xc6; 32]);
    let session = land(bed, |work| work.rotate_session(&origin(), &session, &next, session.expires_at));
    land(bed, |work| work.end_session(&origin(), &session));
    let chat = group(bed, "lunch", &ana, &[]);
    say(bed, &ana, chat, "canary-3");

    let log = format!("{:?}", bed.audit());

    for marker in ["canary", "c4c4", "c5c5", "c6c6", "196, 196", "197, 197", "198, 198"] {
        assert!(!log.to_lowercase().contains(marker), "{marker} in {log}");
    }
}

pub(super) fn rows_stand_in_the_order_of_the_changes(bed: &mut dyn TestBed) {
    let ana = person(bed, "ana");
    let chat = group(bed, "lunch", &ana, &[]);
    let message = say(bed, &ana, chat, "soup");
    edit(bed, &ana, &message, "bread");

    let told: Vec<_> = bed.audit().iter().map(|row| (row.action, row.entity)).collect();

    let expected = [
        (Action::Create, Entity::User),
        (Action::Create, Entity::Chat),
        (Action::Create, Entity::Member),
        (Action::Create, Entity::Message),
        (Action::Update, Entity::Message),
    ];
    assert_eq!(told, expected);
}
