//! Sweeping what nothing refers to: first the notes of files, then what is kept in the media store.

use std::{collections::HashSet, time::Duration};

use super::Attachment;
use crate::{
    Origin, Timestamp, Via,
    ports::{Reads, StoreError, UnitOfWork},
};

/// A file may wait so long for the message that is to carry it, and what is kept in the media store for what refers
/// to it.
pub const GRACE: Duration = Duration::from_secs(24 * 60 * 60);

/// At most so many in one go: long work is cut into many jobs.
const AT_ONCE: i64 = 100;

/// Forgets files that were uploaded over [`GRACE`] ago and that no message, not deleted, carries. Answers them, so
/// that what is kept of them can be removed once this has landed; none when there is nothing left to sweep.
pub fn sweep(work: &mut dyn UnitOfWork) -> Result<Vec<Attachment>, StoreError> {
    let before = before(work.now());
    let unused = work.unused_attachments(before, AT_ONCE)?;
    let files = if unused.is_empty() { Vec::new() } else { work.attachments(&unused)? };
    for file in &files {
        work.delete_attachment(&Origin::anonymous(Via::System), file)?;
    }
    Ok(files)
}

/// What was found in the media store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Under which key.
    pub key: String,
    /// When it was written.
    pub written_at: Timestamp,
    /// For whom.
    pub purpose: Purpose,
}

/// What may refer to something kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A noted file, whose bytes or thumbnail it is.
    Attachment,
    /// A user who has the picture of this name.
    Avatar(String),
    /// Nothing: it was a trial.
    Trial,
}

/// A part of what is kept, looked through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sorted {
    /// How much something refers to.
    pub used: usize,
    /// The keys of what nothing refers to, written over [`GRACE`] ago.
    pub orphans: Vec<String>,
}

/// Tells what nothing refers to, and never will: every key belongs to one upload, whose note lands within minutes of
/// its last byte or not at all, and what was noted once and is not any more is not noted again. So an orphan may be
/// removed at any later time, by any of several servers, whatever is uploaded meanwhile.
pub fn sort(reads: &mut dyn Reads, kept: &[Kept]) -> Result<Sorted, StoreError> {
    let keys = kept.iter().filter(|kept| kept.purpose == Purpose::Attachment);
    let keys: Vec<String> = keys.map(|kept| kept.key.clone()).collect();
    let avatars: HashSet<&String> = kept.iter().filter_map(avatar).collect();
    let avatars: Vec<String> = avatars.into_iter().cloned().collect();
    let keys: HashSet<String> = reads.keys_in_use(&keys)?.into_iter().collect();
    let avatars: HashSet<String> = reads.avatars_in_use(&avatars)?.into_iter().collect();
    let is_used = |kept: &&Kept| match &kept.purpose {
        Purpose::Attachment => keys.contains(&kept.key),
        Purpose::Avatar(name) => avatars.contains(name),
        Purpose::Trial => false,
    };
    let before = before(reads.now());
    let (used, unused): (Vec<&Kept>, Vec<&Kept>) = kept.iter().partition(is_used);
    let orphans = unused.into_iter().filter(|kept| kept.written_at < before);
    Ok(Sorted { used: used.len(), orphans: orphans.map(|kept| kept.key.clone()).collect() })
}

fn avatar(kept: &Kept) -> Option<&String> {
    match &kept.purpose {
        Purpose::Avatar(name) => Some(name),
        Purpose::Attachment | Purpose::Trial => None,
    }
}

fn before(now: Timestamp) -> Timestamp {
    let grace = i64::try_from(GRACE.as_micros()).unwrap_or(i64::MAX);
    Timestamp::from_micros(now.micros().saturating_sub(grace))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        attachments::{NewAttachment, files},
        memory::MemoryStore,
        messages::{Draft, Sending, editing, sending},
        users::profile,
    };

    fn upload(store: &mut MemoryStore, key: &str) -> Attachment {
        let new = NewAttachment {
            filename: "plan.png".to_owned(),
            content_type: "image/png".to_owned(),
            bytes: 3,
            size: None,
            key: key.to_owned(),
            thumbnail: Some(format!("small-{key}")),
        };
        let ada = store.caller("ada");
        files::upload(store, &ada, &new).expect("a file")
    }

    fn swept(store: &mut MemoryStore) -> Vec<String> {
        sweep(store).expect("a sweep").into_iter().map(|file| file.key).collect()
    }

    #[test]
    fn a_file_is_swept_once_it_has_waited_a_day_and_nothing_carries_it() {
        let mut store = MemoryStore::with(&["ada", "ben"]);
        let lunch = store.group("lunch", "ada", &["ben"]);
        let carried = upload(&mut store, "carried");
        upload(&mut store, "forgotten");
        let ada = store.caller("ada");
        let draft = Draft::new("", vec![carried.id]).expect("a draft");
        let sent = sending::send(&mut store, Sending { by: ada.clone(), chat: lunch, draft }).expect("sent");

        assert_eq!(swept(&mut store), [""; 0], "too fresh");
        store.advance(GRACE + Duration::from_secs(1));
        assert_eq!(swept(&mut store), ["forgotten"]);

        editing::delete(&mut store, &ada, lunch, sent.message.id).expect("deleted");
        assert_eq!(swept(&mut store), ["carried"]);
        assert_eq!(swept(&mut store), [""; 0]);
    }

    #[test]
    fn what_nothing_refers_to_is_an_orphan_once_it_is_a_day_old() {
        let mut store = MemoryStore::with(&["ada"]);
        upload(&mut store, "noted");
        let ada = store.caller("ada");
        profile::set_avatar(&mut store, &ada, Some("shown.png".to_owned())).expect("a picture");
        let now = store.now();
        let avatar = |name: &str| Purpose::Avatar(name.to_owned());
        let kept = [
            ("noted", Purpose::Attachment),
            ("small-noted", Purpose::Attachment),
            ("lost", Purpose::Attachment),
            ("shown-48", avatar("shown.png")),
            ("shown-96", avatar("shown.png")),
            ("old-48", avatar("old.png")),
            ("old-96", avatar("old.png")),
            // Named as something of another kind is.
            ("shown.png", Purpose::Attachment),
            ("of-noted", avatar("noted")),
            ("tried", Purpose::Trial),
        ]
        .map(|(key, purpose)| Kept { key: key.to_owned(), written_at: now, purpose });

        store.advance(GRACE - Duration::from_secs(60));
        assert_eq!(sort(&mut store, &kept), Ok(Sorted { used: 4, orphans: Vec::new() }), "too fresh");
        store.advance(Duration::from_secs(120));
        let sorted = sort(&mut store, &kept).expect("a look");
        assert_eq!(sorted.orphans, ["lost", "old-48", "old-96", "shown.png", "of-noted", "tried"]);
        assert_eq!(sorted.used, 4);
    }
}
