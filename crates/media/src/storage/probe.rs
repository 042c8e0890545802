//! Trying a bucket before anything depends on it.

use super::{Storage, StorageError};
use crate::UniqueName;

/// Writes, reads and deletes one small file of a name that nobody else has, and says what does not work.
///
/// It is looked for before it is written: a store that does not let one list answers for what is not there as for
/// what is forbidden, so that a missing file would look like a failure ever after.
pub(super) async fn probe(storage: &Storage) -> Result<(), (&'static str, String)> {
    let lack = |lack| move |error: StorageError| (lack, error.to_string());
    let name = UniqueName::random().map_err(|error| ("cannot be tried", error.to_string()))?;
    let file = name.trial();
    let content = file.as_str().as_bytes().to_vec();
    let found = storage.get(&file).await.map_err(lack("cannot be read"))?;
    if found.is_some() {
        return Err(("cannot be tried", format!("there is a file {file} already")));
    }
    storage.put(&file, content.clone()).await.map_err(lack("cannot be written to"))?;
    let found = storage.get(&file).await.map_err(lack("cannot be read"));
    // Removed also when it could not be read: nobody else would.
    let removed = storage.delete(&file).await.map_err(lack("cannot be deleted from"));
    let found = found?;
    removed?;
    match found {
        Some(bytes) if bytes == content => Ok(()),
        Some(_) => Err(("cannot be relied on", "it gives other bytes than it was given".to_owned())),
        None => Err(("cannot be relied on", "what was written is not there".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::TryStreamExt;
    use object_store::memory::InMemory;
    use std::sync::Arc;

    #[tokio::test]
    async fn a_store_that_works_is_left_as_it_was() {
        let storage = Storage::over(Arc::new(InMemory::new()));

        assert_eq!(probe(&storage).await, Ok(()));

        let mut left = storage.list(&"probe".parse().unwrap());
        assert!(left.try_next().await.unwrap().is_none());
    }
}
