//! Fits the `media` crate to what the web asks for: heavy work off the request threads, a few at a time.

use std::{ops::Range, sync::Arc, time::UNIX_EPOCH};

use actix_web::web::Bytes;
use domain::{
    Invalid, Timestamp,
    attachments::{
        FileName, NewAttachment,
        sweep::{self, Kept},
    },
};
use futures_util::{
    future::{BoxFuture, FutureExt, ready},
    stream::{self, BoxStream, StreamExt, TryStreamExt},
};
use media::{
    Avatar, AvatarName, FileKind, Found, PictureError, Purpose, Storage, Thumbnail, UniqueName, initials,
    media_type, naming, strip,
};
use tokio::sync::Semaphore;
use web_common::media::{FILE_BYTES, Media, MediaError, Opened, Stored};

/// A picture under work takes up to 300 MB: so many at once and no more.
const AT_ONCE: usize = 2;

/// Pictures and files in the store that the settings name.
#[derive(Clone)]
pub struct Pictures {
    storage: Storage,
    turns: Arc<Semaphore>,
}

impl Pictures {
    /// Over a store of files.
    pub fn new(storage: Storage) -> Self {
        Self { storage, turns: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// Keeps a file under a name of its own, so that it can be forgotten without a thought of any other.
    async fn keep(&self, filename: String, file: Upload) -> Result<NewAttachment, MediaError> {
        let name = UniqueName::random().map_err(away)?;
        let key = name.file();
        let thumbnail = file.thumbnail.is_some().then(|| name.thumbnail(file.thumbnail_ending()));
        let bytes = i64::try_from(file.bytes.len()).map_err(away)?;
        self.storage.put(&key, file.bytes).await.map_err(away)?;
        if let (Some(key), Some(small)) = (&thumbnail, file.thumbnail) {
            self.storage.put(key, small.bytes).await.map_err(away)?;
        }
        // Parsing a name can't fail: of any text it makes a harmless one.
        let filename = filename.parse().map(|name: FileName| name.to_string()).unwrap_or_default();
        let content_type = file.content_type.to_owned();
        let (key, thumbnail) = (key.to_string(), thumbnail.map(|key| key.to_string()));
        Ok(NewAttachment { filename, content_type, bytes, size: file.size, key, thumbnail })
    }

    /// Does heavy work on a thread that may block, when its turn comes.
    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, PictureError> + Send + 'static,
    ) -> Result<T, MediaError> {
        let turn = self.turns.clone().acquire_owned().await.map_err(away)?;
        let done = tokio::task::spawn_blocking(move || {
            let result = work();
            drop(turn);
            result
        });
        done.await.map_err(away)?.map_err(refused)
    }
}

/// An uploaded file, checked.
struct Upload {
    content_type: &'static str,
    bytes: Vec<u8>,
    size: Option<(i32, i32)>,
    thumbnail: Option<Thumbnail>,
}

impl Upload {
    /// What is not shown; also then a picture loses what it tells of its maker.
    fn plain(bytes: Bytes) -> Result<Self, PictureError> {
        let content_type = media_type(&bytes);
        let bytes = strip::strip_heif(&bytes).unwrap_or_else(|| Ok(bytes.into()))?;
        Ok(Self { content_type, bytes, size: None, thumbnail: None })
    }

    /// A picture loses what it tells of its maker, and no pixel. What only begins like one is a file like any other.
    fn picture(kind: FileKind, bytes: Bytes) -> Result<Self, PictureError> {
        let small = match Thumbnail::make(&bytes) {
            Err(PictureError::Broken) => return Self::plain(bytes),
            small => small?,
        };
        let (width, height) = small.whole;
        let side = |side: u32| i32::try_from(side).unwrap_or(i32::MAX);
        Ok(Self {
            content_type: kind.content_type(),
            bytes: strip::strip(&bytes)?,
            size: Some((side(width), side(height))),
            thumbnail: Some(small),
        })
    }

    fn thumbnail_ending(&self) -> &'static str {
        match self.thumbnail.as_ref().map(|small| small.kind) {
            Some(FileKind::Png) => "png",
            _ => "jpg",
        }
    }
}

