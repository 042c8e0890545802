//! Messages one after another: days, groups, and where reading stopped.

use std::{sync::Arc, time::Duration};

use domain::{Seq, UserId, messages::MessageView};
use serde::Serialize;

use super::{MessageCard, TimeCard};

/// Messages of one author that are not further apart form one group.
const GROUP: Duration = Duration::from_secs(5 * 60);

/// A message in a conversation: what depends on its place and on its reader stands around it.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    m: MessageCard,
    /// Whether the reader wrote it.
    mine: bool,
    /// Whether it goes on where the same author has just been.
    cont: bool,
    /// A line above it: a day begins.
    day: Option<TimeCard>,
    /// A line above it: reading stopped here.
    new: bool,
}

/// The rows of a conversation that `reader` sees, who has read up to `read`.
pub fn rows(messages: &[Arc<MessageView>], reader: UserId, read: Option<Seq>) -> Vec<Row> {
    let mut before: Option<&MessageView> = None;
    let mut marked = false;
    let mut rows = Vec::with_capacity(messages.len());
    for message in messages {
        let is_mine = message.author.as_ref().is_some_and(|author| author.id == reader);
        let new = !marked && read.is_some_and(|read| message.seq > read) && !is_mine;
        // A line above the first message of all would part nothing.
        let new_line = new && message.seq > Seq::new(1);
        marked |= new;
        let day = begins_day(before, message).then(|| TimeCard::of(message.created_at));
        rows.push(Row {
            m: MessageCard::from(&**message),
            mine: is_mine,
            cont: day.is_none() && !new_line && before.is_some_and(|before| goes_on(before, message)),
            day,
            new: new_line,
        });
        before = Some(message);
    }
    rows
}

fn begins_day(before: Option<&MessageView>, message: &MessageView) -> bool {
    const DAY: i64 = 24 * 60 * 60 * 1_000_000;
    let day = |view: &MessageView| view.created_at.micros().div_euclid(DAY);
    before.is_none_or(|before| day(before) != day(message))
}

fn goes_on(before: &MessageView, message: &MessageView) -> bool {
    let author = |view: &MessageView| view.author.as_ref().map(|author| author.id);
    author(message).is_some()
        && author(before) == author(message)
        && message.created_at.since(before.created_at) <= GROUP
        && !before.is_deleted()
        && message.forwarded_from.is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::show::message_card::tests::view;
    use domain::Timestamp;

    fn at(seq: i64, seconds: i64) -> Arc<MessageView> {
        let mut view = view("hi");
        view.seq = Seq::new(seq);
        view.created_at = Timestamp::from_micros(1_800_000_000_000_000 + seconds * 1_000_000);
        Arc::new(view)
    }

    fn shape(messages: &[Arc<MessageView>], reader: i64, read: i64) -> Vec<(bool, bool, bool)> {
        let rows = rows(messages, UserId::new(reader), Some(Seq::new(read)));
        rows.iter().map(|row| (row.day.is_some(), row.cont, row.new)).collect()
    }

    #[test]
    fn what_follows_within_five_minutes_goes_on() {
        let messages = [at(1, 0), at(2, 200), at(3, 600)];

        assert_eq!(
            shape(&messages, 1, 3),
            [(true, false, false), (false, true, false), (false, false, false)]
        );
    }

    #[test]
    fn a_line_stands_once_where_reading_stopped_and_never_above_ones_own() {
        let messages = [at(1, 0), at(2, 1), at(3, 2)];

        assert_eq!(shape(&messages, 9, 1).iter().map(|row| row.2).collect::<Vec<_>>(), [false, true, false]);
        assert!(shape(&messages, 1, 1).iter().all(|row| !row.2));
        assert!(shape(&messages, 9, 3).iter().all(|row| !row.2));
    }
}
