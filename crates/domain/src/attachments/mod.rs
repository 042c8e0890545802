//! Uploaded files: seen by others only once a message carries them.

mod file_name;
pub mod files;
pub mod sweep;

pub use file_name::FileName;

use crate::{AttachmentId, Timestamp, UserId};

/// An uploaded file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Which.
    pub id: AttachmentId,
    /// Who uploaded it; nobody once that account is deleted.
    pub owner: Option<UserId>,
    /// What it is called: harmless as a file name.
    pub filename: String,
    /// Its media type, read from its bytes.
    pub content_type: String,
    /// Its size.
    pub bytes: i64,
    /// Of a picture, its width and height in pixels.
    pub size: Option<(i32, i32)>,
    /// Under which name the media store holds it.
    pub key: String,
    /// Under which name the media store holds its thumbnail.
    pub thumbnail: Option<String>,
    /// When it was uploaded.
    pub created_at: Timestamp,
}

/// A file that the store is to note.
#[derive(Clone, Debug)]
pub struct NewAttachment {
    /// What it is called.
    pub filename: String,
    /// Its media type.
    pub content_type: String,
    /// Its size.
    pub bytes: i64,
    /// Of a picture, its width and height in pixels.
    pub size: Option<(i32, i32)>,
    /// Under which name the media store holds it.
    pub key: String,
    /// Under which name the media store holds its thumbnail.
    pub thumbnail: Option<String>,
}
