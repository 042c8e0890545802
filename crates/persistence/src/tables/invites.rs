//! Invitations to groups.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, Insertable, NullableExpressionMethods, QueryDsl, Queryable,
    RunQueryDsl, Selectable, SelectableHelper,
};
use domain::{
    ChatId, Origin, Timestamp, UserId, audit,
    chats::{Invite, InviteCode},
};

use super::users::only_one;
use crate::{
    connection::Loads,
    error::Outcome,
    ledger::{Exempt, Ledger},
    schema::invites,
};

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = invites, treat_none_as_default_value = false)]
struct InviteRow {
    code: String,
    chat_id: i64,
    created_by: i64,
    created_at: i64,
    expires_at: Option<i64>,
    max_uses: Option<i64>,
    uses: i64,
}

impl InviteRow {
    fn invite(self) -> Invite {
        Invite {
            code: InviteCode::stored(self.code),
            chat: ChatId::new(self.chat_id),
            created_by: UserId::new(self.created_by),
            created_at: Timestamp::from_micros(self.created_at),
            expires_at: self.expires_at.map(Timestamp::from_micros),
            max_uses: self.max_uses,
            uses: self.uses,
        }
    }
}

impl From<&Invite> for InviteRow {
    fn from(invite: &Invite) -> Self {
        Self {
            code: invite.code.as_str().to_owned(),
            chat_id: invite.chat.get(),
            created_by: invite.created_by.get(),
            created_at: invite.created_at.micros(),
            expires_at: invite.expires_at.map(Timestamp::micros),
            max_uses: invite.max_uses,
            uses: invite.uses,
        }
    }
}

pub(crate) fn find(db: &mut Loads, code: &InviteCode) -> Outcome<Option<Invite>> {
    let this = invites::table.filter(invites::code.eq(code.as_str()));
    Ok(db.one(this.select(InviteRow::as_select()))?.map(InviteRow::invite))
}

/// The newest first.
pub(crate) fn of_chat(db: &mut Loads, chat: ChatId) -> Outcome<Vec<Invite>> {
    let query = invites::table
        .filter(invites::chat_id.eq(chat.get()))
        .order((invites::created_at.desc(), invites::code.desc()))
        .select(InviteRow::as_select());
    Ok(db.all(query)?.into_iter().map(InviteRow::invite).collect())
}

pub(crate) fn insert(ledger: &mut Ledger, by: &Origin, invite: &Invite) -> Outcome<()> {
    ledger.change(by, &audit::invite_created(invite), |db| {
        diesel::insert_into(invites::table).values(InviteRow::from(invite)).execute(db)?;
        Ok(())
    })
}

/// Counts a use, where one is left; answers whether it did.
pub(crate) fn count_use(ledger: &mut Ledger, code: &InviteCode) -> Outcome<bool> {
    ledger.exempt(Exempt::Counter, |db| {
        let left = invites::max_uses.is_null().or(invites::max_uses.gt(invites::uses.nullable()));
        let this = invites::table.filter(invites::code.eq(code.as_str()).and(left));
        let counted = diesel::update(this).set(invites::uses.eq(invites::uses + 1)).execute(db)?;
        Ok(counted == 1)
    })
}

pub(crate) fn delete(ledger: &mut Ledger, by: &Origin, invite: &Invite) -> Outcome<()> {
    ledger.change(by, &audit::invite_deleted(invite), |db| {
        let this = invites::table.filter(invites::code.eq(invite.code.as_str()));
        only_one(diesel::delete(this).execute(db))
    })
}
