//! What every store holds of forwarded messages.

use std::sync::Arc;

use super::{TestBed, stage::*};
use crate::{
    ChatId, Event, MessageId, Seq,
    messages::{Forwarding, MessageError, MessageView, Targets, forwarding},
    users::{Status, User, Username},
};

fn plan(by: &User, message: &MessageView, chats: &[ChatId], people: &[&User]) -> Forwarding {
    let usernames: Vec<Username> = people.iter().map(|user| user.username.clone()).collect();
    Forwarding {
        by: caller(by),
        chat: message.chat,
        message: message.id,
        targets: Targets { chats: chats.to_vec(), usernames },
        comment: None,
        client_id: None,
    }
}

fn forward(bed: &mut dyn TestBed, plan: &Forwarding) -> Result<Vec<Arc<MessageView>>, MessageError> {
    write(bed, |work| forwarding::forward(work, plan))
}

fn chats(views: &[Arc<MessageView>]) -> Vec<ChatId> {
    views.iter().map(|view| view.chat).collect()
}

pub(super) fn a_forward_reaches_chats_and_people_in_the_order_asked(bed: &mut dyn TestBed) {
    let [ana, ben, cleo] = people(bed, ["ana", "ben", "cleo"]);
    let source = group(bed, "lunch", &ben, &[&ana]);
    let (tea, walk) = (group(bed, "tea", &ana, &[]), group(bed, "walk", &ana, &[&cleo]));
    let message = say(bed, &ben, source, "söup, @ana?");

    let forwards = forward(bed, &plan(&ana, &message, &[walk, tea, walk], &[&cleo])).expect("forwards");

    let talk = look(bed, |reads| reads.direct_chat(ana.id, cleo.id)).expect("a direct chat");
    assert_eq!(chats(&forwards), [walk, tea, talk]);
    for view in &forwards {
        assert_eq!((view.text.as_str(), view.author.as_deref()), ("söup, @ana?", Some(&ana.person())));
        let from = view.forwarded_from.as_ref().expect("a forward");
        assert_eq!((from.author.as_deref(), from.created_at), (Some(&ben.person()), message.created_at));
        assert!(view.mentions.is_empty());
        assert_eq!(&seen(bed, view.id), &**view);
        let kept = kept(bed, view.id).forwarded.expect("a forward");
        assert_eq!((kept.message, kept.author), (message.id, Some(ben.id)));
    }
}

pub(super) fn a_comment_goes_before_each_forward(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let (source, tea) = (group(bed, "lunch", &ana, &[]), group(bed, "tea", &ana, &[&ben]));
    let message = say(bed, &ana, source, "soup");
    bed.notices();
    let plan = Forwarding {
        comment: "look, @ben".parse().ok(),
        client_id: "one".parse().ok(),
        ..plan(&ana, &message, &[tea, source], &[])
    };

    let forwards = forward(bed, &plan).expect("forwards");

    assert_eq!(forwards.iter().map(|view| view.seq.get()).collect::<Vec<_>>(), [2, 3]);
    let span = crate::messages::Span::Newest { limit: 2 };
    let both = look(bed, |reads| reads.history(tea, span));
    assert_eq!(both.iter().map(|m| m.text.as_str()).collect::<Vec<_>>(), ["look, @ben", "soup"]);
    assert_eq!((both[0].forwarded.as_ref(), both[0].mentions.as_slice()), (None, [ben.id].as_slice()));
    let heard: Vec<MessageId> = bed
        .notices()
        .iter()
        .filter_map(|notice| match &*notice.event {
            Event::MessageCreated { message } if message.chat == tea => Some(message.id),
            _ => None,
        })
        .collect();
    assert_eq!(heard, [both[0].id, both[1].id]);
}

pub(super) fn a_refused_forward_leaves_nothing(bed: &mut dyn TestBed) {
    let [ana, ben, cleo] = people(bed, ["ana", "ben", "cleo"]);
    let (source, tea) = (group(bed, "lunch", &ana, &[]), group(bed, "tea", &ana, &[]));
    let (secret, square) = (group(bed, "secret", &ben, &[]), public_group(bed, "square", &ben, &[]));
    let message = say(bed, &ana, source, "soup");
    let rows = bed.audit().len();
    bed.notices();

    let to_secret = forward(bed, &plan(&ana, &message, &[tea, secret], &[&cleo]));
    let to_square = forward(bed, &plan(&ana, &message, &[square, tea], &[&cleo]));

    assert_eq!(to_secret, Err(MessageError::NoSuchChat));
    assert_eq!(to_square, Err(MessageError::NotAMember));
    assert_eq!(look(bed, |reads| reads.direct_chat(ana.id, cleo.id)), None);
    assert_eq!(view(bed, &ana, tea).chat.last_seq, Seq::ZERO);
    assert_eq!((bed.audit().len(), bed.notices().len()), (rows, 0));
}

