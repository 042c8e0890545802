//! A random history: people do what they like, allowed or not, and what is refused leaves nothing.

use std::time::Duration;

use domain::{
    AttachmentId, Caller, ChatId, MessageId, Origin, Seq, SessionId, Timestamp, UserId, Via,
    attachments::NewAttachment,
    chats::{
        Bell, ChatChange, ChatPage, ChatRole, InviteSpan, InviteUses, NewChat, NewInvite, Visibility, direct,
        groups, invites, members,
    },
    contract::TestBed,
    messages::{
        Draft, Forwarding, Reaction, Reading, Sending, Span, Targets, editing, forwarding, reactions,
        reading, sending,
    },
    ports::{StoreError, UnitOfWork},
    users::{
        NewSession, NewUser, PasswordHash, SecretHash, SessionKind, SiteRole, User, UserChange, Username,
        accounts, profile, sessions,
    },
};

use crate::tests::bed::Bed;

/// Makes a history of so many attempts, the same each time.
pub(super) fn make(bed: &mut Bed, attempts: usize) {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    for n in 0..8 {
        write(bed, |work| sign_up(work, n));
    }
    for _ in 0..attempts {
        let kind = dice.roll(KINDS);
        let mut its_dice = Dice(dice.next());
        write(bed, |work| attempt(work, kind, &mut its_dice));
    }
}

/// A job that lands where its use case does.
fn write(bed: &mut Bed, mut job: impl FnMut(&mut dyn UnitOfWork) -> Tried) {
    bed.write(&mut |work| job(work).is_ok());
}

/// Xorshift: what matters is that it is the same each time.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn roll(&mut self, sides: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(sides).expect("few")).expect("few")
    }

    fn pick<T: Clone>(&mut self, all: &[T]) -> Result<T, Refused> {
        if all.is_empty() { Err(Refused) } else { Ok(all[self.roll(all.len())].clone()) }
    }
}

/// Why something was not done does not matter here.
struct Refused;

impl<E: std::error::Error> From<E> for Refused {
    fn from(_: E) -> Self {
        Self
    }
}

type Tried = Result<(), Refused>;

const KINDS: usize = 28;

fn attempt(work: &mut dyn UnitOfWork, kind: usize, dice: &mut Dice) -> Tried {
    match kind {
        0 => sign_up(work, 8 + dice.roll(16)),
        1 => make_group(work, dice),
        2 | 3 => open_direct(work, dice),
        4..=7 => send(work, dice),
        8 => edit(work, dice),
        9 => delete_message(work, dice),
        10 | 11 => react(work, dice),
        12 => forward(work, dice),
        13 => upload(work, dice),
        14 => sweep(work, dice),
        15 => read(work, dice),
        16 => add_member(work, dice),
        17 => change_role(work, dice),
        18 => remove_member(work, dice),
        19 => set_bell(work, dice),
        20 => change_chat(work, dice),
        21 => sign_in(work, dice),
        22 => end_sessions(work, dice),
        23 => change_profile(work, dice),
        24 => administer(work, dice),
        25 | 26 => invite(work, dice),
        _ => rarely(work, dice),
    }
}

fn origin() -> Origin {
    Origin::anonymous(Via::Site)
}

fn caller(user: &User) -> Caller {
    Caller::new(user.id, user.role, None, origin())
}

fn name(number: usize) -> Username {
    format!("user-{number}").parse().expect("a username")
}

fn sign_up(work: &mut dyn UnitOfWork, number: usize) -> Tried {
    let role = if number == 0 { SiteRole::Admin } else { SiteRole::Member };
    let email = if number.is_multiple_of(2) { format!("u{number}@example.org").parse().ok() } else { None };
    work.insert_user(
        &origin(),
        &NewUser {
            username: name(number),
            first_name: "Änne".parse().ok(),
            last_name: None,
            email,
            password: PasswordHash::new("one".to_owned()),
            role,
        },
    )?;
    Ok(())
}

fn anybody(work: &mut dyn UnitOfWork, dice: &mut Dice) -> Result<User, Refused> {
    let user = work.user_named(&name(dice.roll(24)))?.ok_or(Refused)?;
    if user.is_active() { Ok(user) } else { Err(Refused) }
}

