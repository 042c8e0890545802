//! Cutting a text into the terms by which it is found.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

/// A longer word is found by its first so many characters.
const MAX: usize = 64;

/// What a stretch of a text is found by. The place of a term among the others is its position, for phrases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// The word or pair of characters, folded: without case, width and accents.
    pub text: String,
    /// The bytes of the text that it stands for.
    pub range: Range<usize>,
}

/// The terms of a text, in its order.
///
/// A word is a term. Where a script sets no blanks between words (Chinese, Japanese, Korean, Thai, Lao, Khmer,
/// Burmese, Tibetan), every pair of neighbouring characters is one, and the last character of such a run by itself, so
/// that a single character is found as the beginning of a term wherever it stands.
pub fn terms(text: &str) -> Vec<Term> {
    let mut terms = Vec::new();
    let mut rest = 0;
    while let Some((start, kind)) = next_run(text, rest) {
        let end =
            start + text[start..].chars().take_while(|c| kind.takes(*c)).map(char::len_utf8).sum::<usize>();
        match kind {
            Run::Word => terms.extend(term(text, start..end)),
            Run::Unspaced => pairs(text, start..end, &mut terms),
        }
        rest = end;
    }
    terms
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Run {
    Word,
    Unspaced,
}

impl Run {
    fn of(c: char) -> Option<Self> {
        match c {
            c if is_unspaced(c) => Some(Self::Unspaced),
            c if c.is_alphanumeric() => Some(Self::Word),
            _ => None,
        }
    }

    /// Whether a run goes on with `c`: a mark belongs to the character before it.
    fn takes(self, c: char) -> bool {
        Self::of(c) == Some(self) || (is_mark(c) && Self::of(c).is_none())
    }
}

fn next_run(text: &str, from: usize) -> Option<(usize, Run)> {
    text[from..].char_indices().find_map(|(at, c)| Run::of(c).map(|run| (from + at, run)))
}

fn pairs(text: &str, run: Range<usize>, terms: &mut Vec<Term>) {
    let starts: Vec<usize> = text[run.clone()].char_indices().map(|(at, _)| run.start + at).collect();
    for (index, start) in starts.iter().enumerate() {
        let end = starts.get(index + 2).copied().unwrap_or(run.end);
        terms.extend(term(text, *start..end));
    }
}

fn term(text: &str, range: Range<usize>) -> Option<Term> {
    let folded = fold(&text[range.clone()]);
    (!folded.is_empty()).then_some(Term { text: folded, range })
}

/// Without case, width and accents: compatibility decomposition (Unicode Standard Annex 15) without the combining
/// diacritical marks of Latin, Greek and Cyrillic, put together again.
fn fold(text: &str) -> String {
    text.nfkd()
        .filter(|c| !('\u{300}'..='\u{36f}').contains(c))
        .nfc()
        .flat_map(char::to_lowercase)
        // What the decomposition brings in beside letters, such as the slash of ½, would part the term in an index.
        .filter(|c| c.is_alphanumeric() || is_mark(*c))
        .take(MAX)
        .collect()
}

fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

/// Scripts that set no blanks between words, or in which a part of a word is what one looks for.
fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{0e00}'..='\u{0eff}'     // Thai, Lao
        | '\u{0f00}'..='\u{0fff}'   // Tibetan
        | '\u{1000}'..='\u{109f}'   // Burmese
        | '\u{1100}'..='\u{11ff}'   // Hangul Jamo
        | '\u{1780}'..='\u{17ff}'   // Khmer
        | '\u{3040}'..='\u{30ff}'   // Hiragana, Katakana
        | '\u{3130}'..='\u{318f}'   // Hangul compatibility
        | '\u{31f0}'..='\u{31ff}'   // Katakana extensions
        | '\u{3400}'..='\u{4dbf}'   // Han, extension A
        | '\u{4e00}'..='\u{9fff}'   // Han
        | '\u{ac00}'..='\u{d7af}'   // Hangul
        | '\u{f900}'..='\u{faff}'   // Han, compatibility
        | '\u{ff66}'..='\u{ff9f}'   // half-width Katakana
        | '\u{20000}'..='\u{3134f}' // Han, further extensions
    ) && (c.is_alphanumeric() || is_mark(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        terms(text).into_iter().map(|term| term.text).collect()
    }

    #[test]
    fn words_are_folded_and_marks_between_them_are_passed_over() {
        assert_eq!(texts("Café, NAÏVE & ﬁne: Ｗｉｄｅ 42!"), ["cafe", "naive", "fine", "wide", "42"]);
        assert_eq!(texts("Ёлка ΆΛΦΑ"), ["елка", "αλφα"]);
        assert!(texts(" …— 👍 \n").is_empty());
    }

    #[test]
    fn scripts_without_blanks_are_cut_into_pairs() {
        assert_eq!(texts("東京都"), ["東京", "京都", "都"]);
        assert_eq!(texts("水"), ["水"]);
        assert_eq!(texts("한국어"), ["한국", "국어", "어"]);
        assert_eq!(texts("Rust入門2"), ["rust", "入門", "門", "2"]);
    }

    #[test]
    fn marks_of_other_scripts_stay_in_their_words() {
        assert_eq!(texts("हिन्दी"), ["हिन्दी"]);
        assert_eq!(texts("がぎ"), ["がぎ", "ぎ"]);
    }

    #[test]
    fn a_term_knows_where_it_stands() {
        let text = "Ein Überfluß";
        let found = terms(text);

        assert_eq!(&text[found[1].range.clone()], "Überfluß");
        assert_eq!(found[1].text, "uberfluß");
    }

    #[test]
    fn a_word_without_end_is_cut() {
        assert_eq!(texts(&"x".repeat(10_000)), ["x".repeat(64)]);
    }
}
