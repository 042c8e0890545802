//! What every store holds of searching.

use std::cmp::Reverse;

use super::{TestBed, stage::*};
use crate::{
    ChatId, MessageId, Timestamp,
    chats::{ChatChange, groups, members},
    messages::searching,
    search::Query,
    users::{Status, User},
};

fn search(bed: &mut dyn TestBed, by: &User, query: &Query) -> Vec<MessageId> {
    page(bed, by, query, None, None, 200)
}

fn page(
    bed: &mut dyn TestBed,
    by: &User,
    query: &Query,
    chat: Option<ChatId>,
    below: Option<MessageId>,
    limit: i64,
) -> Vec<MessageId> {
    let query = Query { chat, ..query.clone() };
    let found = look(bed, |reads| searching::search(reads, &caller(by), &query, below, limit));
    found.into_iter().map(|found| found.message.id).collect()
}

/// The texts of what a query finds, the newest first.
fn texts(bed: &mut dyn TestBed, by: &User, query: &str) -> Vec<String> {
    let query = Query::parse(query);
    let found = look(bed, |reads| searching::search(reads, &caller(by), &query, None, 200));
    found.into_iter().map(|found| found.message.text.clone()).collect()
}

fn says(bed: &mut dyn TestBed, texts: &[&str]) -> (User, ChatId) {
    let ana = person(bed, "ana");
    let chat = group(bed, "lunch", &ana, &[]);
    for text in texts {
        say(bed, &ana, chat, text);
    }
    (ana, chat)
}

pub(super) fn all_words_have_to_be_there_the_newest_comes_first(bed: &mut dyn TestBed) {
    let (ana, _) = says(bed, &["Pizza today?", "no soup", "soup, then pizza", "pizzas"]);

    assert_eq!(texts(bed, &ana, "PIZZA"), ["soup, then pizza", "Pizza today?"]);
    assert_eq!(texts(bed, &ana, "pizza soup"), ["soup, then pizza"]);
    assert_eq!(texts(bed, &ana, "today no"), [""; 0]);
}

pub(super) fn a_phrase_stands_together(bed: &mut dyn TestBed) {
    let (ana, _) = says(bed, &["red hot soup", "hot red soup", "Red, hot", "red and hot"]);

    assert_eq!(texts(bed, &ana, "\"red hot\""), ["Red, hot", "red hot soup"]);
    assert_eq!(texts(bed, &ana, "\"red hot\" soup"), ["red hot soup"]);
    assert_eq!(texts(bed, &ana, "\"red hot s\"*"), ["red hot soup"]);
    assert_eq!(texts(bed, &ana, "\"red ho\"*"), ["Red, hot", "red hot soup"]);
}

pub(super) fn a_beginning_finds_what_goes_on(bed: &mut dyn TestBed) {
    let (ana, _) = says(bed, &["tomorrow", "tomato", "atom", "tom"]);

    assert_eq!(texts(bed, &ana, "tom*"), ["tom", "tomato", "tomorrow"]);
    assert_eq!(texts(bed, &ana, "tom"), ["tom"]);
}

pub(super) fn scripts_without_blanks_are_found_by_any_part(bed: &mut dyn TestBed) {
    let (ana, _) = says(bed, &["私は東京都に住む", "京都の東", "Rust入門2", "한국어를 배워요", "สวัสดีครับ"]);

    assert_eq!(texts(bed, &ana, "東京都"), ["私は東京都に住む"]);
    assert_eq!(texts(bed, &ana, "京都"), ["京都の東", "私は東京都に住む"]);
    assert_eq!(texts(bed, &ana, "入門"), ["Rust入門2"]);
    assert_eq!(texts(bed, &ana, "한국"), ["한국어를 배워요"]);
    assert_eq!(texts(bed, &ana, "สวัสดี"), ["สวัสดีครับ"]);
}

