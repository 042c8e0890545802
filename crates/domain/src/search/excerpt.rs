//! Showing where a query hits.

use super::{Query, Term, terms};

/// How many characters stand before the first hit at the most.
const BEFORE: usize = 60;
/// How many characters an excerpt has at the most.
const LENGTH: usize = 200;

/// A part of an excerpt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// What it says.
    pub text: String,
    /// Whether it is what was looked for.
    pub hit: bool,
}

/// The stretch of a text around what a query looks for, of at most 200 characters, with the hits marked.
pub fn excerpt(text: &str, query: &Query) -> Vec<Piece> {
    let hits = hits(&terms(text), query);
    let start = start(text, hits.first().map_or(0, |hit| hit.0));
    let end = text[start..].char_indices().nth(LENGTH).map_or(text.len(), |(at, _)| start + at);
    let mut pieces = Vec::new();
    if start > 0 {
        pieces.push(Piece { text: "…".to_owned(), hit: false });
    }
    let mut at = start;
    for (from, to) in hits.into_iter().filter(|(from, to)| *from >= start && *to <= end) {
        push(&mut pieces, &text[at..from], false);
        push(&mut pieces, &text[from..to], true);
        at = to;
    }
    push(&mut pieces, &text[at..end], false);
    if end < text.len() {
        pieces.push(Piece { text: "…".to_owned(), hit: false });
    }
    pieces
}

fn push(pieces: &mut Vec<Piece>, text: &str, hit: bool) {
    if !text.is_empty() {
        pieces.push(Piece { text: text.to_owned(), hit });
    }
}

/// A little before the first hit, at the start of a word where there is one near.
fn start(text: &str, hit: usize) -> usize {
    let before = &text[..hit];
    let Some((at, _)) = before.char_indices().rev().nth(BEFORE - 1) else { return 0 };
    before[at..]
        .find(char::is_whitespace)
        .map_or(at, |blank| at + blank + before[at + blank..].chars().next().map_or(0, char::len_utf8))
}

/// The bytes that are hit, in order and without overlap.
fn hits(found: &[Term], query: &Query) -> Vec<(usize, usize)> {
    let mut hits: Vec<(usize, usize)> = Vec::new();
    for at in 0..found.len() {
        for phrase in &query.phrases {
            if let Some(stretch) = phrase.stretch(found, at) {
                let (from, to) = (stretch[0].range.start, stretch[stretch.len() - 1].range.end);
                match hits.last_mut() {
                    Some(hit) if hit.1 >= from => hit.1 = hit.1.max(to),
                    _ => hits.push((from, to)),
                }
            }
        }
    }
    hits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, query: &str) -> String {
        excerpt(text, &Query::parse(query))
            .into_iter()
            .map(|piece| if piece.hit { format!("[{}]", piece.text) } else { piece.text })
            .collect()
    }

    #[test]
    fn hits_are_marked_as_they_were_written() {
        assert_eq!(shown("Pizza at the CAFÉ?", "cafe piz*"), "[Pizza] at the [CAFÉ]?");
        assert_eq!(shown("at the café, the café", "\"the cafe\""), "at [the café], [the café]");
        assert_eq!(shown("私は東京都に住む", "東京都"), "私は[東京都]に住む");
    }

    #[test]
    fn an_excerpt_of_a_long_text_lies_around_the_first_hit() {
        let text = format!("{} needle {}", "hay ".repeat(100), "straw ".repeat(100));
        let shown = shown(&text, "needle");

        assert!(shown.starts_with("…hay "), "{shown}");
        assert!(shown.contains(" [needle] straw"), "{shown}");
        assert!(shown.ends_with('…') && shown.chars().count() <= LENGTH + 4, "{shown}");
    }

    #[test]
    fn without_a_hit_the_text_begins_at_its_beginning() {
        assert_eq!(shown("nothing here", "needle"), "nothing here");
        assert_eq!(shown("", "needle"), "");
    }
}
