//! What stands between people and chats, looked up for many at once.

use std::collections::HashMap;

use diesel::{BoolExpressionMethods, ExpressionMethods, QueryDsl, SelectableHelper};
use domain::{
    ChatId, UserId,
    chats::{Access, Chat, Kind, Member},
    users::Status,
};

use super::{chats::ChatRow, members::MemberRow};
use crate::{
    columns::{Column, Columns},
    connection::Loads,
    error::Outcome,
    schema::{chats, direct_chats, members, users},
};

/// As their users find them, in the order asked.
pub(crate) fn find(db: &mut Loads, asked: &[(UserId, ChatId)]) -> Outcome<Vec<Option<Access>>> {
    let chats = live(db, asked)?;
    if chats.is_empty() {
        return Ok(vec![None; asked.len()]);
    }
    let memberships = memberships(db, asked)?;
    let peers = peers(db, &chats)?;
    let people = asked.iter().map(|(user, _)| user.get());
    let others = peers.values().flat_map(|(low, high)| [*low, *high]);
    let mut people: Vec<i64> = people.chain(others).collect();
    people.sort_unstable();
    people.dedup();
    let active = active(db, &people)?;
    Ok(asked
        .iter()
        .map(|(user, id)| {
            let chat = chats.get(id)?;
            active.binary_search(&user.get()).ok()?;
            let peer = peers.get(id).map(|(low, high)| if *low == user.get() { *high } else { *low });
            Some(Access {
                chat: chat.clone(),
                member: memberships.get(&(*user, *id)).cloned(),
                peer_active: peer.is_none_or(|peer| active.binary_search(&peer).is_ok()),
            })
        })
        .collect())
}

/// Those that are not deleted.
fn live(db: &mut Loads, asked: &[(UserId, ChatId)]) -> Outcome<HashMap<ChatId, Chat>> {
    let among = db.among(chats::id, distinct(asked.iter().map(|(_, chat)| chat.get())));
    let query = chats::table.filter(among.and(chats::deleted_at.is_null())).select(ChatRow::as_select());
    db.all(query)?
        .into_iter()
        .map(|row: ChatRow| {
            let chat = row.chat()?;
            Ok((chat.id, chat))
        })
        .collect()
}

fn memberships(db: &mut Loads, asked: &[(UserId, ChatId)]) -> Outcome<HashMap<(UserId, ChatId), Member>> {
    let mut pairs: Vec<(i64, i64)> = asked.iter().map(|(user, chat)| (chat.get(), user.get())).collect();
    pairs.sort_unstable();
    pairs.dedup();
    let among = db.pairs_among(members::chat_id, members::user_id, &pairs);
    let rows: Vec<MemberRow> = db.all(members::table.filter(among).select(MemberRow::as_select()))?;
    rows.into_iter()
        .map(|row| {
            let member = row.member()?;
            Ok(((member.user, member.chat), member))
        })
        .collect()
}

/// Of direct chats, the two in each.
fn peers(db: &mut Loads, chats: &HashMap<ChatId, Chat>) -> Outcome<HashMap<ChatId, (i64, i64)>> {
    let direct = chats.values().filter(|chat| chat.kind == Kind::Direct).map(|chat| chat.id.get());
    two_in_each(db, &direct.collect::<Vec<i64>>())
}

pub(super) fn two_in_each(db: &mut Loads, chats: &[i64]) -> Outcome<HashMap<ChatId, (i64, i64)>> {
    if chats.is_empty() {
        return Ok(HashMap::new());
    }
    let among = db.among(direct_chats::chat_id, chats.iter().copied());
    let columns = (direct_chats::chat_id, direct_chats::low, direct_chats::high);
    let rows: Vec<(i64, i64, i64)> = db.all(direct_chats::table.filter(among).select(columns))?;
    Ok(rows.into_iter().map(|(chat, low, high)| (ChatId::new(chat), (low, high))).collect())
}

/// Those whose accounts can be used, by id.
fn active(db: &mut Loads, people: &[i64]) -> Outcome<Vec<i64>> {
    let among = db.among(users::id, people.iter().copied());
    let active = among.and(users::status.eq(Status::Active.as_str()));
    let mut ids: Vec<i64> = db.all(users::table.filter(active).select(users::id))?;
    ids.sort_unstable();
    Ok(ids)
}

fn distinct(ids: impl Iterator<Item = i64>) -> Vec<i64> {
    let mut ids: Vec<i64> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// Locks chats in the order of their ids, so that two servers never wait for each other in a circle. What is
/// read afterwards is what stood when the lock was had.
pub(crate) fn lock(db: &mut Loads, chats: &mut dyn Iterator<Item = ChatId>) -> Outcome<()> {
    // Of SQLite there is one writer at a time, which is us.
    if !db.is_postgres() {
        return Ok(());
    }
    db.lock(Columns {
        before: "SELECT id, last_seq, last_rev FROM chats WHERE id = ANY(",
        columns: vec![Column::Numbers(distinct(chats.map(ChatId::get)))],
        after: ") ORDER BY id FOR UPDATE",
    })
}
