//! Pictures and files: what a file is, avatars in the sizes shown, drawn initials, and where all of it is kept.
//!
//! The picture work is pure and takes tens of milliseconds: call it off the request threads, a few at a time.

pub mod avatar;
mod encode;
mod file_kind;
pub mod initials;
mod key;
mod media_type;
pub mod naming;
mod picture;
mod storage;
pub mod strip;
pub mod thumbnail;
pub mod unfinished;

pub use avatar::{Avatar, AvatarName};
pub use file_kind::FileKind;
pub use key::{InvalidKey, Key};
pub use media_type::media_type;
pub use naming::{Purpose, UniqueName};
pub use picture::{MAX_PIXELS, MAX_SIDE, PictureError};
pub use storage::{Bucket, Found, InvalidBucket, Opened, Storage, StorageError};
pub use thumbnail::Thumbnail;
