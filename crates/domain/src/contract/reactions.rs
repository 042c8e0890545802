//! What every store holds of reactions.

use super::{TestBed, stage::*};
use crate::{
    messages::{MessageError, MessageView, REACTION_NAMES, Reaction, reactions},
    users::{User, Username},
};

fn reaction(text: &str) -> Reaction {
    text.parse().expect("a reaction")
}

fn react(bed: &mut dyn TestBed, by: &User, message: &MessageView, with: &str) {
    land(bed, |work| reactions::add(work, &caller(by), message.chat, message.id, &reaction(with)));
}

fn take_back(bed: &mut dyn TestBed, by: &User, message: &MessageView, with: &str) {
    land(bed, |work| reactions::remove(work, &caller(by), message.chat, message.id, &reaction(with)));
}

fn shown(bed: &mut dyn TestBed, message: &MessageView) -> Vec<(String, i64, String)> {
    let counts = seen(bed, message.id).reactions.into_iter();
    counts
        .map(|count| {
            let names: Vec<&str> = count.usernames.iter().map(Username::as_str).collect();
            (count.reaction, count.count, names.join(" "))
        })
        .collect()
}

fn line(reaction: &str, count: i64, names: &str) -> (String, i64, String) {
    (reaction.to_owned(), count, names.to_owned())
}

pub(super) fn reactions_stand_in_the_order_in_which_they_first_came(bed: &mut dyn TestBed) {
    let [ana, ben, cleo] = people(bed, ["ana", "ben", "cleo"]);
    let chat = group(bed, "lunch", &ana, &[&ben, &cleo]);
    let (message, other) = (say(bed, &ana, chat, "soup?"), say(bed, &ana, chat, "bread?"));
    react(bed, &cleo, &message, "zz");
    react(bed, &ana, &message, "❤️");
    react(bed, &ben, &message, "zz");
    react(bed, &ben, &message, "aa");
    react(bed, &ana, &other, "aa");

    let all = [line("zz", 2, "cleo ben"), line("❤️", 1, "ana"), line("aa", 1, "ben")];
    assert_eq!(shown(bed, &message), all);
    take_back(bed, &cleo, &message, "zz");
    assert_eq!(shown(bed, &message), [line("❤️", 1, "ana"), line("zz", 1, "ben"), line("aa", 1, "ben")]);
    take_back(bed, &ben, &message, "aa");
    take_back(bed, &ben, &message, "zz");
    assert_eq!(shown(bed, &message), [line("❤️", 1, "ana")]);
    assert_eq!(shown(bed, &other), [line("aa", 1, "ana")]);
}

pub(super) fn each_reaction_takes_a_rev_of_the_chat(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let chat = group(bed, "lunch", &ana, &[&ben]);
    let (message, last) = (say(bed, &ana, chat, "soup?"), say(bed, &ana, chat, "bread?"));

    react(bed, &ben, &message, "ok");
    let given = seen(bed, message.id);
    react(bed, &ben, &message, "ok");
    assert_eq!((given.rev, seen(bed, message.id).rev), (last.rev.next(), given.rev));
    take_back(bed, &ben, &message, "ok");
    take_back(bed, &ben, &message, "ok");

    let left = seen(bed, message.id);
    assert_eq!((left.rev, left.edited_at), (given.rev.next(), None));
    assert_eq!(view(bed, &ana, chat).chat.last_rev, left.rev);
    assert_eq!(seen(bed, last.id), *last);
}

pub(super) fn who_reacted_with_what_is_known(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let chat = group(bed, "lunch", &ana, &[&ben]);
    let message = say(bed, &ana, chat, "soup?");
    react(bed, &ben, &message, "👍");
    react(bed, &ana, &message, "👍");
    react(bed, &ana, &message, "👍🏽");
    let has = |bed: &mut dyn TestBed, user: &User, with: &str| {
        look(bed, |reads| reads.has_reaction(message.id, user.id, &reaction(with)))
    };

    assert!(has(bed, &ben, "👍") && has(bed, &ana, "👍🏽"));
    assert!(!has(bed, &ben, "👍🏽") && !has(bed, &ben, "ok"));
    let kinds = sorted(look(bed, |reads| reads.reaction_kinds(message.id)));
    assert_eq!(kinds, sorted(vec![reaction("👍"), reaction("👍🏽")]));
}

pub(super) fn reactions_that_look_alike_stay_apart(bed: &mut dyn TestBed) {
    let ana = person(bed, "ana");
    let chat = group(bed, "lunch", &ana, &[]);
    let message = say(bed, &ana, chat, "soup?");

    for with in ["OK", "ok", "é", "e\u{301}"] {
        react(bed, &ana, &message, with);
    }

    assert_eq!(look(bed, |reads| reads.reaction_kinds(message.id)).len(), 4);
}

pub(super) fn fifty_names_stand_beside_a_reaction_of_more(bed: &mut dyn TestBed) {
    let ana = person(bed, "ana");
    let crowd = crowd(bed, REACTION_NAMES + 1);
    let everybody: Vec<&User> = crowd.iter().collect();
    let chat = group(bed, "square", &ana, &everybody);
    let message = say(bed, &ana, chat, "who?");
    land(bed, |work| {
        everybody.iter().rev().try_for_each(|user| {
            reactions::add(work, &caller(user), chat, message.id, &reaction("me")).map(|_| ())
        })
    });

    let counts = seen(bed, message.id).reactions;

    assert_eq!((counts.len(), counts[0].count), (1, 51));
    assert_eq!(counts[0].usernames.len(), REACTION_NAMES);
    assert_eq!(counts[0].usernames[0].as_str(), "crowd-50");
}

pub(super) fn a_message_has_at_most_twenty_different_reactions(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let chat = group(bed, "lunch", &ana, &[&ben]);
    let message = say(bed, &ana, chat, "soup?");
    for n in 0..Reaction::MAX_KINDS {
        react(bed, &ana, &message, &format!("r{n}"));
    }

    let one_more =
        write(bed, |work| reactions::add(work, &caller(&ben), chat, message.id, &reaction("more")));
    react(bed, &ben, &message, "r19");

    assert_eq!(one_more, Err(MessageError::TooManyReactions));
    assert_eq!(seen(bed, message.id).reactions.last().map(|count| count.count), Some(2));
}
