//! What every store holds of how far people have read.

use super::{TestBed, stage::*};
use crate::{
    Audience, ChatId, Event, Seq,
    chats::SMALL,
    messages::{MessageError, Reading, reading},
    users::User,
};

fn reading(by: &User, chat: ChatId, seq: i64) -> Reading {
    Reading { by: caller(by), chat, seq: Seq::new(seq), unread: false }
}

fn mark(bed: &mut dyn TestBed, readings: &[Reading]) -> Vec<Result<(), MessageError>> {
    land(bed, |work| reading::mark_all(work, readings))
}

fn mark_of(bed: &mut dyn TestBed, user: &User, chat: ChatId) -> i64 {
    look(bed, |reads| reads.member(chat, user.id)).expect("a member").last_read.get()
}

fn chat_of_three(bed: &mut dyn TestBed, ana: &User, ben: &User) -> ChatId {
    let chat = group(bed, "lunch", ana, &[ben]);
    for text in ["one", "two", "three"] {
        say(bed, ana, chat, text);
    }
    chat
}

pub(super) fn marks_are_set_for_each_member_and_chat(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let (lunch, tea) = (chat_of_three(bed, &ana, &ben), chat_of_three(bed, &ana, &ben));

    let marks = [(lunch, ben.id, Seq::new(2)), (tea, ana.id, Seq::new(1)), (tea, ben.id, Seq::new(3))];
    land(bed, |work| work.set_reads(&marks));

    assert_eq!((mark_of(bed, &ana, lunch), mark_of(bed, &ben, lunch)), (3, 2));
    assert_eq!((mark_of(bed, &ana, tea), mark_of(bed, &ben, tea)), (1, 3));
    assert_eq!(view(bed, &ben, lunch).unread_count(), 1);
    assert_eq!(view(bed, &ana, tea).unread_count(), 2);
    land(bed, |work| work.set_reads(&[]));
}

pub(super) fn a_mark_moves_back_on_purpose_only(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let chat = chat_of_three(bed, &ana, &ben);

    mark(bed, &[reading(&ben, chat, 2)]);
    mark(bed, &[reading(&ben, chat, 1)]);
    assert_eq!(mark_of(bed, &ben, chat), 2);
    mark(bed, &[reading(&ben, chat, 99)]);
    assert_eq!(mark_of(bed, &ben, chat), 3);
    mark(bed, &[Reading { unread: true, ..reading(&ben, chat, 2) }]);
    assert_eq!((mark_of(bed, &ben, chat), view(bed, &ben, chat).unread_count()), (1, 2));
    for seq in [3, 99] {
        mark(bed, &[Reading { unread: true, ..reading(&ben, chat, seq) }]);
        assert_eq!(mark_of(bed, &ben, chat), 1);
    }
    let both = [reading(&ben, chat, 2), Reading { unread: true, ..reading(&ben, chat, 99) }];
    mark(bed, &both);
    assert_eq!(mark_of(bed, &ben, chat), 2);
}

pub(super) fn of_many_marks_the_newest_counts_and_strangers_are_refused(bed: &mut dyn TestBed) {
    let [ana, ben, cleo] = people(bed, ["ana", "ben", "cleo"]);
    let chat = chat_of_three(bed, &ana, &ben);
    bed.notices();

    let outcomes = mark(
        bed,
        &[
            reading(&ben, chat, 3),
            reading(&cleo, chat, 1),
            reading(&ben, chat, 1),
            reading(&ben, ChatId::new(9_999_999), 1),
        ],
    );

    assert_eq!(outcomes, [Ok(()), Err(MessageError::NoSuchChat), Ok(()), Err(MessageError::NoSuchChat)]);
    assert_eq!((mark_of(bed, &ben, chat), bed.notices().len()), (3, 1));
}

pub(super) fn marks_are_neither_changes_nor_audited(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let chat = chat_of_three(bed, &ana, &ben);
    let (rows, before) = (bed.audit().len(), view(bed, &ana, chat).chat);

    mark(bed, &[reading(&ben, chat, 3)]);

    assert_eq!((bed.audit().len(), view(bed, &ana, chat).chat), (rows, before));
}

pub(super) fn what_one_has_read_the_others_of_a_small_chat_hear(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let crowd = crowd(bed, usize::try_from(SMALL).expect("a small number"));
    let everybody: Vec<&User> = crowd.iter().collect();
    let large = group(bed, "large", &ana, &everybody);
    let talk = direct_chat(bed, &ana, &ben);
    say(bed, &ana, large, "hello");
    say(bed, &ben, talk, "hello");
    bed.notices();

    mark(bed, &[reading(&crowd[0], large, 1)]);
    mark(bed, &[reading(&ana, talk, 1)]);
    mark(bed, &[reading(&ana, talk, 1)]);

    let heard = bed.notices();
    let audiences: Vec<&Audience> = heard.iter().map(|notice| &notice.audience).collect();
    assert_eq!(audiences, [&Audience::User(crowd[0].id), &Audience::Chat(talk)]);
    let event = Event::Read { chat: talk, username: "ana".to_owned(), seq: Seq::new(1) };
    assert_eq!(*heard[1].event, event);
}

pub(super) fn a_mention_counts_until_it_is_read(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let chat = group(bed, "lunch", &ana, &[&ben]);
    say(bed, &ana, chat, "@ben: soup?");
    say(bed, &ana, chat, "or bread");

    let unread = view(bed, &ben, chat);
    assert_eq!((unread.unread_count(), unread.is_mentioned()), (2, true));
    assert!(!view(bed, &ana, chat).is_mentioned());
    mark(bed, &[reading(&ben, chat, 1)]);
    let read = view(bed, &ben, chat);
    assert_eq!((read.unread_count(), read.is_mentioned()), (1, false));
}

pub(super) fn an_edit_mentions_those_newly_named(bed: &mut dyn TestBed) {
    let [ana, ben, cleo] = people(bed, ["ana", "ben", "cleo"]);
    let chat = group(bed, "lunch", &ana, &[&ben, &cleo]);
    let first = say(bed, &ana, chat, "soup?");
    say(bed, &ana, chat, "@cleo");

    edit(bed, &ana, &first, "soup, @ben and @cleo?");

    let marks: Vec<i64> = [&ana, &ben, &cleo]
        .map(|user| look(bed, |reads| reads.member(chat, user.id)).expect("a member").last_mention.get())
        .to_vec();
    assert_eq!(marks, [0, 1, 2]);
}
