//! Files in memory: what is known of them, not their bytes.

use super::{MemoryStore, limited};
use crate::{
    AttachmentId, MessageId, Origin, Timestamp, UserId,
    attachments::{Attachment, NewAttachment},
    audit,
    messages::Message,
};

impl MemoryStore {
    /// A file, without its owner once that account is deleted.
    pub(super) fn file(&self, id: AttachmentId) -> Option<Attachment> {
        let file = self.attachments.get(&id)?;
        let owner = file.owner.filter(|owner| self.person(*owner).is_some());
        Some(Attachment { owner, ..file.clone() })
    }

    pub(super) fn carried_by(&self, message: MessageId) -> &[AttachmentId] {
        self.carried.get(&message).map_or(&[], Vec::as_slice)
    }

    pub(super) fn was_carried(&self, file: AttachmentId) -> bool {
        self.carried.values().any(|files| files.contains(&file))
    }

    /// The messages, not deleted, that carry a file.
    fn carriers(&self, file: AttachmentId) -> impl Iterator<Item = &Message> {
        self.carried
            .iter()
            .filter(move |(_, files)| files.contains(&file))
            .filter_map(|(id, _)| self.messages.get(id))
            .filter(|message| message.deleted_at.is_none())
    }

    pub(super) fn is_withdrawn(&self, file: AttachmentId) -> bool {
        let owner = self.file(file).and_then(|file| file.owner);
        self.was_carried(file) && owner.is_none_or(|owner| !self.can_read_file(owner, file))
    }

    pub(super) fn can_read_file(&self, user: UserId, file: AttachmentId) -> bool {
        let can_read = |message: &Message| {
            self.find_access(user, message.chat).is_some_and(|access| access.member.is_some())
        };
        self.carriers(file).any(can_read)
    }

    pub(super) fn add_file(&mut self, by: &Origin, new: &NewAttachment) -> Attachment {
        let NewAttachment { filename, content_type, bytes, size, key, thumbnail } = new.clone();
        let file = Attachment {
            id: AttachmentId::new(self.next_id()),
            owner: by.actor,
            filename,
            content_type,
            bytes,
            size,
            key,
            thumbnail,
            created_at: self.clock.now(),
        };
        self.attachments.insert(file.id, file.clone());
        self.log(by, audit::attachment_created(&file));
        file
    }

    pub(super) fn remove_file(&mut self, by: &Origin, file: &Attachment) {
        self.attachments.remove(&file.id);
        for files in self.carried.values_mut() {
            files.retain(|carried| *carried != file.id);
        }
        self.log(by, audit::attachment_deleted(file));
    }

    pub(super) fn list_unused(&self, before: Timestamp, limit: i64) -> Vec<AttachmentId> {
        let unused = self
            .attachments
            .values()
            .filter(|file| file.created_at < before && self.carriers(file.id).next().is_none())
            .map(|file| file.id);
        limited(unused, limit)
    }

    /// Under which keys files and their thumbnails are kept.
    pub(super) fn file_keys(&self) -> impl Iterator<Item = &String> {
        self.attachments.values().flat_map(|file| [Some(&file.key), file.thumbnail.as_ref()]).flatten()
    }
}
