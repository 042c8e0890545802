//! Where files are kept: in a folder, or in a bucket of S3 or of what speaks like it.

mod bucket;
mod probe;
mod reading;
mod s3;
#[cfg(test)]
mod tests;
mod trouble;

use std::fmt::{self, Debug, Formatter};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use crate::Key;
use futures_util::future::ready;
use futures_util::stream::{BoxStream, StreamExt, TryStreamExt, try_unfold};
use object_store::local::LocalFileSystem;
use object_store::path::Path as ObjectPath;
use object_store::{GetOptions, GetRange, GetResult, ObjectMeta, ObjectStore, ObjectStoreExt};

pub use bucket::{Bucket, InvalidBucket};
pub use reading::Opened;
use trouble::{Patience, said};

/// Files by key. Cheap to clone; every clone is the same store, and so is every process that opens the same one.
///
/// A file is whole or not there: writes become visible at once when they are done, and survive a loss of power
/// once they are answered. Overwriting a key replaces its file in the same way. A bucket that is away, slow or
/// full is [`Unavailable`](StorageError::Unavailable) within seconds, and used again as soon as it is back.
#[derive(Clone)]
pub struct Storage {
    store: Arc<dyn ObjectStore>,
    patience: Patience,
}

/// Why a file could not be kept or fetched. Nothing in it tells how one signs in to the store.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The folder could not be made or opened.
    #[error("media_url: the folder {folder:?} cannot be used")]
    Folder {
        /// As it stands in the setting.
        folder: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The bucket does not do what a store has to.
    #[error("media_url: {bucket} {lack}: {said}")]
    Bucket {
        /// As it may be shown.
        bucket: Box<Bucket>,
        /// What it does not do, as the end of a sentence: `cannot be written to`.
        lack: &'static str,
        /// What the store said.
        said: String,
    },
    /// The store is away, full or refuses; trying again later may help.
    #[error("{0}")]
    Unavailable(String),
}

/// What a listing finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Under which key.
    pub key: Key,
    /// When it was last written, by the clock of the store.
    pub written_at: SystemTime,
}

impl Storage {
    /// Opens a folder, which is made when missing.
    pub fn in_folder(folder: &Path) -> Result<Self, StorageError> {
        let refused = |source| StorageError::Folder { folder: folder.to_owned(), source };
        std::fs::create_dir_all(folder).map_err(refused)?;
        let store = LocalFileSystem::new_with_prefix(folder)
            .map_err(|error| refused(std::io::Error::other(error)))?;
        Ok(Self::over(Arc::new(store.with_fsync(true).with_automatic_cleanup(true))))
    }

    /// Opens a bucket, and tries with a file of its own whether it can be written to, read and deleted from.
    ///
    /// Keys that the URL does not name come from the environment, as AWS's own tools read it, or else from the
    /// machine: the role of its container or instance.
    pub async fn in_bucket(bucket: &Bucket) -> Result<Self, StorageError> {
        Self::in_bucket_with(bucket, |name| std::env::var(name).ok()).await
    }

    async fn in_bucket_with(
        bucket: &Bucket,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, StorageError> {
        let lacks = |lack, said| StorageError::Bucket { bucket: Box::new(bucket.clone()), lack, said };
        let s3 = s3::connect(bucket, variable).map_err(|error| lacks("cannot be used", said(&error)))?;
        Patience::Short
            .answered(s3.credentials().get_credential())
            .await
            .map_err(|error| lacks("needs keys, and there are none", said(&error)))?;
        let storage = Self { store: s3::within(bucket, s3), patience: Patience::Short };
        probe::probe(&storage).await.map_err(|(lack, said)| lacks(lack, said))?;
        Ok(storage)
    }

    /// Wraps any object store; for other adapters, and for tests of what happens when one fails.
    pub fn over(store: Arc<dyn ObjectStore>) -> Self {
        Self { store, patience: Patience::Endless }
    }

    /// Keeps `bytes` under `key`, in place of what was there.
    pub async fn put(&self, key: &Key, bytes: Vec<u8>) -> Result<(), StorageError> {
        let path = path(key);
        let size = bytes.len();
        self.patience.sent(size, self.store.put(&path, bytes.into())).await.map_err(unavailable)?;
        Ok(())
    }

    /// The bytes under `key`, or nothing when there are none. For what is small.
    pub async fn get(&self, key: &Key) -> Result<Option<Vec<u8>>, StorageError> {
        let Some(mut opened) = self.open(key, None).await? else { return Ok(None) };
        let mut bytes = Vec::new();
        while let Some(part) = opened.parts.try_next().await? {
            bytes.extend_from_slice(&part);
        }
        Ok(Some(bytes))
    }

    /// Opens the file under `key` to read these bytes of it, or all; nothing when there is none. No bytes at all may
    /// be asked for: then only its size is looked up. A range that goes over the end is cut there; one that begins
    /// behind it is refused.
    pub async fn open(&self, key: &Key, range: Option<Range<u64>>) -> Result<Option<Opened>, StorageError> {
        match self.find(&path(key), range).await {
            Ok(found) => Ok(Some(reading::parts(found, self.patience))),
            Err(error) if trouble::is_absence(&error) => Ok(None),
            Err(error) => Err(unavailable(error)),
        }
    }

    async fn find(&self, path: &ObjectPath, range: Option<Range<u64>>) -> object_store::Result<GetResult> {
        let get = |options| self.patience.answered(self.store.get_opts(path, options));
        if !range.as_ref().is_some_and(Range::is_empty) {
            return get(GetOptions { range: range.map(GetRange::Bounded), ..GetOptions::default() }).await;
        }
        match get(GetOptions { head: true, ..GetOptions::default() }).await {
            Ok(found) => Ok(GetResult { range: 0..0, ..found }),
            // An answer without a body does not tell a missing file from a missing bucket; one with a body does.
            Err(error) if trouble::is_absence(&error) => {
                Ok(GetResult { range: 0..0, ..get(GetOptions::default()).await? })
            }
            Err(error) => Err(error),
        }
    }

    /// Removes what is under `key`; nothing there is fine too.
    pub async fn delete(&self, key: &Key) -> Result<(), StorageError> {
        let path = path(key);
        match self.patience.answered(self.store.delete(&path)).await {
            Err(error) if !trouble::is_absence(&error) => Err(unavailable(error)),
            _ => Ok(()),
        }
    }

    /// All that is in the folder `under`, at any depth, page by page and in any order. What has no key of ours is
    /// passed over.
    pub fn list(&self, under: &Key) -> BoxStream<'static, Result<Found, StorageError>> {
        let patience = self.patience;
        let listing = self.store.list(Some(&path(under)));
        let listed = try_unfold(listing, move |mut listing| async move {
            let next = patience.answered(listing.try_next()).await.map_err(unavailable)?;
            Ok(next.map(|object| (object, listing)))
        });
        listed.try_filter_map(|object| ready(Ok(found(&object)))).boxed()
    }
}

fn found(object: &ObjectMeta) -> Option<Found> {
    let key = object.location.as_ref().parse().ok()?;
    Some(Found { key, written_at: object.last_modified.into() })
}

/// Without what one signs in with.
impl Debug for Storage {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "Storage({})", self.store)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "`map_err` hands over what it holds")]
fn unavailable(error: object_store::Error) -> StorageError {
    StorageError::Unavailable(said(&error))
}

/// A [`Key`] is plain ASCII, so that it stands in the path as it is.
fn path(key: &Key) -> ObjectPath {
    ObjectPath::from(key.as_str())
}
