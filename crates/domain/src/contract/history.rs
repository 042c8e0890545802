//! What every store holds of reading a chat's messages.

use super::{TestBed, stage::*};
use crate::{
    ChatId, Rev, Seq,
    messages::{History, MessageError, MessageView, Span, history},
    users::User,
};

fn seqs(bed: &mut dyn TestBed, chat: ChatId, span: Span) -> Vec<i64> {
    look(bed, |reads| reads.history(chat, span)).iter().map(|message| message.seq.get()).collect()
}

fn newest(limit: i64) -> Span {
    Span::Newest { limit }
}

fn before(seq: i64, limit: i64) -> Span {
    Span::Before { seq: Seq::new(seq), limit }
}

fn after(seq: i64, limit: i64) -> Span {
    Span::After { seq: Seq::new(seq), limit }
}

fn five(bed: &mut dyn TestBed) -> (User, ChatId) {
    let ana = person(bed, "ana");
    let (chat, other) = (group(bed, "lunch", &ana, &[]), group(bed, "tea", &ana, &[]));
    for text in ["one", "two", "three", "four", "five"] {
        say(bed, &ana, chat, text);
        say(bed, &ana, other, text);
    }
    (ana, chat)
}

fn read(bed: &mut dyn TestBed, by: &User, chat: ChatId, span: Span) -> History {
    look(bed, |reads| history::read(reads, &caller(by), chat, span))
}

fn sides(bed: &mut dyn TestBed, by: &User, chat: ChatId, span: Span) -> (bool, bool) {
    let History { has_before, has_after, .. } = read(bed, by, chat, span);
    (has_before, has_after)
}

pub(super) fn a_stretch_is_read_oldest_first_from_either_side(bed: &mut dyn TestBed) {
    let (_, chat) = five(bed);

    assert_eq!(seqs(bed, chat, newest(3)), [3, 4, 5]);
    assert_eq!(seqs(bed, chat, newest(50)), [1, 2, 3, 4, 5]);
    assert_eq!(seqs(bed, chat, before(4, 2)), [2, 3]);
    assert_eq!(seqs(bed, chat, before(99, 2)), [4, 5]);
    assert!(seqs(bed, chat, before(1, 2)).is_empty());
    assert_eq!(seqs(bed, chat, after(2, 2)), [3, 4]);
    assert_eq!(seqs(bed, chat, after(0, 1)), [1]);
    assert!(seqs(bed, chat, after(5, 2)).is_empty());
    assert!(seqs(bed, ChatId::new(9_999_999), newest(3)).is_empty());
}

pub(super) fn deleted_messages_keep_their_places(bed: &mut dyn TestBed) {
    let (ana, chat) = five(bed);
    let third = read(bed, &ana, chat, newest(3)).items[0].clone();
    delete(bed, &ana, &third);

    let history = read(bed, &ana, chat, newest(50));

    assert_eq!(history.items.iter().map(|m| m.seq.get()).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    assert!(history.items[2].is_deleted());
}

pub(super) fn a_stretch_tells_whether_there_is_more_on_either_side(bed: &mut dyn TestBed) {
    let (ana, chat) = five(bed);
    let empty = group(bed, "empty", &ana, &[]);

    assert_eq!(sides(bed, &ana, chat, newest(5)), (false, false));
    assert_eq!(sides(bed, &ana, chat, newest(4)), (true, false));
    assert_eq!(sides(bed, &ana, chat, before(4, 2)), (true, true));
    assert_eq!(sides(bed, &ana, chat, before(3, 2)), (false, true));
    assert_eq!(sides(bed, &ana, chat, after(3, 2)), (true, false));
    assert_eq!(sides(bed, &ana, chat, after(0, 2)), (false, true));
    assert_eq!(sides(bed, &ana, chat, before(1, 2)), (false, true));
    assert_eq!(sides(bed, &ana, chat, after(5, 2)), (true, false));
    assert_eq!(sides(bed, &ana, empty, newest(5)), (false, false));
}

pub(super) fn what_changed_comes_once_each_by_rev(bed: &mut dyn TestBed) {
    let (ana, chat) = five(bed);
    let all: Vec<_> = read(bed, &ana, chat, newest(5)).items;
    let start = all[4].rev;
    edit(bed, &ana, &all[3], "fourth");
    edit(bed, &ana, &all[1], "second");
    delete(bed, &ana, &all[3]);
    say(bed, &ana, chat, "six");
    let ok = "ok".parse().expect("a reaction");
    land(bed, |work| crate::messages::reactions::add(work, &caller(&ana), chat, all[0].id, &ok));
    let changed = |bed: &mut dyn TestBed, rev: Rev, limit| -> Vec<i64> {
        let messages = look(bed, |reads| reads.changed_after(chat, rev, limit));
        assert!(messages.is_sorted_by_key(|message| message.rev));
        messages.iter().map(|message| message.seq.get()).collect()
    };

    assert_eq!(changed(bed, start, 50), [2, 4, 6, 1]);
    assert_eq!(changed(bed, start, 2), [2, 4]);
    assert_eq!(changed(bed, Rev::ZERO, 50), [3, 5, 2, 4, 6, 1]);
    let last = view(bed, &ana, chat).chat.last_rev;
    assert!(changed(bed, last, 50).is_empty());
    let views: Vec<_> = look(bed, |reads| history::changed_after(reads, &caller(&ana), chat, start, 50));
    let texts: Vec<&str> = views.iter().map(|view| view.text.as_str()).collect();
    assert_eq!(texts, ["second", "", "six", "one"]);
    assert_eq!(views[3].reactions.len(), 1);
}

pub(super) fn only_members_read(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let (secret, square) = (group(bed, "secret", &ana, &[]), public_group(bed, "square", &ana, &[]));
    let message = say(bed, &ana, secret, "psst");
    let refused = |bed: &mut dyn TestBed, chat: ChatId| {
        let outcome = write(bed, |work| history::read(work, &caller(&ben), chat, newest(5)));
        outcome.expect_err("a refusal")
    };

    assert_eq!(refused(bed, secret), MessageError::NoSuchChat);
    assert_eq!(refused(bed, ChatId::new(9_999_999)), MessageError::NoSuchChat);
    assert_eq!(refused(bed, square), MessageError::NotAMember);
    let found = |bed: &mut dyn TestBed, by: &User, chat: ChatId| {
        write(bed, |work| history::find(work, &caller(by), chat, message.id))
            .map(|m: std::sync::Arc<MessageView>| m.id)
    };
    assert_eq!(found(bed, &ben, secret), Err(MessageError::NoSuchChat));
    assert_eq!(found(bed, &ana, square), Err(MessageError::NoSuchMessage));
    assert_eq!(found(bed, &ana, secret), Ok(message.id));
}
