//! How often a reader's typing is told.

use std::time::Duration;

use domain::ChatId;
use tokio::time::Instant;

/// A reader tells a chat that its user is writing at most once in this time.
pub(crate) const TYPING_EVERY: Duration = Duration::from_secs(3);

/// When a reader last told which chats.
#[derive(Default)]
pub(crate) struct Typing(Vec<(ChatId, Instant)>);

impl Typing {
    /// Whether the chat is to be told now; from then on it is not for a while.
    pub(crate) fn tell(&mut self, chat: ChatId, now: Instant) -> bool {
        self.0.retain(|(_, at)| now.duration_since(*at) < TYPING_EVERY);
        let due = self.0.iter().all(|(told, _)| *told != chat);
        if due {
            self.0.push((chat, now));
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_chat_is_told_once_in_three_seconds() {
        let (lunch, work) = (ChatId::new(1), ChatId::new(2));
        let (start, mut typing) = (Instant::now(), Typing::default());
        let mut tell = |chat, millis| typing.tell(chat, start + Duration::from_millis(millis));

        assert!(tell(lunch, 0));
        assert!(!tell(lunch, 2_999));
        assert!(tell(work, 2_999));
        assert!(tell(lunch, 3_000));
        assert!(!tell(work, 5_998));
    }
}
