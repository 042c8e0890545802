//! The server's own secrets: made at the first start, kept in files that only its user may read.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind, Read, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

/// A key that can't be read or made.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file or folder can't be used.
    #[error("keys_dir: cannot use {}", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The file has another length than a key.
    #[error("keys_dir: {} is no key of {length} bytes; with it removed a new one is made, and everybody has to sign in again", path.display())]
    Damaged {
        /// Which.
        path: PathBuf,
        /// How long a key is.
        length: usize,
    },
}

/// Makes a folder that only this user may enter, unless it is there.
pub fn private_folder(path: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// The key of `N` bytes in the file `name` in `folder`, made from the system's randomness when there is none.
pub fn load<const N: usize>(folder: &Path, name: &str) -> Result<[u8; N], KeyError> {
    let path = folder.join(name);
    let failed = |source| KeyError::Io { path: path.clone(), source };
    match File::open(&path) {
        Ok(file) => read(file, &path),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            private_folder(folder).map_err(failed)?;
            match make(&path) {
                // Another process of the same system was quicker: its key is the key.
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                    read(File::open(&path).map_err(failed)?, &path)
                }
                made => made.map_err(failed),
            }
        }
        Err(error) => Err(failed(error)),
    }
}

fn read<const N: usize>(file: File, path: &Path) -> Result<[u8; N], KeyError> {
    let mut bytes = Vec::with_capacity(N + 1);
    file.take(N as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|source| KeyError::Io { path: path.to_owned(), source })?;
    bytes.try_into().map_err(|_| KeyError::Damaged { path: path.to_owned(), length: N })
}

/// Written whole under another name first, so that nobody ever reads half a key.
fn make<const N: usize>(path: &Path) -> io::Result<[u8; N]> {
    let mut key = [0; N];
    getrandom::fill(&mut key).map_err(io::Error::other)?;
    let draft = path.with_extension(format!("{}.new", std::process::id()));
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
    file.write_all(&key)?;
    file.sync_all()?;
    let linked = fs::hard_link(&draft, path);
    fs::remove_file(&draft)?;
    linked.map(|()| key)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_key_is_made_once_and_only_its_user_may_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let keys = folder.path().join("keys");

        let first: [u8; 64] = load(&keys, "cookie").unwrap();
        let again: [u8; 64] = load(&keys, "cookie").unwrap();
        let other: [u8; 64] = load(&keys, "token").unwrap();

        assert_eq!(first, again);
        assert_ne!(first, other);
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&keys), mode(&keys.join("cookie"))), (0o700, 0o600));
        assert_eq!(fs::read_dir(&keys).unwrap().count(), 2);
    }

    #[test]
    fn a_damaged_key_is_named_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("cookie"), "short").unwrap();

        let refused = load::<64>(folder.path(), "cookie").unwrap_err();

        assert!(refused.to_string().contains("cookie"), "{refused}");
        assert_eq!(fs::read(folder.path().join("cookie")).unwrap(), b"short");
    }
}