impl Media for Pictures {
    fn keep_avatar(&self, bytes: Bytes) -> BoxFuture<'static, Result<String, MediaError>> {
        let pictures = self.clone();
        async move {
            let name = UniqueName::random().map_err(away)?;
            let avatar = pictures.work(move || Avatar::make(&bytes, name)).await?;
            for (key, bytes) in avatar.files {
                pictures.storage.put(&key, bytes).await.map_err(away)?;
            }
            Ok(avatar.name.to_string())
        }
        .boxed()
    }

    fn avatar(&self, name: &str, size: u16) -> BoxFuture<'static, Result<Option<Stored>, MediaError>> {
        let name: Option<AvatarName> = name.parse().ok();
        let storage = self.storage.clone();
        async move {
            let Some(name) = name else { return Ok(None) };
            let bytes = storage.get(&name.key(u32::from(size))).await.map_err(away)?;
            Ok(bytes.map(|bytes| Stored { bytes: bytes.into(), content_type: name.content_type() }))
        }
        .boxed()
    }

    fn initials(&self, username: &str, display_name: &str, size: u16) -> String {
        initials::draw(username, display_name, size)
    }

    fn keep_file(
        &self,
        filename: String,
        bytes: Bytes,
    ) -> BoxFuture<'static, Result<NewAttachment, MediaError>> {
        let pictures = self.clone();
        async move {
            if bytes.len() > FILE_BYTES {
                return Err(MediaError::TooLarge(FILE_BYTES));
            }
            let file = match FileKind::sniff(&bytes) {
                FileKind::Other => pictures.work(move || Upload::plain(bytes)).await?,
                kind => pictures.work(move || Upload::picture(kind, bytes)).await?,
            };
            pictures.keep(filename, file).await
        }
        .boxed()
    }

    fn file(
        &self,
        key: &str,
        range: Option<Range<u64>>,
    ) -> BoxFuture<'static, Result<Option<Opened>, MediaError>> {
        let key: Option<media::Key> = key.parse().ok();
        let storage = self.storage.clone();
        async move {
            let Some(key) = key else { return Ok(None) };
            let opened = storage.open(&key, range).await.map_err(away)?;
            Ok(opened.map(|file| Opened { size: file.size, parts: file.parts.map_err(away).boxed() }))
        }
        .boxed()
    }

    fn kept(&self) -> BoxStream<'static, Result<Kept, MediaError>> {
        let storage = self.storage.clone();
        let folders = naming::FOLDERS.into_iter().filter_map(|folder| folder.parse().ok());
        let found = stream::iter(folders).flat_map(move |folder| storage.list(&folder));
        found.map_err(away).try_filter_map(|found| ready(Ok(kept(&found)))).boxed()
    }

    fn forget(&self, keys: Vec<String>) -> BoxFuture<'static, Result<(), MediaError>> {
        let storage = self.storage.clone();
        async move {
            for key in keys.iter().filter_map(|key| key.parse().ok()) {
                storage.delete(&key).await.map_err(away)?;
            }
            Ok(())
        }
        .boxed()
    }
}

/// What somebody else put there is left to them.
fn kept(found: &Found) -> Option<Kept> {
    let purpose = match Purpose::of(&found.key)? {
        Purpose::Attachment => sweep::Purpose::Attachment,
        Purpose::Avatar(name) => sweep::Purpose::Avatar(name.to_string()),
        Purpose::Trial => sweep::Purpose::Trial,
    };
    let micros = found.written_at.duration_since(UNIX_EPOCH).unwrap_or_default().as_micros();
    let written_at = Timestamp::from_micros(i64::try_from(micros).unwrap_or(i64::MAX));
    Some(Kept { key: found.key.to_string(), written_at, purpose })
}

fn refused(error: PictureError) -> MediaError {
    let code = match error {
        PictureError::TooBig { limit } => return MediaError::TooLarge(limit),
        PictureError::NotAPicture => "not_a_picture",
        PictureError::TooManyPixels { .. } | PictureError::NeedsTooMuchMemory => "too_many_pixels",
        PictureError::Broken => "damaged",
    };
    MediaError::Invalid(Invalid::new(code, error.to_string()))
}

#[expect(clippy::needless_pass_by_value, reason = "`map_err` hands over what it holds")]
fn away(error: impl ToString) -> MediaError {
    MediaError::Away(error.to_string())
}