fn chat_of(work: &mut dyn UnitOfWork, dice: &mut Dice, user: UserId) -> Result<ChatId, Refused> {
    let chats: Vec<ChatId> = work.memberships(user)?.into_iter().map(|membership| membership.chat).collect();
    dice.pick(&chats)
}

fn message_of(
    work: &mut dyn UnitOfWork,
    dice: &mut Dice,
    user: &User,
) -> Result<(ChatId, MessageId), Refused> {
    let views = work.chat_views(user.id, ChatPage { after: None, limit: 50 })?;
    let with: Vec<ChatId> =
        views.iter().filter(|view| view.last_message.is_some()).map(|view| view.chat.id).collect();
    let chat = dice.pick(&with)?;
    let messages = work.history(chat, Span::Newest { limit: 20 })?;
    Ok((chat, dice.pick(&messages)?.id))
}

fn make_group(work: &mut dyn UnitOfWork, dice: &mut Dice) -> Tried {
    let (owner, other) = (anybody(work, dice)?, anybody(work, dice)?);
    let new = NewChat {
        name: format!("group {}", dice.roll(100)).parse()?,
        description: if dice.roll(2) == 0 { "for lunch".parse().ok() } else { None },
        visibility: if dice.roll(2) == 0 { Visibility::Public } else { Visibility::Private },
    };
    groups::create(work, &caller(&owner), &new, &[other.username])?;
    Ok(())
}

fn open_direct(work: &mut dyn UnitOfWork, dice: &mut Dice) -> Tried {
    let (a, b) = (anybody(work, dice)?, anybody(work, dice)?);
    direct::open(work, &caller(&a), &b.username)?;
    Ok(())
}

fn send(work: &mut dyn UnitOfWork, dice: &mut Dice) -> Tried {
    let user = anybody(work, dice)?;
    let chat = chat_of(work, dice, user.id)?;
    let files = work.unused_attachments(Timestamp::from_micros(i64::MAX), 20)?;
    let own: Vec<AttachmentId> = work
        .attachments(&files)?
        .into_iter()
        .filter(|file| file.owner == Some(user.id))
        .map(|file| file.id)
        .collect();
    let text = format!("söup {} @user-{}", dice.next(), dice.roll(24));
    let reply = message_of(work, dice, &user).ok().filter(|(of, _)| *of == chat).map(|(_, id)| id);
    let id = format!("c{}", dice.roll(400)).parse().ok();
    let draft = Draft::new(&text, own).map_err(|_| Refused)?.known_as(id).in_reply_to(reply);
    sending::send(work, Sending { by: caller(&user), chat, draft })?;
    Ok(())
}

fn edit(work: &mut dyn UnitOfWork, dice: &mut Dice) -> Tried {
    let user = anybody(work, dice)?;
    let (chat, message) = message_of(work, dice, &user)?;
    let author = work.messages(&[message])?.pop().ok_or(Refused)?.author;
    let by = caller(&work.user(author)?.ok_or(Refused)?);
    editing::edit(work, &by, chat, message, format!("edited {}", dice.next()).parse()?)?;
    Ok(())
}

fn delete_message(work: &mut dyn UnitOfWork, dice: &mut Dice) -> Tried {
    let user = anybody(work, dice)?;
    let (chat, message) = message_of(work, dice, &user)?;
    editing::delete(work, &caller(&user), chat, message)?;
    Ok(())
}

fn react(work: &mut dyn UnitOfWork, dice: &mut Dice) -> Tried {
    let user = anybody(work, dice)?;
    let (chat, message) = message_of(work, dice, &user)?;
    let reaction: Reaction = dice.pick(&["👍", "🎉", "ok"])?.parse()?;
    if work.has_reaction(message, user.id, &reaction)? {
        reactions::remove(work, &caller(&user), chat, message, &reaction)?;
    } else {
        reactions::add(work, &caller(&user), chat, message, &reaction)?;
    }
    Ok(())
}