pub(super) fn a_forward_of_a_forward_names_the_first_author(bed: &mut dyn TestBed) {
    let [ana, ben, cleo] = people(bed, ["ana", "ben", "cleo"]);
    let lunch = group(bed, "lunch", &ana, &[&ben]);
    let first = say(bed, &ana, lunch, "soup");

    let second = forward(bed, &plan(&ben, &first, &[], &[&cleo])).expect("a forward").remove(0);
    let third = forward(bed, &plan(&cleo, &second, &[], &[&cleo])).expect("a forward").remove(0);

    let from = third.forwarded_from.clone().expect("a forward");
    assert_eq!((from.author.as_deref(), from.created_at), (Some(&ana.person()), first.created_at));
    assert_eq!(third.author.as_deref(), Some(&cleo.person()));
    set_status(bed, &ana, Status::Deleted);
    let from = seen(bed, third.id).forwarded_from.expect("a forward");
    assert_eq!((from.author, from.created_at), (None, first.created_at));
}

pub(super) fn a_repeated_forward_answers_the_first_ones(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let (source, tea) = (group(bed, "lunch", &ana, &[]), group(bed, "tea", &ana, &[]));
    let message = say(bed, &ana, source, "soup");
    let plan = Forwarding {
        comment: "look".parse().ok(),
        client_id: "one".parse().ok(),
        ..plan(&ana, &message, &[tea], &[&ben])
    };

    let first = forward(bed, &plan).expect("forwards");
    let rows = bed.audit().len();
    let again = forward(bed, &plan).expect("the first ones");

    assert_eq!((&again, bed.audit().len()), (&first, rows));
    let fewer = Forwarding { targets: Targets { chats: vec![source], usernames: vec![] }, ..plan };
    assert_eq!(forward(bed, &fewer), Err(MessageError::ClientIdReused));
    assert_eq!(view(bed, &ana, tea).chat.last_seq, Seq::new(2));
}

pub(super) fn forwarded_files_are_shared(bed: &mut dyn TestBed) {
    let [ana, ben, cleo] = people(bed, ["ana", "ben", "cleo"]);
    let lunch = group(bed, "lunch", &ana, &[&ben]);
    let files = [upload(bed, &ana, "one"), upload(bed, &ana, "two")];
    let message = say_with(bed, &ana, lunch, &[files[1].id, files[0].id]);

    let forwarded = forward(bed, &plan(&ben, &message, &[], &[&cleo])).expect("a forward").remove(0);

    assert_eq!(forwarded.attachments, message.attachments);
    delete(bed, &ana, &message);
    assert_eq!(seen(bed, forwarded.id).attachments, message.attachments);
    assert!(look(bed, |reads| reads.may_read_attachment(cleo.id, files[0].id)));
    assert!(!look(bed, |reads| reads.may_read_attachment(ana.id, files[0].id)));
}

pub(super) fn the_source_is_told_to_those_who_may_see_it_only(bed: &mut dyn TestBed) {
    let [ana, ben, cleo] = people(bed, ["ana", "ben", "cleo"]);
    let lunch = group(bed, "lunch", &ana, &[&ben]);
    let tea = group(bed, "tea", &ben, &[&ana, &cleo]);
    let message = say(bed, &ana, lunch, "soup");
    let forwarded = forward(bed, &plan(&ben, &message, &[tea], &[])).expect("a forward").remove(0);
    let source = |bed: &mut dyn TestBed, by: &User| {
        write(bed, |work| forwarding::source(work, &caller(by), tea, forwarded.id)).map(|view| view.id)
    };

    assert_eq!(source(bed, &ana), Ok(message.id));
    assert_eq!(source(bed, &cleo), Err(MessageError::NoSuchMessage));
    delete(bed, &ana, &message);
    assert_eq!(source(bed, &ana), Err(MessageError::NoSuchMessage));
}
