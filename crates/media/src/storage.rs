//! Where files are kept: a folder now, an object store behind the same face later.

use crate::Key;
use futures_util::{StreamExt, TryStreamExt};
use object_store::local::LocalFileSystem;
use object_store::path::Path as ObjectPath;
use object_store::{ObjectStore, ObjectStoreExt};
use std::sync::Arc;

/// Files by key. Cheap to clone; every clone is the same store.
///
/// A file is whole or not there: writes become visible at once when they are done, and survive a loss of power
/// once they are answered. Overwriting a key replaces its file in the same way.
#[derive(Clone, Debug)]
pub struct Storage {
    store: Arc<dyn ObjectStore>,
}

/// Why a file could not be kept or fetched.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The setting names a kind of store that this build does not speak.
    #[error("media_url: {0:?} is not supported; allowed is a folder, such as data/media")]
    Unsupported(String),
    /// The folder could not be made or opened.
    #[error("media_url: the folder {folder:?} cannot be used")]
    Folder {
        /// As it stands in the setting.
        folder: String,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The store is away, full or refuses; trying again later may help.
    #[error("the store of files does not answer")]
    Unavailable(#[source] object_store::Error),
}

impl Storage {
    /// Opens the store that the setting `media_url` names: a folder, which is made when missing, or a URL.
    pub fn open(media_url: &str) -> Result<Self, StorageError> {
        let folder = match media_url.split_once("://") {
            None => media_url,
            Some(("file", folder)) => folder,
            // The rest of the URL may hold credentials.
            Some((scheme, _)) => return Err(StorageError::Unsupported(format!("{scheme}://…"))),
        };
        Self::in_folder(folder)
    }

    /// Wraps any object store; for other adapters, and for tests of what happens when one fails.
    pub fn over(store: Arc<dyn ObjectStore>) -> Self {
        Self { store }
    }

    fn in_folder(folder: &str) -> Result<Self, StorageError> {
        let refused = |source| StorageError::Folder { folder: folder.to_owned(), source };
        std::fs::create_dir_all(folder).map_err(refused)?;
        let store = LocalFileSystem::new_with_prefix(folder)
            .map_err(|error| refused(std::io::Error::other(error)))?;
        Ok(Self::over(Arc::new(store.with_fsync(true).with_automatic_cleanup(true))))
    }

    /// Keeps `bytes` under `key`, in place of what was there.
    pub async fn put(&self, key: &Key, bytes: Vec<u8>) -> Result<(), StorageError> {
        self.store.put(&path(key), bytes.into()).await.map_err(StorageError::Unavailable)?;
        Ok(())
    }

    /// The bytes under `key`, or nothing when there are none.
    pub async fn get(&self, key: &Key) -> Result<Option<Vec<u8>>, StorageError> {
        match self.read(key).await {
            Ok(bytes) => Ok(Some(bytes)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(StorageError::Unavailable(error)),
        }
    }

    async fn read(&self, key: &Key) -> object_store::Result<Vec<u8>> {
        Ok(self.store.get(&path(key)).await?.bytes().await?.into())
    }

    /// Removes what is under `key`; nothing there is fine too.
    pub async fn delete(&self, key: &Key) -> Result<(), StorageError> {
        match self.store.delete(&path(key)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(StorageError::Unavailable(error)),
        }
    }

    /// All keys in the folder `under` (at any depth), in order. What is no key of ours is passed over.
    pub async fn list(&self, under: &Key) -> Result<Vec<Key>, StorageError> {
        let found = self.store.list(Some(&path(under)));
        let keys = found.try_filter_map(async |object| Ok(object.location.as_ref().parse().ok()));
        let mut keys: Vec<Key> = keys.boxed().try_collect().await.map_err(StorageError::Unavailable)?;
        keys.sort();
        Ok(keys)
    }
}

/// A [`Key`] is plain ASCII, so that it stands in the path as it is.
fn path(key: &Key) -> ObjectPath {
    ObjectPath::from(key.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use object_store::memory::InMemory;
    use tempfile::TempDir;

    fn key(text: &str) -> Key {
        text.parse().unwrap()
    }

    /// Every rule below holds for any store.
    fn stores() -> (TempDir, [Storage; 2]) {
        let folder = TempDir::new().unwrap();
        let media = folder.path().join("deep").join("media");
        let in_folder = Storage::open(media.to_str().unwrap()).unwrap();
        (folder, [in_folder, Storage::over(Arc::new(InMemory::new()))])
    }

    #[tokio::test]
    async fn what_was_put_is_got_back() {
        let (_folder, stores) = stores();
        for store in stores {
            store.put(&key("a/b.txt"), b"first".to_vec()).await.unwrap();
            store.put(&key("a/b.txt"), b"second".to_vec()).await.unwrap();

            assert_eq!(store.get(&key("a/b.txt")).await.unwrap(), Some(b"second".to_vec()));
        }
    }

    #[tokio::test]
    async fn what_was_never_put_is_not_there() {
        let (_folder, stores) = stores();
        for store in stores {
            assert_eq!(store.get(&key("a/none")).await.unwrap(), None);
        }
    }

    #[tokio::test]
    async fn what_was_deleted_is_gone_and_deleting_again_is_fine() {
        let (_folder, stores) = stores();
        for store in stores {
            store.put(&key("a/b"), b"x".to_vec()).await.unwrap();

            store.delete(&key("a/b")).await.unwrap();
            store.delete(&key("a/b")).await.unwrap();

            assert_eq!(store.get(&key("a/b")).await.unwrap(), None);
        }
    }

    #[tokio::test]
    async fn a_folder_is_listed_at_any_depth_and_nothing_beside_it() {
        let (_folder, stores) = stores();
        for store in stores {
            for text in ["a/2", "a/b/1", "ab/3", "c"] {
                store.put(&key(text), vec![1]).await.unwrap();
            }

            assert_eq!(store.list(&key("a")).await.unwrap(), [key("a/2"), key("a/b/1")]);
            assert_eq!(store.list(&key("nothing")).await.unwrap(), []);
        }
    }

    #[tokio::test]
    async fn files_survive_a_restart() {
        let folder = TempDir::new().unwrap();
        let media_url = folder.path().to_str().unwrap();
        Storage::open(media_url).unwrap().put(&key("a"), b"kept".to_vec()).await.unwrap();

        let reopened = Storage::open(media_url).unwrap();

        assert_eq!(reopened.get(&key("a")).await.unwrap(), Some(b"kept".to_vec()));
    }

    #[tokio::test]
    async fn readers_see_the_old_file_or_the_new_one_and_never_a_part() {
        let (_folder, [store, _]) = stores();
        let (old, new) = (vec![1; 400_000], vec![2; 400_000]);
        store.put(&key("a"), old.clone()).await.unwrap();

        let writer = tokio::spawn({
            let (store, old, new) = (store.clone(), old.clone(), new.clone());
            async move {
                for _ in 0..10 {
                    store.put(&key("a"), new.clone()).await.unwrap();
                    store.put(&key("a"), old.clone()).await.unwrap();
                }
            }
        });
        while !writer.is_finished() {
            let seen = store.get(&key("a")).await.unwrap().expect("it never vanishes");
            assert!(seen == old || seen == new);
        }
        writer.await.unwrap();
    }

    #[test]
    fn a_store_that_is_not_spoken_is_refused_without_its_credentials() {
        let error = Storage::open("s3://key:secret@bucket").unwrap_err();

        assert!(matches!(error, StorageError::Unsupported(_)));
        assert!(error.to_string().contains("s3://"));
        assert!(!error.to_string().contains("secret"));
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_refused_with_its_name() {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "in the way").unwrap();

        let error = Storage::open(file.join("media").to_str().unwrap()).unwrap_err();

        assert!(matches!(error, StorageError::Folder { folder, .. } if folder.ends_with("media")));
    }
}
