//! Being about to say something.

use super::MessageError;
use crate::{Caller, ChatId, ports::Reads};

/// Refuses who could not send here either, in the same words.
pub fn check(reads: &mut dyn Reads, by: &Caller, chat: ChatId) -> Result<(), MessageError> {
    reads.access(by.user, chat)?.ok_or(MessageError::NoSuchChat)?.writer()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{memory::MemoryStore, users::accounts};

    #[test]
    fn who_may_not_send_may_not_type() {
        let mut store = MemoryStore::with(&["ana", "ben", "cleo"]);
        let (lunch, all) =
            (store.group("lunch", "ana", &["ben"]), store.public_group("all", "ana", &["ben"]));
        let mut typed = |who: &str, chat| {
            let by = store.caller(who);
            check(&mut store, &by, chat)
        };

        assert_eq!(typed("ben", lunch), Ok(()));
        assert_eq!(typed("cleo", lunch), Err(MessageError::NoSuchChat));
        assert_eq!(typed("cleo", all), Err(MessageError::NotAMember));
        assert_eq!(typed("cleo", ChatId::new(77)), Err(MessageError::NoSuchChat));
    }

    #[test]
    fn nobody_types_to_who_is_not_there_any_more() {
        let mut store = MemoryStore::with(&["ana", "ben"]);
        let chat = store.direct("ana", "ben");
        let (ana, ben) = (store.caller("ana"), store.caller("ben"));
        assert_eq!(check(&mut store, &ana, chat), Ok(()));

        let deleted = store.write(|work| accounts::delete(work, &ben, &MemoryStore::password_of("ben")));

        assert_eq!(deleted, Ok(()));
        assert_eq!(check(&mut store, &ana, chat), Err(MessageError::ReadOnly));
    }
}
