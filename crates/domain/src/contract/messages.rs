//! What every store holds of messages.

use super::{TestBed, stage::*};
use crate::{
    ChatId, MessageId, Rev, Seq, Timestamp,
    messages::{ClientId, Draft, Message, MessageError, NewMessage, QUOTE_CHARS, Sending},
    ports::StoreError,
    users::{Status, User, Username},
};

pub(super) fn new_message(by: &User, chat: ChatId, text: &str, now: Timestamp) -> NewMessage {
    NewMessage {
        by: caller(by).origin,
        chat,
        author: by.id,
        text: text.parse().expect("a text"),
        client_id: None,
        reply_to: None,
        forwarded: None,
        mentions: Vec::new(),
        attachments: Vec::new(),
        created_at: now,
    }
}

fn claimed(by: &User, chat: ChatId, client_id: &str, now: Timestamp) -> NewMessage {
    NewMessage { client_id: client_id.parse().ok(), ..new_message(by, chat, "claimed", now) }
}

fn places(messages: &[Message]) -> Vec<(ChatId, i64)> {
    messages.iter().map(|message| (message.chat, message.seq.get())).collect()
}

pub(super) fn messages_take_the_next_places_of_their_chats(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let (lunch, tea) = (group(bed, "lunch", &ana, &[&ben]), group(bed, "tea", &ben, &[&ana]));
    let start = [view(bed, &ana, lunch).chat.last_rev, view(bed, &ana, tea).chat.last_rev];

    let both = |by: &User, bed: &mut dyn TestBed| {
        land(bed, |work| {
            let now = work.now();
            let new = [tea, lunch, lunch, tea, lunch].map(|chat| new_message(by, chat, "so", now));
            work.insert_messages(&new)
        })
    };
    let (first, second) = (both(&ana, bed), both(&ben, bed));

    assert_eq!(places(&first), [(tea, 1), (lunch, 1), (lunch, 2), (tea, 2), (lunch, 3)]);
    assert_eq!(places(&second), [(tea, 3), (lunch, 4), (lunch, 5), (tea, 4), (lunch, 6)]);
    for message in first.iter().chain(&second) {
        let start = if message.chat == lunch { start[0] } else { start[1] };
        assert_eq!(message.rev, Rev::new(start.get() + message.seq.get()));
        assert_eq!(&kept(bed, message.id), message);
    }
    let (lunch, tea) = (view(bed, &ana, lunch).chat, view(bed, &ana, tea).chat);
    assert_eq!((lunch.last_seq, lunch.last_rev), (Seq::new(6), second[4].rev));
    assert_eq!((tea.last_seq, tea.last_rev), (Seq::new(4), second[3].rev));
    assert!(land(bed, |work| work.insert_messages(&[])).is_empty());
}

pub(super) fn a_message_is_kept_as_it_was_sent(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let chat = group(bed, "lunch", &ana, &[&ben]);
    let text = "👩‍👩‍👧‍👦 שלום — e\u{301} \\ 'quoted' \"twice\"\n\t*bold* \u{202e}bidi";

    let sent = send(bed, sending(&ana, chat, text, "ünique-1")).expect("the message");

    let message = kept(bed, sent.message.id);
    assert!(sent.fresh);
    assert_eq!((message.text.as_str(), message.author, message.chat), (text, ana.id, chat));
    assert_eq!(message.client_id.as_ref().map(ClientId::as_str), Some("ünique-1"));
    assert_eq!((message.edited_at, message.deleted_at, message.reply_to), (None, None, None));
    assert_eq!(seen(bed, message.id), *sent.message);
    assert_eq!((sent.message.text.as_str(), sent.message.author.as_deref()), (text, Some(&ana.person())));
}

pub(super) fn the_longest_text_fits(bed: &mut dyn TestBed) {
    let ana = person(bed, "ana");
    let chat = group(bed, "lunch", &ana, &[]);
    let text = "😀".repeat(10_000);

    let id = say(bed, &ana, chat, &text).id;

    assert_eq!(kept(bed, id).text.as_str(), text);
}

pub(super) fn a_client_id_is_good_for_one_message_of_its_author(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let (lunch, tea) = (group(bed, "lunch", &ana, &[&ben]), group(bed, "tea", &ana, &[]));
    let insert = |bed: &mut dyn TestBed, claims: &[(&User, ChatId, &str)]| {
        write(bed, |work| {
            let now = work.now();
            let new: Vec<_> = claims.iter().map(|(by, chat, id)| claimed(by, *chat, id, now)).collect();
            work.insert_messages(&new)
        })
    };

    assert!(insert(bed, &[(&ana, lunch, "one"), (&ben, lunch, "one")]).is_ok());
    assert_eq!(insert(bed, &[(&ana, lunch, "two"), (&ana, lunch, "one")]), Err(StoreError::Taken));
    assert_eq!(insert(bed, &[(&ana, tea, "one")]), Err(StoreError::Taken));
    assert_eq!(insert(bed, &[(&ana, lunch, "three"), (&ana, tea, "three")]), Err(StoreError::Taken));
    assert!(insert(bed, &[(&ana, lunch, "ONE"), (&ana, tea, "two")]).is_ok());
    assert!(insert(bed, &[(&ana, lunch, "one "), (&ana, lunch, " one"), (&ana, tea, "one\u{a0}")]).is_ok());
    assert_eq!(insert(bed, &[(&ana, tea, "one ")]), Err(StoreError::Taken));
    assert_eq!(view(bed, &ana, lunch).chat.last_seq, Seq::new(5));
}