fn forward(work: &mut dyn UnitOfWork, dice: &mut Dice) -> Tried {
    let user = anybody(work, dice)?;
    let (chat, message) = message_of(work, dice, &user)?;
    let targets = Targets {
        chats: vec![chat_of(work, dice, user.id)?],
        usernames: vec![anybody(work, dice)?.username],
    };
    let comment = if dice.roll(2) == 0 { "look".parse().ok() } else { None };
    let plan = Forwarding { by: caller(&user), chat, message, targets, comment, client_id: None };
    forwarding::forward(work, &plan)?;
    Ok(())
}

fn upload(work: &mut dyn UnitOfWork, dice: &mut Dice) -> Tried {
    let user = anybody(work, dice)?;
    let key = format!("key-{}", dice.next());
    let new = NewAttachment {
        filename: "soup.png".to_owned(),
        content_type: "image/png".to_owned(),
        bytes: 7,
        size: Some((4, 3)),
        key,
        thumbnail: None,
    };
    work.insert_attachment(&caller(&user).origin, &new)?;
    Ok(())
}

fn sweep(work: &mut dyn UnitOfWork, dice: &mut Dice) -> Tried {
    let unused = work.unused_attachments(Timestamp::from_micros(i64::MAX), 20)?;
    let file = work.attachments(&[dice.pick(&unused)?])?.pop().ok_or(Refused)?;
    Ok(work.delete_attachment(&origin(), &file)?)
}

fn read(work: &mut dyn UnitOfWork, dice: &mut Dice) -> Tried {
    let user = anybody(work, dice)?;
    let chat = chat_of(work, dice, user.id)?;
    let seq = Seq::new(i64::try_from(dice.roll(20))?);
    work.set_last_seen(user.id, work.now())?;
    reading::mark_all(work, &[Reading { by: caller(&user), chat, seq, unread: dice.roll(4) == 0 }])?;
    Ok(())
}

fn add_member(work: &mut dyn UnitOfWork, dice: &mut Dice) -> Tried {
    let (user, other) = (anybody(work, dice)?, anybody(work, dice)?);
    let chat = chat_of(work, dice, user.id)?;
    members::add(work, &caller(&user), chat, &other.username, ChatRole::Member)?;
    Ok(())
}

/// Somebody in a group of the user's.
fn fellow(work: &mut dyn UnitOfWork, dice: &mut Dice, chat: ChatId) -> Result<User, Refused> {
    let members = work.active_members(chat)?;
    work.user(dice.pick(&members)?.user)?.ok_or(Refused)
}

fn change_role(work: &mut dyn UnitOfWork, dice: &mut Dice) -> Tried {
    let user = anybody(work, dice)?;
    let chat = chat_of(work, dice, user.id)?;
    let other = fellow(work, dice, chat)?;
    let role = dice.pick(&[ChatRole::Member, ChatRole::Admin, ChatRole::Owner])?;
    members::set_role(work, &caller(&user), chat, &other.username, role)?;
    Ok(())
}

fn remove_member(work: &mut dyn UnitOfWork, dice: &mut Dice) -> Tried {
    let user = anybody(work, dice)?;
    let chat = chat_of(work, dice, user.id)?;
    let other = fellow(work, dice, chat)?;
    members::remove(work, &caller(&user), chat, &other.username)?;
    Ok(())
}

fn set_bell(work: &mut dyn UnitOfWork, dice: &mut Dice) -> Tried {
    let user = anybody(work, dice)?;
    let chat = chat_of(work, dice, user.id)?;
    let until = if dice.roll(2) == 0 { None } else { Some(Timestamp::from_micros(1_900_000_000_000_000)) };
    let bell = dice.pick(&[Bell::All, Bell::Mentions, Bell::None])?;
    members::set_bell(work, &caller(&user), chat, bell, until)?;
    Ok(())
}

fn change_chat(work: &mut dyn UnitOfWork, dice: &mut Dice) -> Tried {
    let user = anybody(work, dice)?;
    let chat = chat_of(work, dice, user.id)?;
    let change = ChatChange {
        name: format!("renamed {}", dice.roll(9)).parse().ok(),
        description: Some(if dice.roll(2) == 0 { None } else { "new".parse().ok() }),
        visibility: None,
    };
    groups::update(work, &caller(&user), chat, &change)?;
    Ok(())
}

