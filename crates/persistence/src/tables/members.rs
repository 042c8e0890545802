//! Members of chats.

use diesel::{
    AsChangeset, BoolExpressionMethods, ExpressionMethods, Insertable, QueryDsl, Queryable, RunQueryDsl,
    Selectable, SelectableHelper,
};
use domain::{
    ChatId, Origin, Rev, Seq, Timestamp, UserId, audit,
    chats::{Bell, ChatRole, Kind, Member, MemberChange, MemberPage, Membership, SMALL},
    users::{Status, User},
};

use super::{
    chats as chat_table, sending,
    users::{UserRow, only_one},
    words,
};
use crate::{
    connection::{Db, Loads},
    error::Outcome,
    ledger::{Exempt, Ledger},
    schema::{chats, members, users},
};

#[derive(Queryable, Selectable)]
#[diesel(table_name = members)]
pub(crate) struct MemberRow {
    chat_id: i64,
    user_id: i64,
    role: String,
    joined_at: i64,
    last_read_seq: i64,
    last_mention_seq: i64,
    bell: String,
    muted_until: Option<i64>,
}

impl MemberRow {
    pub(super) fn member(self) -> Outcome<Member> {
        Ok(Member {
            chat: ChatId::new(self.chat_id),
            user: UserId::new(self.user_id),
            role: words::chat_role(&self.role)?,
            joined_at: Timestamp::from_micros(self.joined_at),
            last_read: Seq::new(self.last_read_seq),
            last_mention: Seq::new(self.last_mention_seq),
            bell: words::bell(&self.bell)?,
            muted_until: self.muted_until.map(Timestamp::from_micros),
        })
    }
}

pub(crate) fn find(db: &mut Loads, chat: ChatId, user: UserId) -> Outcome<Option<Member>> {
    let this = members::chat_id.eq(chat.get()).and(members::user_id.eq(user.get()));
    db.one(members::table.filter(this).select(MemberRow::as_select()))?.map(MemberRow::member).transpose()
}

/// Of those of `chats` that `user` is a member of.
pub(super) fn of_user(db: &mut Loads, user: UserId, chats: &[i64]) -> Outcome<Vec<Member>> {
    let among = db.among(members::chat_id, chats.iter().copied());
    let query =
        members::table.filter(members::user_id.eq(user.get()).and(among)).select(MemberRow::as_select());
    db.all(query)?.into_iter().map(MemberRow::member).collect()
}

pub(crate) fn list(db: &mut Loads, chat: ChatId, page: MemberPage) -> Outcome<Vec<(Member, User)>> {
    let mut query = members::table
        .inner_join(users::table)
        .filter(members::chat_id.eq(chat.get()).and(users::status.ne(Status::Deleted.as_str())))
        .order((members::joined_at, members::user_id))
        .limit(page.limit.max(0))
        .select((MemberRow::as_select(), UserRow::as_select()))
        .into_boxed();
    if let Some((joined, user)) = page.after {
        let later = members::joined_at.gt(joined.micros());
        let same = members::joined_at.eq(joined.micros()).and(members::user_id.gt(user.get()));
        query = query.filter(members::joined_at.ge(joined.micros())).filter(later.or(same));
    }
    let rows: Vec<(MemberRow, UserRow)> = db.all(query)?;
    rows.into_iter().map(|(member, user)| Ok((member.member()?, user.user()?))).collect()
}

pub(crate) fn active(db: &mut Loads, chat: ChatId) -> Outcome<Vec<Member>> {
    let query = members::table
        .inner_join(users::table)
        .filter(members::chat_id.eq(chat.get()).and(users::status.eq(Status::Active.as_str())))
        .order((members::joined_at, members::user_id))
        .select(MemberRow::as_select());
    db.all(query)?.into_iter().map(MemberRow::member).collect()
}

pub(crate) fn named(db: &mut Loads, chat: ChatId, names: &[String]) -> Outcome<Vec<UserId>> {
    let query = members::table
        .inner_join(users::table)
        .filter(members::chat_id.eq(chat.get()).and(users::status.eq(Status::Active.as_str())))
        .filter(users::username_key.eq_any(names))
        .order(members::user_id)
        .select(members::user_id);
    Ok(db.all(query)?.into_iter().map(UserId::new).collect())
}

/// In the order of the chats' ids, so that who locks one after the other does so in that order.
pub(crate) fn memberships(db: &mut Loads, user: UserId) -> Outcome<Vec<Membership>> {
    let query = members::table
        .inner_join(chats::table)
        .filter(members::user_id.eq(user.get()).and(chats::deleted_at.is_null()))
        .order(members::chat_id)
        .select((chats::id, chats::last_rev, chats::kind, chats::member_count));
    let rows: Vec<(i64, i64, String, i64)> = db.all(query)?;
    Ok(rows
        .into_iter()
        .map(|(chat, rev, kind, count)| Membership {
            chat: ChatId::new(chat),
            last_rev: Rev::new(rev),
            small: kind == Kind::Direct.as_str() || count <= SMALL,
        })
        .collect())
}