pub(super) fn sent_as_finds_what_an_author_sent_under_an_id(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let chat = group(bed, "lunch", &ana, &[&ben]);
    let one = send(bed, sending(&ana, chat, "1", "one")).expect("sent").message;
    let two = send(bed, sending(&ana, chat, "2", "two")).expect("sent").message;
    let three = send(bed, sending(&ben, chat, "3", "three")).expect("sent").message;
    let spaced = send(bed, sending(&ana, chat, "4", "one ")).expect("sent").message;
    delete(bed, &ana, &two);
    let claim = |user: &User, id: &str| (user.id, id.parse::<ClientId>().expect("a client_id"));
    let found = |bed: &mut dyn TestBed, claims: &[(crate::UserId, ClientId)]| {
        sorted(look(bed, |reads| reads.sent_as(claims)).iter().map(|message| message.id).collect())
    };

    let claims = [claim(&ben, "three"), claim(&ana, "one"), claim(&ana, "two"), claim(&ana, "four")];
    assert_eq!(found(bed, &claims), [one.id, two.id, three.id]);
    assert_eq!(found(bed, &[claim(&ana, "one ")]), [spaced.id]);
    let none = [claim(&ben, "one"), claim(&ana, "three"), claim(&ana, "ONE"), claim(&ana, " one")];
    assert!(found(bed, &none).is_empty());
    assert!(found(bed, &[]).is_empty());
}

pub(super) fn sending_again_answers_the_first_message_as_it_stands(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let chat = group(bed, "lunch", &ana, &[&ben]);
    let first = send(bed, sending(&ana, chat, "soup", "one")).expect("sent").message;
    let edited = edit(bed, &ana, &first, "bread");
    bed.notices();
    let rows = bed.audit().len();

    let again = send(bed, sending(&ana, chat, "something else", "one")).expect("the first");
    assert_eq!((again.fresh, &again.message), (false, &edited));
    delete(bed, &ana, &first);
    bed.notices();
    let gone = send(bed, sending(&ana, chat, "soup", "one")).expect("the first");
    assert_eq!((gone.fresh, gone.message.id, gone.message.text.as_str()), (false, first.id, ""));
    assert!(gone.message.is_deleted());

    assert!(bed.notices().is_empty());
    assert_eq!(bed.audit().len(), rows + 1);
    assert_eq!(view(bed, &ana, chat).chat.last_seq, Seq::new(1));
}

pub(super) fn a_client_id_of_another_chat_is_refused(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let (lunch, tea) = (group(bed, "lunch", &ana, &[&ben]), group(bed, "tea", &ana, &[&ben]));
    send(bed, sending(&ana, lunch, "soup", "one")).expect("sent");

    assert_eq!(send(bed, sending(&ana, tea, "soup", "one")), Err(MessageError::ClientIdElsewhere));
    let outcomes = send_all(bed, &[sending(&ben, tea, "a", "x"), sending(&ben, lunch, "b", "x")]);
    assert!(outcomes[0].as_ref().is_ok_and(|sent| sent.fresh));
    assert_eq!(outcomes[1], Err(MessageError::ClientIdElsewhere));
    assert_eq!(view(bed, &ana, lunch).chat.last_seq, Seq::new(1));
}

