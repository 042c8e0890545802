//! Where in the store what is kept, and so for whom is what is found there.

use crate::{AvatarName, Key};
use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

/// The folders of the store in which everything lies.
pub const FOLDERS: [&str; 4] = ["files", "thumbnails", "avatars", TRIALS];
const TRIALS: &str = "probe";

/// A name that nothing had before, nor will have again: 128 random bits, as 32 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct UniqueName(String);

/// A text that is not such a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidUniqueName;

impl UniqueName {
    /// Makes one of the randomness of the system.
    pub fn random() -> Result<Self, getrandom::Error> {
        let mut random = [0; 16];
        getrandom::fill(&mut random)?;
        Ok(Self(random.iter().map(|byte| format!("{byte:02x}")).collect()))
    }

    /// Where the file of this name is kept.
    pub fn file(&self) -> Key {
        Key::made_here(format!("files/{self}"))
    }

    /// Where the thumbnail of the file of this name is kept.
    pub fn thumbnail(&self, ending: &str) -> Key {
        Key::made_here(format!("thumbnails/{self}.{ending}"))
    }

    /// Where it is tried whether the store works.
    pub(crate) fn trial(&self) -> Key {
        Key::made_here(format!("{TRIALS}/{self}"))
    }
}

impl Display for UniqueName {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for UniqueName {
    type Err = InvalidUniqueName;

    fn from_str(text: &str) -> Result<Self, InvalidUniqueName> {
        let is_unique =
            text.len() == 32 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if is_unique { Ok(Self(text.to_owned())) } else { Err(InvalidUniqueName) }
    }
}

/// For whom something is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Who uploaded a file: the file, or its thumbnail.
    Attachment,
    /// Who has this picture.
    Avatar(AvatarName),
    /// Nobody: it was a trial, whether the store works.
    Trial,
}

impl Purpose {
    /// Read from where it is kept; nothing where it was put there by somebody else.
    pub fn of(key: &Key) -> Option<Self> {
        let is_unique = |text: &str| text.parse::<UniqueName>().is_ok();
        match key.as_str().split('/').collect::<Vec<_>>()[..] {
            ["files", name] if is_unique(name) => Some(Self::Attachment),
            [TRIALS, name] if is_unique(name) => Some(Self::Trial),
            ["thumbnails", file] => {
                let (name, ending) = file.split_once('.')?;
                (is_unique(name) && matches!(ending, "png" | "jpg")).then_some(Self::Attachment)
            }
            ["avatars", name, file] => {
                let (_, ending) = file.split_once('.')?;
                let avatar: AvatarName = format!("{name}.{ending}").parse().ok()?;
                let is_kept = avatar.keys().any(|kept| kept == *key);
                is_kept.then_some(Self::Avatar(avatar))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn no_two_names_are_the_same() {
        let (one, other) = (UniqueName::random().unwrap(), UniqueName::random().unwrap());

        assert_ne!(one, other);
        assert_eq!(one.to_string().parse(), Ok(one));
    }

    #[test]
    fn what_is_kept_is_known_by_its_place() {
        let name: UniqueName = NAME.parse().unwrap();
        let avatar: AvatarName = format!("{NAME}.png").parse().unwrap();

        assert_eq!(Purpose::of(&name.file()), Some(Purpose::Attachment));
        assert_eq!(Purpose::of(&name.thumbnail("jpg")), Some(Purpose::Attachment));
        assert_eq!(Purpose::of(&name.trial()), Some(Purpose::Trial));
        for key in avatar.keys() {
            assert_eq!(Purpose::of(&key), Some(Purpose::Avatar(avatar.clone())));
        }
        let folders = [name.file(), name.thumbnail("png"), avatar.key(48), name.trial()];
        assert!(folders.iter().zip(FOLDERS).all(|(key, folder)| key.as_str().starts_with(folder)));
    }

    #[test]
    fn what_somebody_else_put_there_is_for_nobody() {
        let others = [
            format!("files/{NAME}.txt"),
            format!("files/a/{NAME}"),
            "files/plan".to_owned(),
            format!("files/{}", NAME.to_uppercase()),
            format!("thumbnails/{NAME}"),
            format!("thumbnails/{NAME}.gif"),
            format!("avatars/{NAME}.png"),
            format!("avatars/{NAME}/47.png"),
            format!("avatars/{NAME}/48.gif"),
            format!("backups/{NAME}"),
            NAME.to_owned(),
        ];
        for other in others {
            assert_eq!(Purpose::of(&other.parse().unwrap()), None, "{other}");
        }
    }
}
