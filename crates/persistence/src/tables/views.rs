//! Chats as their readers see them.

use std::{collections::HashMap, sync::Arc};

use diesel::{
    BoolExpressionMethods, EscapeExpressionMethods, ExpressionMethods, QueryDsl, SelectableHelper,
    TextExpressionMethods,
};
use domain::{
    ChatId, UserId,
    chats::{Chat, ChatPage, ChatView, Kind, Member, PublicPage},
    messages::MessageView,
    users::{Status, User},
};

use super::{
    accesses::two_in_each,
    chats::ChatRow,
    depict::depict,
    members::{self, MemberRow},
    messages, users, words,
};
use crate::{
    connection::Loads,
    error::Outcome,
    schema::{chats, members as member_table},
};

/// The newest message first, then the higher id.
pub(crate) fn list(db: &mut Loads, user: UserId, page: ChatPage) -> Outcome<Vec<ChatView>> {
    let mut query = member_table::table
        .inner_join(chats::table)
        .filter(member_table::user_id.eq(user.get()).and(chats::deleted_at.is_null()))
        .order((chats::last_message_at.desc(), chats::id.desc()))
        .limit(page.limit.max(0))
        .select((ChatRow::as_select(), MemberRow::as_select()))
        .into_boxed();
    if let Some((time, chat)) = page.after {
        let earlier = chats::last_message_at.lt(time.micros());
        let same = chats::last_message_at.eq(time.micros()).and(chats::id.lt(chat.get()));
        query = query.filter(earlier.or(same));
    }
    let mut found = Vec::new();
    for (chat, member) in db.all(query)? {
        let member: MemberRow = member;
        found.push((chat, Some(member.member()?)));
    }
    views(db, user, found)
}

pub(crate) fn find(db: &mut Loads, user: UserId, id: ChatId) -> Outcome<Option<ChatView>> {
    let live = chats::id.eq(id.get()).and(chats::deleted_at.is_null());
    let Some(chat) = db.one(chats::table.filter(live).select(ChatRow::as_select()))? else {
        return Ok(None);
    };
    let member = members::find(db, id, user)?;
    Ok(views(db, user, vec![(chat, member)])?.pop())
}

pub(crate) fn public(db: &mut Loads, user: UserId, page: &PublicPage) -> Outcome<Vec<ChatView>> {
    let mut query = chats::table
        // Written out, so that the index of public chats is seen to fit.
        .filter(diesel::dsl::sql::<diesel::sql_types::Bool>("visibility = 'public' AND deleted_at IS NULL"))
        .order(chats::id)
        .limit(page.limit.max(0))
        .select(ChatRow::as_select())
        .into_boxed();
    if let Some(after) = page.after {
        query = query.filter(chats::id.gt(after.get()));
    }
    if let Some(text) = &page.query {
        query = query.filter(chats::search_text.like(words::containing(text)).escape('\\'));
    }
    let rows: Vec<ChatRow> = db.all(query)?;
    let ids: Vec<i64> = rows.iter().map(|chat| chat.id).collect();
    let mut own: HashMap<ChatId, Member> =
        members::of_user(db, user, &ids)?.into_iter().map(|member| (member.chat, member)).collect();
    let found = rows.into_iter().map(|chat| {
        let member = own.remove(&ChatId::new(chat.id));
        (chat, member)
    });
    let found = found.collect();
    views(db, user, found)
}

fn views(db: &mut Loads, user: UserId, found: Vec<(ChatRow, Option<Member>)>) -> Outcome<Vec<ChatView>> {
    let mut chats = Vec::with_capacity(found.len());
    for (row, me) in found {
        let member_count = row.member_count;
        chats.push((row.chat()?, me, member_count));
    }
    let direct = chats.iter().filter(|(chat, ..)| chat.kind == Kind::Direct).map(|(chat, ..)| chat.id.get());
    let pairs = two_in_each(db, &direct.collect::<Vec<i64>>())?;
    let peers: HashMap<ChatId, i64> = pairs
        .into_iter()
        .map(|(chat, (low, high))| (chat, if low == user.get() { high } else { low }))
        .collect();
    let people = people(db, &chats, &peers)?;
    let mut newest = newest(db, &chats)?;
    Ok(chats
        .into_iter()
        .map(|(chat, me, member_count)| {
            let known = |id: i64| people.get(&UserId::new(id));
            let created_by = chat.created_by.and_then(|id| known(id.get())).map(User::person);
            let peer = peers.get(&chat.id).and_then(|id| known(*id)).cloned();
            // Only a direct chat keeps a member whose account is deleted.
            let gone = i64::from(chat.kind == Kind::Direct && peer.is_none());
            ChatView {
                peer,
                member_count: member_count - gone,
                last_message: newest.remove(&chat.id),
                chat: Chat { created_by: created_by.as_ref().map(|person| person.id), ..chat },
                created_by,
                me,
            }
        })
        .collect())
}

/// Makers and peers whose accounts are not deleted.
fn people(
    db: &mut Loads,
    chats: &[(Chat, Option<Member>, i64)],
    peers: &HashMap<ChatId, i64>,
) -> Outcome<HashMap<UserId, User>> {
    let makers = chats.iter().filter_map(|(chat, ..)| Some(chat.created_by?.get()));
    let mut ids: Vec<i64> = makers.chain(peers.values().copied()).collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let found = users::find_all(db, &ids)?.into_iter().filter(|user| user.status != Status::Deleted);
    Ok(found.map(|user| (user.id, user)).collect())
}

/// The newest message of each chat that the reader is a member of.
fn newest(
    db: &mut Loads,
    chats: &[(Chat, Option<Member>, i64)],
) -> Outcome<HashMap<ChatId, Arc<MessageView>>> {
    let places: Vec<(i64, i64)> = chats
        .iter()
        .filter(|(chat, me, _)| me.is_some() && chat.last_seq.get() > 0)
        .map(|(chat, ..)| (chat.id.get(), chat.last_seq.get()))
        .collect();
    if places.is_empty() {
        return Ok(HashMap::new());
    }
    let messages = messages::newest(db, &places)?;
    Ok(depict(db, messages, |_| false)?.into_iter().map(|view| (view.chat, Arc::new(view))).collect())
}
