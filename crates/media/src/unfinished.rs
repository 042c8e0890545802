//! What a process that was killed left behind in the middle of writing.
//!
//! A folder keeps a file under a name of its own, such as `files/3b5d#1`, until all of it is there. Nobody ever
//! sees such a file, and nothing but this takes it away.

use std::{
    ffi::OsStr,
    fs, io,
    path::Path,
    time::{Duration, SystemTime},
};

/// Removes what was begun in `folder` and not gone on with for as long as `idle`: servers that share the folder
/// may be at the younger ones. Answers how many there were.
pub fn sweep(folder: &Path, idle: Duration) -> io::Result<usize> {
    let before = SystemTime::now() - idle;
    let mut swept = 0;
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in vanishing(fs::read_dir(folder))?.into_iter().flatten() {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                folders.push(entry.path());
            } else if is_unfinished(&entry.file_name()) && was_left(&entry, before)? {
                swept += usize::from(vanishing(fs::remove_file(entry.path()))?.is_some());
            }
        }
    }
    Ok(swept)
}

fn was_left(entry: &fs::DirEntry, before: SystemTime) -> io::Result<bool> {
    Ok(vanishing(entry.metadata())?.and_then(|file| file.modified().ok()).is_some_and(|time| time < before))
}

/// What is in use meanwhile may be finished, or gone with its folder.
fn vanishing<T>(found: io::Result<T>) -> io::Result<Option<T>> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether a file is on its way: no [`Key`](crate::Key) has a `#`, and `object_store` puts one and a number behind
/// the name of a file that it is writing.
fn is_unfinished(name: &OsStr) -> bool {
    let number = name.to_str().and_then(|name| name.rsplit_once('#')).map(|(_, number)| number);
    number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::TempDir;

    const DAY: Duration = Duration::from_secs(24 * 60 * 60);

    /// A folder with these files, last written so long ago.
    fn folder(files: &[(&str, Duration)]) -> TempDir {
        let folder = TempDir::new().unwrap();
        for (name, ago) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, "half").unwrap();
            let file = fs::File::options().write(true).open(&path).unwrap();
            file.set_modified(SystemTime::now() - *ago).unwrap();
        }
        folder
    }

    #[test]
    fn only_what_was_begun_long_ago_is_removed() {
        let folder = folder(&[
            ("files/one#1", 2 * DAY),
            ("avatars/3b5d/512.jpg#27", 2 * DAY),
            ("files/young#1", DAY / 2),
            ("files/whole", 2 * DAY),
            ("files/odd#", 2 * DAY),
            ("files/odd#a", 2 * DAY),
        ]);
        let is_there = |name| folder.path().join(name).exists();

        assert_eq!(sweep(folder.path(), DAY).unwrap(), 2);

        assert!(!is_there("files/one#1") && !is_there("avatars/3b5d/512.jpg#27"));
        for left in ["files/young#1", "files/whole", "files/odd#", "files/odd#a"] {
            assert!(is_there(left), "{left}");
        }
        assert_eq!(sweep(folder.path(), DAY).unwrap(), 0);
    }

    #[test]
    fn what_is_not_there_is_not_swept() {
        assert_eq!(sweep(Path::new("/nowhere/at/all"), DAY).unwrap(), 0);
    }
}
