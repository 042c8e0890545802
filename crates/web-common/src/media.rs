//! Pictures and files, as handlers use them. What does the work is composed in by the server.

use std::ops::Range;

use actix_web::web::Bytes;
use domain::{
    Fact, Invalid, Kind,
    attachments::{NewAttachment, sweep::Kept},
};
use futures_util::{future::BoxFuture, stream::BoxStream};

/// Why a picture or file was not taken in or found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MediaError {
    /// It can't be taken, for this reason.
    #[error("{0}")]
    Invalid(Invalid),
    /// It has more bytes than there may be.
    #[error("the file is too large: at most {0} bytes")]
    TooLarge(usize),
    /// The place where files are kept is away or full.
    #[error("files can't be kept now: {0}")]
    Away(String),
}

impl Fact for MediaError {
    fn kind(&self) -> Kind {
        match self {
            Self::Invalid(_) | Self::TooLarge(_) => Kind::Invalid,
            Self::Away(_) => Kind::Unavailable,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "invalid",
            Self::TooLarge(_) => "too-large",
            Self::Away(_) => "unavailable",
        }
    }

    fn fields(&self) -> Vec<(&'static str, Invalid)> {
        match self {
            Self::Invalid(invalid) => vec![("file", invalid.clone())],
            Self::TooLarge(_) => vec![("file", Invalid::new("too_large", self.to_string()))],
            Self::Away(_) => Vec::new(),
        }
    }
}

/// A picture, ready to be sent.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Its bytes.
    pub bytes: Bytes,
    /// Its media type.
    pub content_type: &'static str,
}

/// A file that is there.
pub struct Opened {
    /// How many bytes the whole of it has.
    pub size: u64,
    /// The bytes that were asked for, exactly: what ends before is an error.
    pub parts: Parts,
}

/// Bytes of a file, as they come.
pub type Parts = BoxStream<'static, Result<Bytes, MediaError>>;

/// Takes pictures and files in and gives them out. Heavy work happens off the request threads.
pub trait Media: Send + Sync {
    /// Checks, crops, scales and re-encodes a picture of a person; answers the name under which it is kept: one that
    /// no other upload has, be it of the same picture.
    fn keep_avatar(&self, bytes: Bytes) -> BoxFuture<'static, Result<String, MediaError>>;

    /// A kept picture of a person, `size` pixels square: 48, 96, 256 or 512.
    fn avatar(&self, name: &str, size: u16) -> BoxFuture<'static, Result<Option<Stored>, MediaError>>;

    /// A drawn picture, as SVG, for who has none: initials on a colour that is always the same for `username`.
    fn initials(&self, username: &str, display_name: &str, size: u16) -> String;

    /// Checks and keeps a file: type from its bytes, harmless name, a thumbnail where it is a picture.
    fn keep_file(
        &self,
        filename: String,
        bytes: Bytes,
    ) -> BoxFuture<'static, Result<NewAttachment, MediaError>>;

    /// A kept file or thumbnail, to read these bytes of it, or all. No bytes at all may be asked for: then only its
    /// size is looked up.
    fn file(
        &self,
        key: &str,
        range: Option<Range<u64>>,
    ) -> BoxFuture<'static, Result<Option<Opened>, MediaError>>;

    /// All that is kept, whether anything refers to it or not.
    fn kept(&self) -> BoxStream<'static, Result<Kept, MediaError>>;

    /// Forgets what is kept under these keys; those that are not there are no error.
    fn forget(&self, keys: Vec<String>) -> BoxFuture<'static, Result<(), MediaError>>;
}

/// The most bytes a picture of a person may have: 5 MiB.
pub const AVATAR_BYTES: usize = 5 * 1024 * 1024;

/// The most bytes an uploaded file may have: 25 MiB.
pub const FILE_BYTES: usize = 25 * 1024 * 1024;