pub(super) fn one_character_is_found_wherever_it_stands(bed: &mut dyn TestBed) {
    let (ana, _) = says(bed, &["水", "飲み水", "水道の話", "火"]);

    assert_eq!(texts(bed, &ana, "水"), ["水道の話", "飲み水", "水"]);
}

pub(super) fn accents_case_and_width_make_no_difference(bed: &mut dyn TestBed) {
    let (ana, _) = says(bed, &["Café CRÈME", "cafe creme", "Ёлка", "Ｗｉｄｅ", "naïve ﬁne"]);

    assert_eq!(texts(bed, &ana, "café creme"), ["cafe creme", "Café CRÈME"]);
    assert_eq!(texts(bed, &ana, "елка"), ["Ёлка"]);
    assert_eq!(texts(bed, &ana, "wide"), ["Ｗｉｄｅ"]);
    assert_eq!(texts(bed, &ana, "NAIVE fi*"), ["naïve ﬁne"]);
}

pub(super) fn an_edited_message_is_found_by_what_it_says_now(bed: &mut dyn TestBed) {
    let (ana, chat) = says(bed, &["first"]);
    let message = say(bed, &ana, chat, "pizza");
    edit(bed, &ana, &message, "soup");

    assert_eq!(texts(bed, &ana, "pizza"), [""; 0]);
    assert_eq!(texts(bed, &ana, "soup"), ["soup"]);
    edit(bed, &ana, &message, "bread");
    edit(bed, &ana, &message, "pizza again");
    assert_eq!(texts(bed, &ana, "soup"), [""; 0]);
    assert_eq!(texts(bed, &ana, "pizza"), ["pizza again"]);
}

pub(super) fn what_was_deleted_is_not_found(bed: &mut dyn TestBed) {
    let (ana, chat) = says(bed, &["pizza one"]);
    let message = say(bed, &ana, chat, "pizza two");
    delete(bed, &ana, &message);

    assert_eq!(texts(bed, &ana, "pizza"), ["pizza one"]);
    assert_eq!(texts(bed, &ana, "from:ana"), ["pizza one"]);
    delete_chat(bed, &ana, chat);
    assert_eq!(texts(bed, &ana, "pizza"), [""; 0]);
    assert_eq!(texts(bed, &ana, "from:ana"), [""; 0]);
}

pub(super) fn only_ones_own_chats_are_searched(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let secret = group(bed, "secret", &ana, &[]);
    let square = public_group(bed, "square", &ana, &[]);
    let talk = direct_chat(bed, &ana, &ben);
    say(bed, &ana, secret, "pizza in secret");
    say(bed, &ana, square, "pizza in public");
    say(bed, &ana, talk, "pizza for two");

    assert_eq!(texts(bed, &ben, "pizza"), ["pizza for two"]);
    assert_eq!(texts(bed, &ben, "from:ana"), ["pizza for two"]);
    assert_eq!(texts(bed, &ana, "pizza").len(), 3);
    for query in ["pizza", "from:ana", "pizza in:secret", "in:secret"] {
        assert!(page(bed, &ben, &Query::parse(query), Some(secret), None, 10).is_empty(), "{query}");
    }
    assert_eq!(texts(bed, &ben, "in:secret"), [""; 0]);
    assert_eq!(texts(bed, &ben, &format!("in:{secret}")), [""; 0]);
}

pub(super) fn who_left_finds_nothing_any_more(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let chat = group(bed, "lunch", &ana, &[&ben]);
    say(bed, &ben, chat, "pizza");
    assert_eq!(texts(bed, &ben, "pizza"), ["pizza"]);

    land(bed, |work| members::remove(work, &caller(&ana), chat, &ben.username));

    assert_eq!(texts(bed, &ben, "pizza"), [""; 0]);
    assert_eq!(texts(bed, &ben, "from:ben"), [""; 0]);
    assert_eq!(texts(bed, &ana, "from:ben"), ["pizza"]);
}

