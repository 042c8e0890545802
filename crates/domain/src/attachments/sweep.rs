//! Sweeping what nothing refers to.

use std::time::Duration;

use super::Attachment;
use crate::{
    Origin, Timestamp, Via,
    ports::{StoreError, UnitOfWork},
};

/// A file may wait so long for the message that is to carry it.
pub const GRACE: Duration = Duration::from_secs(24 * 60 * 60);

/// At most so many in one go: long work is cut into many jobs.
const AT_ONCE: i64 = 100;

/// Forgets files that were uploaded over [`GRACE`] ago and that no message, not deleted, carries. Answers them, so
/// that their bytes can be forgotten once this has landed; none when there is nothing left to sweep.
pub fn sweep(work: &mut dyn UnitOfWork) -> Result<Vec<Attachment>, StoreError> {
    let grace = i64::try_from(GRACE.as_micros()).unwrap_or(i64::MAX);
    let before = Timestamp::from_micros(work.now().micros().saturating_sub(grace));
    let unused = work.unused_attachments(before, AT_ONCE)?;
    let files = if unused.is_empty() { Vec::new() } else { work.attachments(&unused)? };
    for file in &files {
        work.delete_attachment(&Origin::anonymous(Via::System), file)?;
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        attachments::{NewAttachment, files},
        memory::MemoryStore,
        messages::{Draft, Sending, editing, sending},
    };

    fn upload(store: &mut MemoryStore, key: &str) -> Attachment {
        let new = NewAttachment {
            filename: "plan.png".to_owned(),
            content_type: "image/png".to_owned(),
            bytes: 3,
            size: None,
            key: key.to_owned(),
            thumbnail: None,
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
}