fn invite(work: &mut dyn UnitOfWork, dice: &mut Dice) -> Tried {
    let (user, other) = (anybody(work, dice)?, anybody(work, dice)?);
    let chat = chat_of(work, dice, user.id)?;
    let code = format!("{:016x}{:016x}", dice.next(), dice.next()).parse()?;
    let max_uses = if dice.roll(2) == 0 { InviteUses::new(2).ok() } else { None };
    let lasts = if dice.roll(2) == 0 { InviteSpan::from_seconds(3_600).ok() } else { None };
    let invite = invites::create(work, &caller(&user), chat, &NewInvite { code, lasts, max_uses })?;
    if dice.roll(2) == 0 {
        invites::accept(work, &caller(&other), &invite.code)?;
    }
    if dice.roll(3) == 0 {
        invites::revoke(work, &caller(&user), chat, &invite.code)?;
    }
    Ok(())
}

fn sign_in(work: &mut dyn UnitOfWork, dice: &mut Dice) -> Tried {
    let user = anybody(work, dice)?;
    let hash = |dice: &mut Dice| SecretHash::new(dice.next().to_be_bytes().repeat(4));
    let api = dice.roll(2) == 0;
    let new = NewSession {
        user: user.id,
        kind: if api { SessionKind::Api } else { SessionKind::Site },
        secret: hash(dice),
        refresh: if api { Some(hash(dice)) } else { None },
        user_agent: if api { None } else { Some("Browser/1".to_owned()) },
        lasts: Duration::from_secs(3_600),
    };
    let session = work.insert_session(&caller(&user).origin, &new)?;
    if api && dice.roll(2) == 0 {
        let until = session.expires_at.plus(Duration::from_secs(60));
        work.rotate_session(&origin(), &session, &hash(dice), until)?;
    }
    Ok(work.set_last_used(session.id, work.now())?)
}

fn end_sessions(work: &mut dyn UnitOfWork, dice: &mut Dice) -> Tried {
    let user = anybody(work, dice)?;
    let open: Vec<SessionId> = work.sessions_of(user.id)?.into_iter().map(|session| session.id).collect();
    sessions::end(work, &caller(&user), dice.pick(&open)?)?;
    Ok(())
}

fn change_profile(work: &mut dyn UnitOfWork, dice: &mut Dice) -> Tried {
    let user = anybody(work, dice)?;
    let change = UserChange {
        last_name: Some(format!("Name {}", dice.roll(9)).parse().ok()),
        email: Some(if dice.roll(3) == 0 {
            None
        } else {
            format!("n{}@example.org", dice.roll(9)).parse().ok()
        }),
        bio: Some(if dice.roll(2) == 0 { None } else { "bio".parse().ok() }),
        ..UserChange::default()
    };
    profile::update(work, &caller(&user), change)?;
    profile::set_avatar(work, &caller(&user), Some(format!("avatar-{}", dice.roll(9))))?;
    Ok(())
}

fn administer(work: &mut dyn UnitOfWork, dice: &mut Dice) -> Tried {
    let admin = work.user_named(&name(0))?.ok_or(Refused)?;
    let active = dice.roll(4) > 0;
    let role = if dice.roll(5) == 0 { Some(SiteRole::Admin) } else { None };
    accounts::administer(work, &caller(&admin), &name(1 + dice.roll(23)), role, Some(active))?;
    Ok(())
}

fn rarely(work: &mut dyn UnitOfWork, dice: &mut Dice) -> Tried {
    let user = anybody(work, dice)?;
    match dice.roll(20) {
        0..=2 => {
            let chat = chat_of(work, dice, user.id)?;
            groups::delete(work, &caller(&user), chat)?;
        }
        3 => {
            let credentials = work.credentials(user.username.as_str())?.ok_or(Refused)?;
            accounts::delete(work, &caller(&user), &credentials.password)?;
        }
        4..=9 => {
            accounts::set_password(work, &origin(), &user.username, &PasswordHash::new("two".to_owned()))?;
        }
        _ => return Err(StoreError::Taken.into()),
    }
    Ok(())
}