pub(super) fn from_finds_what_one_person_wrote(bed: &mut dyn TestBed) {
    let [ana, ben, cleo] = people(bed, ["ana", "Ben", "cleo"]);
    let chat = group(bed, "lunch", &ana, &[&ben, &cleo]);
    say(bed, &ana, chat, "pizza");
    say(bed, &ben, chat, "pizza!");
    say(bed, &cleo, chat, "pizza?");
    say(bed, &ben, chat, "soup");

    assert_eq!(texts(bed, &ana, "from:@BEN pizza"), ["pizza!"]);
    assert_eq!(texts(bed, &ana, "from:ben"), ["soup", "pizza!"]);
    assert_eq!(texts(bed, &ana, "from:nobody"), [""; 0]);
    set_status(bed, &cleo, Status::Deleted);
    assert_eq!(texts(bed, &ana, "from:cleo"), [""; 0]);
    assert_eq!(texts(bed, &ana, "\"pizza\"").len(), 3);
}

pub(super) fn in_finds_what_is_in_a_chat_of_that_name(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let (lunch, tea) = (group(bed, "Lünch plans", &ana, &[]), group(bed, "tea", &ana, &[]));
    let talk = direct_chat(bed, &ben, &ana);
    let described = ChatChange { description: Some("about lünch".parse().ok()), ..ChatChange::default() };
    land(bed, |work| groups::update(work, &caller(&ana), tea, &described));
    for (chat, text) in [(lunch, "pizza in lunch"), (tea, "pizza in tea"), (talk, "pizza for ben")] {
        say(bed, &ana, chat, text);
    }

    assert_eq!(texts(bed, &ana, "pizza in:LÜNCH"), ["pizza in lunch"]);
    assert_eq!(texts(bed, &ana, "in:\"h pl\""), ["pizza in lunch"]);
    assert_eq!(texts(bed, &ana, &format!("pizza in:{tea}")), ["pizza in tea"]);
    assert_eq!(texts(bed, &ana, "in:be"), ["pizza for ben"]);
    assert_eq!(texts(bed, &ben, "in:ana"), ["pizza for ben"]);
    assert_eq!(texts(bed, &ana, "in:%"), [""; 0]);
    let pizza = Query::parse("pizza");
    assert_eq!(page(bed, &ana, &pizza, Some(tea), None, 10).len(), 1);
    assert_eq!(page(bed, &ana, &Query::parse("pizza in:tea"), Some(lunch), None, 10).len(), 0);
    assert_eq!(page(bed, &ana, &pizza, Some(ChatId::new(9_999_999)), None, 10).len(), 0);
}

pub(super) fn of_many_bounds_all_hold(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let (lunch, tea) = (group(bed, "lunch plans", &ana, &[&ben]), group(bed, "tea", &ana, &[&ben]));
    for (by, chat, text) in [(&ana, lunch, "soup"), (&ben, lunch, "bread"), (&ben, tea, "cake")] {
        say(bed, by, chat, text);
    }

    for query in [
        "from:ana from:ben",
        "from:ben from:nobody",
        "in:lunch in:tea",
        "before:2000-01-01 before:9000-01-01",
    ] {
        assert_eq!(texts(bed, &ana, query), [""; 0], "{query}");
        assert_eq!(texts(bed, &ana, &format!("{query} bread")), [""; 0], "{query}");
    }
    assert_eq!(texts(bed, &ana, "FROM:ben from:@BEN In:lunch in:plans"), ["bread"]);
    assert_eq!(texts(bed, &ana, &format!("in:{tea} in:te")), ["cake"]);
    assert_eq!(texts(bed, &ana, "after:2000-01-01 after:1999-01-01 before:9000-01-01").len(), 3);
    assert_eq!(page(bed, &ana, &Query::default(), Some(tea), None, 10).len(), 1);
    assert_eq!(page(bed, &ana, &Query::parse("in:plans"), Some(lunch), None, 10).len(), 2);
}

