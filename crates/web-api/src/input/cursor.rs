//! Where a page of a list goes on: opaque to callers, and good for that list only.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{ChatId, MessageId, Timestamp, UserId, chats::InviteCode};

/// A place in a list that can be written down.
pub(crate) trait Cursor: Sized {
    /// As plain text.
    fn write(&self) -> String;

    /// From plain text; nothing when it was never written by [`write`](Self::write).
    fn read(text: &str) -> Option<Self>;

    /// As callers carry it, with the list that it is of: a name without a colon.
    fn seal(&self, list: &str) -> String {
        URL_SAFE_NO_PAD.encode(format!("{list}:{}", self.write()))
    }

    /// As callers bring it back to a list; nothing when it is of another.
    fn unseal(list: &str, text: &str) -> Option<Self> {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        let (of, place) = text.split_once(':')?;
        Self::read(place).filter(|_| of == list)
    }
}

impl Cursor for String {
    fn write(&self) -> String {
        self.clone()
    }

    fn read(text: &str) -> Option<Self> {
        (!text.is_empty() && !text.contains('\0')).then(|| text.to_owned())
    }
}

impl Cursor for ChatId {
    fn write(&self) -> String {
        self.to_string()
    }

    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Cursor for MessageId {
    fn write(&self) -> String {
        self.to_string()
    }

    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Cursor for (Timestamp, InviteCode) {
    fn write(&self) -> String {
        format!("{}.{}", self.0.micros(), self.1.as_str())
    }

    fn read(text: &str) -> Option<Self> {
        let (micros, code) = text.split_once('.')?;
        Some((Timestamp::from_micros(micros.parse().ok()?), code.parse().ok()?))
    }
}

impl Cursor for (Timestamp, ChatId) {
    fn write(&self) -> String {
        format!("{}.{}", self.0.micros(), self.1)
    }

    fn read(text: &str) -> Option<Self> {
        let (micros, id) = text.split_once('.')?;
        Some((Timestamp::from_micros(micros.parse().ok()?), id.parse().ok()?))
    }
}

impl Cursor for (Timestamp, UserId) {
    fn write(&self) -> String {
        format!("{}.{}", self.0.micros(), self.1)
    }

    fn read(text: &str) -> Option<Self> {
        let (micros, id) = text.split_once('.')?;
        Some((Timestamp::from_micros(micros.parse().ok()?), id.parse().ok()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_it_went_out() {
        let place = (Timestamp::from_micros(-7), ChatId::new(9));

        assert_eq!(<(Timestamp, ChatId)>::unseal("chats", &place.seal("chats")), Some(place));
        assert_eq!(String::unseal("users", &"ana:b".to_owned().seal("users")), Some("ana:b".to_owned()));
    }

    #[test]
    fn a_cursor_of_another_list_is_none() {
        let sealed = (Timestamp::from_micros(7), UserId::new(9)).seal("members of 7");

        for list in ["members of 8", "members of ", "", "users"] {
            assert_eq!(<(Timestamp, UserId)>::unseal(list, &sealed), None, "{list}");
            assert_eq!(String::unseal(list, &sealed), None, "{list}");
        }
    }

    #[test]
    fn what_was_never_a_cursor_is_none() {
        assert_eq!(String::unseal("users", ""), None);
        assert_eq!(String::unseal("users", &URL_SAFE_NO_PAD.encode("ana")), None);
        for text in ["", "%", "AAAA", "ü"] {
            assert_eq!(<(Timestamp, ChatId)>::unseal("chats", text), None, "{text}");
        }
    }
}
