//! What somebody looks for: any text at all is a query.

use time::{Date, Duration, format_description::well_known::Iso8601};

use super::{Term, terms};
use crate::{ChatId, Timestamp};

/// At most so many words and phrases count; the rest is passed over.
const MAX_PHRASES: usize = 20;

/// And at most so many terms in all of them, so that looking for them costs little whatever was asked.
const MAX_TERMS: usize = 64;

/// Terms that stand one behind the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    /// The terms, at least one.
    pub terms: Vec<String>,
    /// Whether the last one need only be how a term begins.
    pub prefix: bool,
}

impl Phrase {
    /// The terms at `at` that this phrase stands for, if they do.
    pub(super) fn stretch<'a>(&self, found: &'a [Term], at: usize) -> Option<&'a [Term]> {
        let stretch = found.get(at..at + self.terms.len())?;
        let (last, others) = self.terms.split_last()?;
        let ends = &stretch[others.len()].text;
        let fits = others.iter().zip(stretch).all(|(wanted, term)| *wanted == term.text)
            && if self.prefix { ends.starts_with(last.as_str()) } else { ends == last };
        fits.then_some(stretch)
    }
}

/// A query: every phrase has to be there, and every bound has to hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// What the message has to say.
    pub phrases: Vec<Phrase>,
    /// `from:ana`: the lower-case username of its author. No message has two, so that two names find nothing.
    pub from: Vec<String>,
    /// `in:lunch`: the chat it is in, by its id or a part of its name; by each of these.
    pub within: Vec<String>,
    /// The chat it is in, by its id alone.
    pub chat: Option<ChatId>,
    /// `before:2026-12-24`: sent before that time.
    pub before: Option<Timestamp>,
    /// `after:2026-12-24`: sent at that time or later; a date is meant with its whole day.
    pub after: Option<Timestamp>,
}

impl Query {
    /// Reads words, "phrases", beginnings*, `from:`, `in:`, `before:` and `after:`, in any case. What looks like an operator and
    /// is none is looked for as it stands.
    pub fn parse(text: &str) -> Self {
        let mut query = Self::default();
        for part in parts(text) {
            if !query.take_operator(&part) {
                query.take_phrase(&part);
            }
        }
        query
    }

    /// Whether it asks for nothing, and so finds nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether a text says everything it asks for; what it asks for beside that is not looked at.
    pub fn finds(&self, text: &str) -> bool {
        let found = terms(text);
        let says = |phrase: &Phrase| (0..found.len()).any(|at| phrase.stretch(&found, at).is_some());
        self.phrases.iter().all(says)
    }

    /// Whether a chat is one that it asks for: by its id or a part of what it is called, without regard to case.
    pub fn is_within(&self, chat: ChatId, name: &str) -> bool {
        let name = name.to_lowercase();
        self.chat.is_none_or(|wanted| wanted == chat)
            && self.within.iter().all(|wanted| wanted.parse() == Ok(chat) || name.contains(wanted))
    }

    /// Whether what was sent at `time` lies within its bounds.
    pub fn is_in_time(&self, time: Timestamp) -> bool {
        self.before.is_none_or(|end| time < end) && self.after.is_none_or(|start| time >= start)
    }

    /// Bounds it to what somebody of that username wrote, too.
    pub fn bound_from(&mut self, username: &str) {
        let username = username.trim_start_matches('@').to_lowercase();
        if !self.from.contains(&username) {
            self.from.push(username);
        }
    }

    /// Bounds it to what was sent before a day or a point in time (RFC 3339), too; answers whether the text is one.
    pub fn bound_before(&mut self, text: &str) -> bool {
        let Some((start, _)) = moment(text) else { return false };
        self.before = Some(self.before.map_or(start, |bound| bound.min(start)));
        true
    }

    /// Bounds it to what was sent from the end of a day or a point in time on, too; answers whether the text is one.
    pub fn bound_after(&mut self, text: &str) -> bool {
        let Some((_, end)) = moment(text) else { return false };
        self.after = Some(self.after.map_or(end, |bound| bound.max(end)));
        true
    }

    fn take_operator(&mut self, part: &Part<'_>) -> bool {
        let Some(operator) = part.operator else { return false };
        let value = part.text.trim();
        if value.is_empty() {
            return false;
        }
        match operator.to_ascii_lowercase().as_str() {
            "from" => self.bound_from(value),
            "in" => self.within.push(value.trim_start_matches('#').to_lowercase()),
            "before" => return self.bound_before(value),
            "after" => return self.bound_after(value),
            _ => return false,
        }
        true
    }

    fn take_phrase(&mut self, part: &Part<'_>) {
        if self.phrases.len() == MAX_PHRASES {
            return;
        }
        if let Some(operator) = part.operator {
            self.take_phrase(&Part { operator: None, text: operator, prefix: false });
        }
        let found = terms(part.text);
        let Some(last) = found.last() else { return };
        let is_single =
            last.range.len() == part.text[last.range.clone()].chars().next().map_or(0, char::len_utf8);
        let mut words: Vec<String> = found.iter().map(|term| term.text.clone()).collect();
        // A run of pairs ends with its last character alone, which another text may go on after: the pairs before
        // it say all there is. Alone it is how a pair begins.
        let unspaced = words.len() > 1 && overlaps(&found);
        if unspaced && is_single {
            words.pop();
        }
        let taken: usize = self.phrases.iter().map(|phrase| phrase.terms.len()).sum();
        words.truncate(MAX_TERMS - taken);
        if words.is_empty() {
            return;
        }
        let alone = words.len() == 1 && is_single && !part.text.is_ascii() && !unspaced;
        self.phrases.push(Phrase { terms: words, prefix: part.prefix || alone });
    }
}