pub(super) fn many_sends_land_or_are_refused_each_by_itself(bed: &mut dyn TestBed) {
    let [ana, ben, cleo] = people(bed, ["ana", "ben", "cleo"]);
    let lunch = group(bed, "lunch", &ana, &[&ben]);
    let square = public_group(bed, "square", &ana, &[&ben]);
    let talk = direct_chat(bed, &ana, &cleo);
    let old = send(bed, sending(&ana, lunch, "old", "old")).expect("sent").message;
    set_status(bed, &cleo, Status::Deactivated);
    bed.notices();
    let reply = |to: MessageId| Sending {
        draft: Draft::of("re".parse().expect("a text")).in_reply_to(Some(to)),
        ..sending(&ben, lunch, "re", "")
    };

    let outcomes = send_all(
        bed,
        &[
            sending(&ana, lunch, "one", "1"),
            sending(&cleo, square, "I am deactivated", ""),
            sending(&ben, square, "two", "1"),
            sending(&ana, lunch, "one again", "1"),
            sending(&ana, lunch, "old again", "old"),
            sending(&ana, talk, "are you there?", ""),
            reply(old.id),
            reply(MessageId::new(9_999_999)),
            sending(&ana, ChatId::new(9_999_999), "hello?", ""),
            sending(&ana, square, "three", ""),
        ],
    );

    let told: Vec<_> = outcomes
        .iter()
        .map(|outcome| outcome.as_ref().map(|sent| (sent.message.chat, sent.message.seq.get(), sent.fresh)))
        .collect();
    let expected = [
        Ok((lunch, 2, true)),
        Err(&MessageError::NoSuchChat),
        Ok((square, 1, true)),
        Ok((lunch, 2, false)),
        Ok((lunch, 1, false)),
        Err(&MessageError::ReadOnly),
        Ok((lunch, 3, true)),
        Err(&MessageError::NoSuchReply),
        Err(&MessageError::NoSuchChat),
        Ok((square, 2, true)),
    ];
    assert_eq!(told, expected);
    assert_eq!(bed.notices().len(), 4);
    assert_eq!(view(bed, &ana, lunch).chat.last_seq, Seq::new(3));
}

pub(super) fn strangers_are_refused_according_to_what_they_may_know(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let (secret, square) = (group(bed, "secret", &ana, &[]), public_group(bed, "square", &ana, &[]));

    let outcomes = send_all(bed, &[sending(&ben, secret, "hi", ""), sending(&ben, square, "hi", "")]);

    assert_eq!(outcomes, [Err(MessageError::NoSuchChat), Err(MessageError::NotAMember)]);
}

pub(super) fn a_former_member_does_not_get_their_own_message_again(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let chat = group(bed, "lunch", &ana, &[&ben]);
    send(bed, sending(&ben, chat, "bye", "one")).expect("sent");
    let member = look(bed, |reads| reads.member(chat, ben.id)).expect("a member");
    land(bed, |work| work.delete_member(&origin(), &member));

    assert_eq!(send(bed, sending(&ben, chat, "bye", "one")), Err(MessageError::NoSuchChat));
}

pub(super) fn an_own_message_is_read(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let chat = group(bed, "lunch", &ana, &[&ben]);
    say(bed, &ben, chat, "one");
    say(bed, &ben, chat, "two");
    say(bed, &ana, chat, "three");

    assert_eq!(view(bed, &ana, chat).unread_count(), 0);
    assert_eq!(view(bed, &ben, chat).unread_count(), 1);
}

pub(super) fn a_reply_shows_its_target_as_it_stands(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let chat = group(bed, "lunch", &ana, &[&ben]);
    let long: String = "αβγδε".repeat(50);
    let target = say(bed, &ana, chat, &long);
    let draft = Draft::of("yes".parse().expect("a text")).in_reply_to(Some(target.id));
    let reply = send(bed, Sending { by: caller(&ben), chat, draft }).expect("sent").message;

    let shown = reply.reply_to.clone().expect("a reply");
    assert_eq!((shown.id, shown.seq, shown.author.as_deref()), (target.id, target.seq, Some(&ana.person())));
    assert_eq!(shown.text, long.chars().take(QUOTE_CHARS).collect::<String>());
    edit(bed, &ana, &target, "short");
    assert_eq!(seen(bed, reply.id).reply_to.expect("a reply").text, "short");
    delete(bed, &ana, &target);
    let shown = seen(bed, reply.id).reply_to.expect("a reply");
    assert_eq!((shown.text.as_str(), shown.author, shown.seq), ("", None, target.seq));
}

pub(super) fn a_reply_answers_a_message_of_the_same_chat(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let (lunch, tea) = (group(bed, "lunch", &ana, &[&ben]), group(bed, "tea", &ana, &[&ben]));
    let (elsewhere, gone) = (say(bed, &ana, tea, "tea"), say(bed, &ana, lunch, "soup"));
    delete(bed, &ana, &gone);

    for target in [elsewhere.id, gone.id] {
        let draft = Draft::of("re".parse().expect("a text")).in_reply_to(Some(target));
        let refused = send(bed, Sending { by: caller(&ben), chat: lunch, draft });
        assert_eq!(refused, Err(MessageError::NoSuchReply));
    }
}

