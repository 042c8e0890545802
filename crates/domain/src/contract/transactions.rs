//! What every store holds of jobs: all of one lands, or nothing.

use super::{TestBed, stage::*};
use crate::{
    Audience, Event, Notice, Seq,
    chats::{ChatError, NewChat, direct, groups},
    messages::{MessageError, reading, sending},
    users::SiteRole,
};

/// A job that does much and then does not land.
#[derive(Debug, PartialEq)]
struct Abandoned;

pub(super) fn a_job_that_does_not_land_leaves_nothing(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let chat = group(bed, "lunch", &ana, &[&ben]);
    let hello = say(bed, &ana, chat, "hello");
    let (rows, before) = (bed.audit(), view(bed, &ben, chat));
    bed.notices();

    let outcome: Result<(), Abandoned> = write(bed, |work| {
        work.insert_user(&origin(), &new_user("cleo")).map_err(|_| Abandoned)?;
        let new = NewChat {
            name: "tea".parse().map_err(|_| Abandoned)?,
            description: None,
            visibility: crate::chats::Visibility::Public,
        };
        groups::create(work, &caller(&ana), &new, &[]).map_err(|_| Abandoned)?;
        direct::open(work, &caller(&ana), &ben.username).map_err(|_| Abandoned)?;
        sending::send(work, sending(&ana, chat, "hi @ben", "one")).map_err(|_| Abandoned)?;
        let text = "changed".parse().map_err(|_| Abandoned)?;
        crate::messages::editing::edit(work, &caller(&ana), chat, hello.id, text).map_err(|_| Abandoned)?;
        work.set_reads(&[(chat, ben.id, Seq::new(1))]).map_err(|_| Abandoned)?;
        Err(Abandoned)
    });

    assert_eq!(outcome, Err(Abandoned));
    assert_eq!(look(bed, |reads| reads.user_named(&name("cleo"))), None);
    assert_eq!(look(bed, |reads| reads.direct_chat(ana.id, ben.id)), None);
    assert_eq!(view(bed, &ben, chat), before);
    assert_eq!(seen(bed, hello.id), *hello);
    assert_eq!((bed.audit(), bed.notices()), (rows, Vec::new()));
}

pub(super) fn places_of_a_job_that_does_not_land_are_taken_by_the_next(bed: &mut dyn TestBed) {
    let ana = person(bed, "ana");
    let chat = group(bed, "lunch", &ana, &[]);
    let first = say(bed, &ana, chat, "one");

    let lost: Result<(), Abandoned> = write(bed, |work| {
        sending::send(work, sending(&ana, chat, "lost", "two")).map_err(|_| Abandoned)?;
        Err(Abandoned)
    });
    let second = send(bed, sending(&ana, chat, "two", "two")).expect("sent");

    assert_eq!(lost, Err(Abandoned));
    assert!(second.fresh);
    assert_eq!((second.message.seq, second.message.rev), (first.seq.next(), first.rev.next()));
}

pub(super) fn a_job_sees_what_it_has_done(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);

    let seen = land(bed, |work| -> Result<_, ChatError> {
        let by = caller(&ana);
        let chat = direct::open(work, &by, &ben.username)?;
        let sent = sending::send(work, sending(&ana, chat, "hello", "one"));
        let again = sending::send(work, sending(&ana, chat, "hello", "one"));
        assert_eq!(sent.map(|sent| sent.message.id), again.map(|sent| sent.message.id));
        Ok((work.direct_chat(ben.id, ana.id)?, work.chat_view(ben.id, chat)?))
    });

    let view = seen.1.expect("the chat");
    assert_eq!((seen.0, view.unread_count()), (Some(view.chat.id), 1));
}

pub(super) fn changes_of_one_job_land_together(bed: &mut dyn TestBed) {
    let outcome = land(bed, |work| -> Result<_, ChatError> {
        let ana = work.insert_user(&origin(), &new_user("ana"))?;
        let new = crate::users::NewUser { role: SiteRole::Admin, ..new_user("ben") };
        let ben = work.insert_user(&origin(), &new)?;
        let chat = direct::open(work, &caller(&ana), &ben.username)?;
        Ok((ana, ben, chat))
    });

    let (ana, ben, chat) = outcome;
    assert_eq!(view(bed, &ana, chat).peer, Some(ben));
    assert_eq!(bed.audit().len(), 5);
}

pub(super) fn notices_come_in_the_order_noted_and_once(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let chat = group(bed, "lunch", &ana, &[&ben]);
    bed.notices();
    let gone = |n: i64| {
        let event = Event::Read { chat, username: "ana".to_owned(), seq: Seq::new(n) };
        Notice::new(Audience::User(ben.id), event)
    };

    land(bed, |work| -> Result<(), MessageError> {
        work.note(gone(1));
        work.note(gone(2));
        Ok(())
    });
    let sent = say(bed, &ana, chat, "hello");
    land(bed, |work| {
        let by = caller(&ben);
        reading::mark_all(work, &[crate::messages::Reading { by, chat, seq: sent.seq, unread: false }])
    });

    let created = Notice::new(Audience::Chat(chat), Event::MessageCreated { message: sent });
    let read = Event::Read { chat, username: "ben".to_owned(), seq: Seq::new(1) };
    let expected = vec![gone(1), gone(2), created, Notice::new(Audience::Chat(chat), read)];
    assert_eq!(bed.notices(), expected);
    assert!(bed.notices().is_empty());
}

pub(super) fn time_goes_on(bed: &mut dyn TestBed) {
    let first = look(bed, |reads| Ok::<_, ChatError>(reads.now()));
    let ana = person(bed, "ana");
    let last = look(bed, |reads| Ok::<_, ChatError>(reads.now()));

    assert!(first <= ana.created_at && ana.created_at <= last);
}