pub(crate) fn small(db: &mut Loads, ids: &[ChatId]) -> Outcome<Vec<ChatId>> {
    let among = db.among(chats::id, ids.iter().map(|id| id.get()));
    let small = chats::kind.eq(Kind::Direct.as_str()).or(chats::member_count.le(SMALL));
    let query = chats::table.filter(among.and(chats::deleted_at.is_null()).and(small)).select(chats::id);
    Ok(db.all(query)?.into_iter().map(ChatId::new).collect())
}

#[derive(Insertable)]
#[diesel(table_name = members, treat_none_as_default_value = false)]
struct NewRow<'a> {
    chat_id: i64,
    user_id: i64,
    role: &'a str,
    joined_at: i64,
    last_read_seq: i64,
    last_mention_seq: i64,
    bell: &'a str,
}

/// Members with everything read, each with the `rev` that their joining made.
pub(crate) fn insert(
    ledger: &mut Ledger,
    by: &Origin,
    chat: ChatId,
    joining: &[(UserId, ChatRole)],
) -> Outcome<Vec<(Member, Rev)>> {
    let now = ledger.now();
    let count = i64::try_from(joining.len()).unwrap_or(i64::MAX);
    ledger.create_each(
        |db| {
            let (last_seq, last_rev) = chat_table::count_members(db, chat, count)?;
            let mut added = Vec::with_capacity(joining.len());
            for ((user, role), rev) in joining.iter().zip(last_rev - count + 1..) {
                let member = Member {
                    chat,
                    user: *user,
                    role: *role,
                    joined_at: now,
                    last_read: Seq::new(last_seq),
                    last_mention: Seq::ZERO,
                    bell: Bell::All,
                    muted_until: None,
                };
                insert_row(db, &member)?;
                added.push((member, Rev::new(rev)));
            }
            Ok(added)
        },
        |(member, _)| (by.clone(), audit::member_created(member)),
    )
}

fn insert_row(db: &mut Db, member: &Member) -> Outcome<()> {
    let row = NewRow {
        chat_id: member.chat.get(),
        user_id: member.user.get(),
        role: member.role.as_str(),
        joined_at: member.joined_at.micros(),
        last_read_seq: member.last_read.get(),
        last_mention_seq: 0,
        bell: member.bell.as_str(),
    };
    diesel::insert_into(members::table).values(&row).execute(db)?;
    Ok(())
}

#[derive(AsChangeset)]
#[diesel(table_name = members)]
struct ChangedRow<'a> {
    role: Option<&'a str>,
    bell: Option<&'a str>,
    muted_until: Option<Option<i64>>,
}

impl ChangedRow<'_> {
    fn of(change: &MemberChange) -> Self {
        Self {
            role: change.role.map(ChatRole::as_str),
            bell: change.bell.map(Bell::as_str),
            muted_until: change.muted_until.map(|until| until.map(Timestamp::micros)),
        }
    }
}

fn update_row(db: &mut Db, member: &Member, change: &MemberChange) -> Outcome<()> {
    let this = members::chat_id.eq(member.chat.get()).and(members::user_id.eq(member.user.get()));
    let row = ChangedRow::of(change);
    only_one(diesel::update(members::table.filter(this)).set(&row).execute(db))
}

pub(crate) fn update(
    ledger: &mut Ledger,
    by: &Origin,
    member: &Member,
    change: &MemberChange,
) -> Outcome<(Member, Rev)> {
    let rev = ledger.change(by, &audit::member_changed(member, change), |db| {
        update_row(db, member, change)?;
        chat_table::next_rev(db, member.chat)
    })?;
    Ok((change.apply(member), Rev::new(rev)))
}

pub(crate) fn set_bell(
    ledger: &mut Ledger,
    by: &Origin,
    member: &Member,
    change: &MemberChange,
) -> Outcome<()> {
    ledger.change(by, &audit::member_changed(member, change), |db| update_row(db, member, change))
}

pub(crate) fn delete(ledger: &mut Ledger, by: &Origin, member: &Member) -> Outcome<Rev> {
    let rev = ledger.change(by, &audit::member_deleted(member), |db| {
        let this = members::chat_id.eq(member.chat.get()).and(members::user_id.eq(member.user.get()));
        only_one(diesel::delete(members::table.filter(this)).execute(db))?;
        let (_, rev) = chat_table::count_members(db, member.chat, -1)?;
        Ok(rev)
    })?;
    Ok(Rev::new(rev))
}

/// Sets how far members have read; who is no member any more is passed over.
pub(crate) fn set_reads(ledger: &mut Ledger, marks: &[(ChatId, UserId, Seq)]) -> Outcome<()> {
    ledger.exempt(Exempt::Mark, |db| {
        let marks = marks.iter().map(|(chat, user, seq)| ((*chat, *user), *seq));
        sending::mark_read(db, marks)
    })
}

/// Marks members as mentioned by a message, unless a later one mentions them.
pub(super) fn set_mentioned(db: &mut Db, chat: ChatId, user: UserId, seq: Seq) -> Outcome<()> {
    let this = members::chat_id.eq(chat.get()).and(members::user_id.eq(user.get()));
    let earlier = members::last_mention_seq.lt(seq.get());
    let set = members::last_mention_seq.eq(seq.get());
    diesel::update(members::table.filter(this.and(earlier))).set(set).execute(db)?;
    Ok(())
}