/// Whether the last two terms share bytes, as only pairs do.
fn overlaps(found: &[Term]) -> bool {
    matches!(found, [.., a, b] if a.range.end > b.range.start)
}

/// A blank-parted piece of a query.
struct Part<'a> {
    operator: Option<&'a str>,
    text: &'a str,
    prefix: bool,
}

fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (operator, value) = operator(rest);
        let (text, after) = match value.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => value.split_at(value.find(char::is_whitespace).unwrap_or(value.len())),
        };
        let (text, star) = match text.strip_suffix('*') {
            Some(text) => (text, true),
            None => (text, false),
        };
        let (after, outside) = match after.strip_prefix('*') {
            Some(after) => (after, true),
            None => (after, false),
        };
        parts.push(Part { operator, text, prefix: star || outside });
        rest = after.trim_start();
    }
    parts
}

/// A letter word directly before a colon.
fn operator(text: &str) -> (Option<&str>, &str) {
    let length = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    match text[length..].strip_prefix(':') {
        Some(value) if length > 0 => (Some(&text[..length]), value),
        _ => (None, text),
    }
}

/// A day or a point in time: when it begins, and when it is over.
fn moment(text: &str) -> Option<(Timestamp, Timestamp)> {
    if let Some(time) = Timestamp::from_rfc3339(text) {
        return Some((time, time));
    }
    let day = Date::parse(text, &Iso8601::DATE).ok()?;
    let start = |day: Date| {
        let seconds = day.midnight().assume_utc().unix_timestamp();
        Timestamp::from_micros(seconds.saturating_mul(1_000_000))
    };
    Some((start(day), start(day.checked_add(Duration::days(1))?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phrases(text: &str) -> Vec<(String, bool)> {
        Query::parse(text).phrases.into_iter().map(|phrase| (phrase.terms.join("+"), phrase.prefix)).collect()
    }

    fn exact(text: &str) -> (String, bool) {
        (text.to_owned(), false)
    }

    #[test]
    fn words_phrases_and_beginnings_are_told_apart() {
        assert_eq!(
            phrases(r#"Lunch "at the café" tomor* don't"#),
            [exact("lunch"), exact("at+the+cafe"), ("tomor".to_owned(), true), exact("don+t")]
        );
    }

    #[test]
    fn operators_bound_the_search() {
        let query =
            Query::parse(r#"from:@Ana in:"lunch plans" after:2026-11-01 before:2026-11-20T12:00:00Z pizza"#);

        assert_eq!((query.from, query.within), (vec!["ana".to_owned()], vec!["lunch plans".to_owned()]));
        assert_eq!(query.after, Timestamp::from_rfc3339("2026-11-02T00:00:00Z"));
        assert_eq!(query.before, Timestamp::from_rfc3339("2026-11-20T12:00:00Z"));
        assert_eq!(query.phrases.len(), 1);
    }

    #[test]
    fn of_many_bounds_all_hold() {
        let query = Query::parse(
            "FROM:ana From:@ANA from:ben iN:lunch in:7 Before:2026-12-01 before:2026-12-24 AFTER:2026-11-02 after:2026-11-01",
        );

        assert_eq!(query.from, ["ana", "ben"]);
        assert_eq!(query.before, Timestamp::from_rfc3339("2026-12-01T00:00:00Z"));
        assert_eq!(query.after, Timestamp::from_rfc3339("2026-11-03T00:00:00Z"));
        let is_within = |id, name| query.is_within(ChatId::new(id), name);
        assert!(
            is_within(7, "LUNCH")
                && !is_within(7, "tea")
                && !is_within(8, "lunch")
                && is_within(8, "Lunch 7")
        );
        let of_one = Query { chat: Some(ChatId::new(7)), ..Query::parse("in:lunch") };
        assert!(of_one.is_within(ChatId::new(7), "lunch") && !of_one.is_within(ChatId::new(8), "lunch"));
        assert!(!Query { chat: of_one.chat, ..Query::default() }.is_empty());
    }

    #[test]
    fn what_is_no_operator_is_looked_for() {
        assert_eq!(phrases("before:yesterday"), [exact("before"), exact("yesterday")]);
        assert_eq!(phrases("https://example.org"), [exact("https"), exact("example+org")]);
        assert_eq!(phrases("from:"), [exact("from")]);
    }

    #[test]
    fn runs_without_blanks_are_phrases_of_pairs_and_one_character_is_a_beginning() {
        assert_eq!(phrases("東京都"), [exact("東京+京都")]);
        assert_eq!(phrases("東京"), [exact("東京")]);
        assert_eq!(phrases("水"), [("水".to_owned(), true)]);
    }

    #[test]
    fn anything_is_a_query() {
        for text in
            ["", "\"", "***", "\" \" *", "::", "from:\"", "\0", "((( OR NOT", "👍", &"\"a\" ".repeat(500)]
        {
            assert!(Query::parse(text).phrases.len() <= MAX_PHRASES, "{text}");
        }
        assert!(Query::parse(" … ").is_empty());
        let long = Query::parse(&format!("\"{}\" b", "a ".repeat(2_000)));
        assert_eq!(long.phrases.iter().map(|phrase| phrase.terms.len()).sum::<usize>(), MAX_TERMS);
    }
}
