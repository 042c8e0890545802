//! Taking files in, and giving them out to who may have them.

use super::{Attachment, NewAttachment};
use crate::{
    AttachmentId, Caller, Fact, Kind,
    ports::{Reads, StoreError, UnitOfWork},
    users::User,
};

/// Why a file is not taken in or shown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AttachmentError {
    /// It is not there, or not for this caller.
    #[error("there is no such file")]
    NoSuchAttachment,
    /// The store stands in the way.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Fact for AttachmentError {
    fn kind(&self) -> Kind {
        match self {
            Self::NoSuchAttachment => Kind::NotFound,
            Self::Store(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NoSuchAttachment => "not-found",
            Self::Store(error) => error.code(),
        }
    }
}

/// Notes a file that the media store has kept already. Nobody else sees it until a message carries it.
pub fn upload(
    work: &mut dyn UnitOfWork,
    by: &Caller,
    new: &NewAttachment,
) -> Result<Attachment, AttachmentError> {
    work.user(by.user)?.filter(User::is_active).ok_or(AttachmentError::NoSuchAttachment)?;
    Ok(work.insert_attachment(&by.origin, new)?)
}

/// A file, for everyone who can read a message that carries it. Until the first one does, for who uploaded it;
/// afterwards they are like anybody else.
pub fn find(reads: &mut dyn Reads, by: &Caller, id: AttachmentId) -> Result<Attachment, AttachmentError> {
    let file = reads.attachments(&[id])?.pop().ok_or(AttachmentError::NoSuchAttachment)?;
    if reads.may_read_attachment(by.user, id)? || is_draft_of(reads, by, &file)? {
        return Ok(file);
    }
    Err(AttachmentError::NoSuchAttachment)
}

/// Whether it is the caller's own and still waits for its first message.
fn is_draft_of(reads: &mut dyn Reads, by: &Caller, file: &Attachment) -> Result<bool, StoreError> {
    Ok(file.owner == Some(by.user) && !reads.was_attached(file.id)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        ChatId,
        chats::{ChatRole, members},
        memory::MemoryStore,
        messages::{Draft, MessageError, Sending, editing, sending},
    };

    fn with_file() -> (MemoryStore, ChatId, AttachmentId) {
        let mut store = MemoryStore::with(&["ada", "ben", "cleo"]);
        let lunch = store.group("lunch", "ada", &["ben"]);
        let new = NewAttachment {
            filename: "plan.png".to_owned(),
            content_type: "image/png".to_owned(),
            bytes: 3,
            size: Some((2, 1)),
            key: "k".to_owned(),
            thumbnail: None,
        };
        let ada = store.caller("ada");
        let file = upload(&mut store, &ada, &new).expect("a file");
        (store, lunch, file.id)
    }

    fn sees(store: &mut MemoryStore, who: &str, file: AttachmentId) -> bool {
        let by = store.caller(who);
        find(store, &by, file).is_ok()
    }

    #[test]
    fn a_file_is_its_owners_alone_until_a_message_carries_it() {
        let (mut store, lunch, file) = with_file();
        assert!(sees(&mut store, "ada", file));
        assert!(!sees(&mut store, "ben", file));

        let draft = Draft::new("", vec![file]).expect("a draft");
        let by = store.caller("ada");
        sending::send(&mut store, Sending { by, chat: lunch, draft }).expect("sent");

        assert!(sees(&mut store, "ben", file));
        assert!(!sees(&mut store, "cleo", file), "a stranger");
    }

    #[test]
    fn a_file_is_gone_with_its_message_and_with_the_membership() {
        let (mut store, lunch, file) = with_file();
        let draft = Draft::new("", vec![file]).expect("a draft");
        let by = store.caller("ada");
        let sent = sending::send(&mut store, Sending { by: by.clone(), chat: lunch, draft }).expect("sent");
        let mut removed = store.clone();

        members::remove(&mut removed, &by, lunch, &"ben".parse().expect("a name")).expect("removed");
        editing::delete(&mut store, &by, lunch, sent.message.id).expect("deleted");

        assert!(!sees(&mut removed, "ben", file) && sees(&mut removed, "ada", file));
        for person in ["ada", "ben"] {
            assert!(!sees(&mut store, person, file), "{person}");
        }
    }

    #[test]
    fn who_uploaded_a_file_loses_it_with_the_chat_that_it_was_for() {
        let (mut store, lunch, file) = with_file();
        let (ada, owner) = (store.caller("ada"), ChatRole::Owner);
        members::set_role(&mut store, &ada, lunch, &"ben".parse().expect("a name"), owner).expect("an owner");
        let draft = Draft::new("", vec![file]).expect("a draft");
        sending::send(&mut store, Sending { by: ada.clone(), chat: lunch, draft }).expect("sent");

        members::remove(&mut store, &ada, lunch, &"ada".parse().expect("a name")).expect("left");

        assert!(!sees(&mut store, "ada", file) && sees(&mut store, "ben", file));
    }

    #[test]
    fn a_file_is_sent_again_only_while_a_message_shows_it() {
        let (mut store, lunch, file) = with_file();
        let ada = store.caller("ada");
        let send = |store: &mut MemoryStore| {
            let draft = Draft::new("", vec![file]).expect("a draft");
            sending::send(store, Sending { by: ada.clone(), chat: lunch, draft }).map(|sent| sent.message.id)
        };
        let first = send(&mut store).expect("sent");
        let second = send(&mut store).expect("sent again");
        editing::delete(&mut store, &ada, lunch, first).expect("deleted");
        let third = send(&mut store).expect("the second shows it");
        for message in [second, third] {
            editing::delete(&mut store, &ada, lunch, message).expect("deleted");
        }

        assert_eq!(send(&mut store), Err(MessageError::NoSuchAttachment));
    }
}