pub(super) fn before_and_after_bound_the_time(bed: &mut dyn TestBed) {
    let ana = person(bed, "ana");
    let chat = group(bed, "lunch", &ana, &[]);
    let at = |micros: i64| Timestamp::from_micros(1_800_000_000_000_000 + micros);
    let new: Vec<_> = (0..3).map(|n| super::messages::new_message(&ana, chat, "pizza", at(n))).collect();
    let sent = land(bed, |work| work.insert_messages(&new));
    let [first, second, third] = [0, 1, 2].map(|n: usize| sent[n].id);

    let query = Query { before: Some(at(2)), ..Query::parse("pizza") };
    assert_eq!(search(bed, &ana, &query), [second, first]);
    let query = Query { after: Some(at(1)), ..Query::default() };
    assert_eq!(search(bed, &ana, &query), [third, second]);
    let query = Query { after: Some(at(1)), before: Some(at(2)), ..Query::default() };
    assert_eq!(search(bed, &ana, &query), [second]);
}

pub(super) fn bounds_alone_find_little_among_much_and_much(bed: &mut dyn TestBed) {
    let [ana, ben] = people(bed, ["ana", "ben"]);
    let (lunch, tea) = (group(bed, "lunch", &ana, &[&ben]), group(bed, "tea", &ben, &[]));
    let mut at_tea: Vec<_> = (0..30).map(|_| say(bed, &ben, tea, "cake").id).collect();
    let mut at_lunch: Vec<_> = [&ben, &ana, &ben].map(|by| say(bed, by, lunch, "soup").id).to_vec();
    at_tea.extend((0..10).map(|_| say(bed, &ben, tea, "cake").id));
    let [first, of_ana, last] = at_lunch[..] else { panic!("three messages") };
    at_lunch.extend(&at_tea);
    let all = |mut ids: Vec<MessageId>| {
        ids.sort_by_key(|id| Reverse(*id));
        ids
    };

    let of = |query| Query::parse(query);
    assert_eq!(search(bed, &ana, &of("from:ben")), [last, first]);
    assert_eq!(search(bed, &ana, &of("after:2020-01-01")), [last, of_ana, first]);
    assert_eq!(search(bed, &ana, &of("before:2020-01-01")), []);
    assert_eq!(search(bed, &ben, &of("from:ana")), [of_ana]);
    assert_eq!(search(bed, &ben, &of("after:2020-01-01")), all(at_lunch));
    assert_eq!(search(bed, &ben, &of("in:tea")), all(at_tea.clone()));
    assert_eq!(search(bed, &ben, &of("in:lunch from:ben")), [last, first]);
    assert_eq!(page(bed, &ben, &of("in:tea"), None, Some(at_tea[1]), 10), [at_tea[0]]);
}

pub(super) fn pages_hold_each_message_once(bed: &mut dyn TestBed) {
    let ana = person(bed, "ana");
    let chats = [group(bed, "lunch", &ana, &[]), group(bed, "tea", &ana, &[])];
    for n in 0..7 {
        say(bed, &ana, chats[n % 2], "pizza");
        say(bed, &ana, chats[n % 2], "soup");
    }
    for query in ["pizza", "from:ana pizza", "from:ana"] {
        let query = Query::parse(query);
        let all = search(bed, &ana, &query);

        let mut paged: Vec<MessageId> = Vec::new();
        let mut below = None;
        for _ in 0..20 {
            let found = page(bed, &ana, &query, None, below, 3);
            assert!(found.len() <= 3);
            paged.extend(&found);
            let Some(last) = found.last() else { break };
            below = Some(*last);
        }

        assert!(all.is_sorted_by(|a, b| a > b) && all.len() >= 7);
        assert_eq!(paged, all);
    }
}

