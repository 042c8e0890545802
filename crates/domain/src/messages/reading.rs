//! How far people have read: counted, not audited.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::MessageError;
use crate::{
    Audience, Caller, ChatId, Event, Notice, Seq, UserId,
    ports::{StoreError, UnitOfWork},
};

/// Somebody's word that they have read so far.
#[derive(Clone, Debug)]
pub struct Reading {
    /// Who.
    pub by: Caller,
    /// In which chat.
    pub chat: ChatId,
    /// Up to and with this message.
    pub seq: Seq,
    /// Whether from here on it is to count as unread: the mark then moves back or stays.
    pub unread: bool,
}

/// Notes how far many people have read, of each member in each chat only what is newest. A mark never moves
/// back, unless it is set back on purpose, and never beyond the chat's newest message.
pub fn mark_all(
    work: &mut dyn UnitOfWork,
    readings: &[Reading],
) -> Result<Vec<Result<(), MessageError>>, StoreError> {
    let asked: Vec<_> = readings.iter().map(|reading| (reading.by.user, reading.chat)).collect();
    let accesses = work.accesses(&asked)?;
    let mut marks: BTreeMap<(ChatId, UserId), (Seq, Seq)> = BTreeMap::new();
    let mut outcomes = Vec::with_capacity(readings.len());
    for (reading, access) in readings.iter().zip(accesses) {
        let outcome = access.ok_or(MessageError::NoSuchChat).and_then(|access| {
            let member = access.member()?;
            let key = (reading.chat, reading.by.user);
            let now = marks.get(&key).map_or(member.last_read, |(_, mark)| *mark);
            marks.insert(key, (member.last_read, moved(reading, now, access.chat.last_seq)));
            Ok(())
        });
        outcomes.push(outcome);
    }
    let moved: Vec<(ChatId, UserId, Seq)> = marks
        .into_iter()
        .filter(|(_, (old, new))| old != new)
        .map(|((chat, user), (_, new))| (chat, user, new))
        .collect();
    if !moved.is_empty() {
        work.set_reads(&moved)?;
        announce(work, &moved)?;
    }
    Ok(outcomes)
}

/// Where the mark stands after a reading, when it stood at `now`.
fn moved(reading: &Reading, now: Seq, last: Seq) -> Seq {
    if reading.unread {
        // "Unread from here": the mark goes before the message named, unless it stands earlier already.
        let before = Seq::new((reading.seq.get() - 1).max(0));
        return now.min(before);
    }
    now.max(reading.seq.min(last))
}

fn announce(work: &mut dyn UnitOfWork, moved: &[(ChatId, UserId, Seq)]) -> Result<(), StoreError> {
    let chats: Vec<ChatId> = moved.iter().map(|(chat, ..)| *chat).collect();
    let users: Vec<UserId> = moved.iter().map(|(_, user, _)| *user).collect();
    let small: HashSet<ChatId> = work.small_chats(&chats)?.into_iter().collect();
    let names: HashMap<UserId, String> =
        work.persons(&users)?.into_iter().map(|person| (person.id, person.username.to_string())).collect();
    for (chat, user, seq) in moved {
        let Some(username) = names.get(user).cloned() else { continue };
        let audience = if small.contains(chat) { Audience::Chat(*chat) } else { Audience::User(*user) };
        work.note(Notice::new(audience, Event::Read { chat: *chat, username, seq: *seq }));
    }
    Ok(())
}