pub(super) fn an_edit_keeps_the_place_and_takes_a_rev(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let chat = group(bed, "lunch", &ana, &[&ben]);
    let first = say(bed, &ana, chat, "soup");
    let second = say(bed, &ben, chat, "bread");

    let edited = edit(bed, &ana, &first, "söup");

    assert_eq!((edited.id, edited.seq, edited.text.as_str()), (first.id, first.seq, "söup"));
    assert_eq!((edited.rev, edited.created_at), (second.rev.next(), first.created_at));
    assert!(edited.edited_at.is_some_and(|at| at > first.created_at));
    assert_eq!(seen(bed, first.id), *edited);
    assert_eq!(seen(bed, second.id), *second);
    let chat = view(bed, &ana, chat).chat;
    assert_eq!((chat.last_rev, chat.last_seq), (edited.rev, second.seq));
    assert_eq!(chat.last_message_at, second.created_at);
}

pub(super) fn a_deleted_message_keeps_its_place_without_its_contents(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let chat = group(bed, "lunch", &ana, &[&ben]);
    let file = upload(bed, &ana, "soup.png");
    let draft = Draft::new("look, @ben", vec![file.id]).expect("a draft");
    let message = send(bed, Sending { by: caller(&ana), chat, draft }).expect("sent").message;
    let heart = "❤".parse().expect("a reaction");
    land(bed, |work| crate::messages::reactions::add(work, &caller(&ben), chat, message.id, &heart));

    delete(bed, &ana, &message);

    let left = seen(bed, message.id);
    assert_eq!((left.id, left.seq, left.text.as_str()), (message.id, message.seq, ""));
    assert!(left.is_deleted() && left.rev > message.rev);
    assert!(left.attachments.is_empty() && left.reactions.is_empty() && left.mentions.is_empty());
    assert_eq!(kept(bed, message.id).text.as_str(), "");
    assert_eq!(view(bed, &ana, chat).last_message.as_deref(), Some(&left));
}

pub(super) fn messages_are_found_by_id_also_deleted_ones(bed: &mut dyn TestBed) {
    let ana = person(bed, "ana");
    let chat = group(bed, "lunch", &ana, &[]);
    let (one, two) = (say(bed, &ana, chat, "one"), say(bed, &ana, chat, "two"));
    delete(bed, &ana, &two);

    let found = look(bed, |reads| reads.messages(&[two.id, MessageId::new(9_999_999), one.id]));

    assert_eq!(sorted(found.iter().map(|message| message.id).collect()), [one.id, two.id]);
    assert!(look(bed, |reads| reads.messages(&[])).is_empty());
}

pub(super) fn messages_are_depicted_in_the_order_given(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let (lunch, tea) = (group(bed, "lunch", &ana, &[&ben]), group(bed, "tea", &ben, &[&ana]));
    let sent = [say(bed, &ana, lunch, "1"), say(bed, &ben, tea, "2"), say(bed, &ben, lunch, "3")];
    let order = [sent[2].id, sent[0].id, sent[1].id];
    let messages: Vec<Message> = order.iter().map(|id| kept(bed, *id)).collect();

    let views = look(bed, |reads| reads.depict(messages));

    assert_eq!(views.iter().map(|view| view.id).collect::<Vec<_>>(), order);
    assert_eq!(views[1], *sent[0]);
    assert!(look(bed, |reads| reads.depict(Vec::new())).is_empty());
}

pub(super) fn messages_of_a_deleted_account_stay_without_their_author(bed: &mut dyn TestBed) {
    let [ana, ben, cleo] = people(bed, ["ana", "ben", "cleo"]);
    let chat = group(bed, "lunch", &ana, &[&ben, &cleo]);
    let (of_ben, of_cleo) = (say(bed, &ben, chat, "from ben"), say(bed, &cleo, chat, "from cleo"));
    let draft = Draft::of("re".parse().expect("a text")).in_reply_to(Some(of_ben.id));
    let reply = send(bed, Sending { by: caller(&ana), chat, draft }).expect("sent").message;

    set_status(bed, &ben, Status::Deleted);
    set_status(bed, &cleo, Status::Deactivated);

    let left = seen(bed, of_ben.id);
    assert_eq!((left.author, left.text.as_str()), (None, "from ben"));
    assert_eq!(seen(bed, of_cleo.id).author.as_deref(), Some(&cleo.person()));
    let shown = seen(bed, reply.id).reply_to.expect("a reply");
    assert_eq!((shown.author, shown.text.as_str()), (None, "from ben"));
}

pub(super) fn mentions_are_the_members_named(bed: &mut dyn TestBed) {
    let [ana, ben, _] = people(bed, ["ana", "Ben", "cleo"]);
    let chat = group(bed, "lunch", &ana, &[&ben]);

    let message = say(bed, &ana, chat, "@ben, @cleo and @nobody: soup? — @ANA");

    assert_eq!(sorted(kept(bed, message.id).mentions), ids(&[&ana, &ben]));
    let mut names: Vec<&str> = message.mentions.iter().map(Username::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["Ben", "ana"]);
    let edited = edit(bed, &ana, &message, "no one");
    assert!(edited.mentions.is_empty());
}