pub(super) fn an_empty_query_finds_nothing(bed: &mut dyn TestBed) {
    let (ana, chat) = says(bed, &["pizza", "…"]);

    for query in ["", "  ", "…", "\"\"", "*", "👍"] {
        assert_eq!(texts(bed, &ana, query), [""; 0], "{query}");
        assert_eq!(
            page(bed, &ana, &Query::parse(query), Some(chat), None, 10).len(),
            2,
            "{query}: a chat is asked for"
        );
    }
}

pub(super) fn any_text_is_a_query(bed: &mut dyn TestBed) {
    let (ana, _) = says(bed, &["pizza AND soup", "it's o'clock", "a:b -c ^d (e) {f}"]);

    for query in [
        "\"",
        "'",
        "''",
        "\\",
        "pizza\"",
        "(",
        ")",
        "pizza)",
        "pizza & soup",
        "pizza | !soup",
        "<->",
        "a <-> b",
        "NEAR(pizza soup)",
        "-pizza",
        "^pizza",
        "{terms}: pizza",
        "terms:pizza",
        "rowid:1",
        "pizza:*",
        "'pizza':*",
        ":*",
        "a:b",
        "x'; DROP TABLE messages; --",
        "\u{0}",
        "\u{0}pizza",
        "%",
        "_",
        "in:'\"\\%_",
        "from:'",
        "in:\u{0}",
        "from:\u{0}",
        "in:99999999999999999999",
        "before:9999-12-31",
        "after:0000-01-01",
        "½ ſ ß İ",
        "\u{301}\u{301}",
        "🏳\u{fe0f}\u{200d}🌈",
        "\u{feff}",
        "\u{10ffff}",
        "e\u{301}*",
    ] {
        texts(bed, &ana, query);
    }
    assert_eq!(texts(bed, &ana, "pizza AND soup"), ["pizza AND soup"]);
    assert_eq!(texts(bed, &ana, "o'clock it's"), ["it's o'clock"]);
    assert_eq!(texts(bed, &ana, "pizza OR or"), [""; 0]);
    assert_eq!(texts(bed, &ana, "a:b"), ["a:b -c ^d (e) {f}"]);
}

pub(super) fn a_long_query_and_a_long_text_are_taken(bed: &mut dyn TestBed) {
    let words: Vec<String> = (0..20).map(|n| format!("w{n}")).collect();
    let (ana, chat) = says(bed, &[&words.join(" ")]);
    let endless = "x".repeat(10_000);
    say(bed, &ana, chat, &endless);
    say(bed, &ana, chat, &"水".repeat(10_000));
    say(bed, &ana, chat, &format!("{}end", "a ".repeat(4_990)));

    assert_eq!(texts(bed, &ana, &words.join(" ")).len(), 1);
    assert_eq!(texts(bed, &ana, &format!("{}*", words.join("* "))).len(), 1);
    assert_eq!(
        texts(bed, &ana, &words.iter().map(|word| format!("\"{word}\" ")).collect::<String>()).len(),
        1
    );
    assert_eq!(texts(bed, &ana, &endless), [endless]);
    assert_eq!(texts(bed, &ana, "水").len(), 1);
    assert_eq!(texts(bed, &ana, "a end").len(), 1);
    texts(bed, &ana, &"\"a b\" ".repeat(600));
    texts(bed, &ana, &"水".repeat(1_300));
}

pub(super) fn what_was_found_is_shown_where_it_stands(bed: &mut dyn TestBed) {
    let (ana, _) = says(bed, &["hot Pizza, please"]);

    let query = Query::parse("pizza");
    let found = look(bed, |reads| searching::search(reads, &caller(&ana), &query, None, 5)).remove(0);

    let pieces: Vec<_> = found.excerpt.iter().map(|piece| (piece.text.as_str(), piece.hit)).collect();
    assert_eq!(pieces, [("hot ", false), ("Pizza", true), (", please", false)]);
}
