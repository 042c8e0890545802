//! Finding `@name` in a text.

use crate::users::Username;

/// At most so many different people are mentioned by one message.
const MAX: usize = 50;

/// The names after `@` in a text, lower-cased, each once, in one pass over it. Whether they are members of
/// the chat the store tells.
///
/// An `@` inside a word (`ana@example.org`) mentions nobody.
pub fn mentioned_names(text: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut before = None;
    let mut rest = text;
    while let Some(at) = rest.find('@') {
        let previous = rest[..at].chars().next_back().or(before);
        let after = &rest[at + 1..];
        let length = after.bytes().take_while(|b| b.is_ascii_alphanumeric() || b"_.-".contains(b)).count();
        let name = after[..length].trim_end_matches(['.', '-', '_']);
        let starts_word = !previous.is_some_and(|c| c.is_alphanumeric() || "_.-@".contains(c));
        if starts_word
            && let Ok(name) = name.parse::<Username>().map(|name| name.key())
            && !names.contains(&name)
        {
            names.push(name);
            if names.len() == MAX {
                break;
            }
        }
        before = after[..length].chars().next_back().or(Some('@'));
        rest = &after[length..];
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_at_the_start_of_words_and_without_the_full_stop() {
        assert_eq!(mentioned_names("@Ana, (@ben) and @c.d.: hi @ana!"), ["ana", "ben", "c.d"]);
    }

    #[test]
    fn addresses_and_things_too_short_are_no_mentions() {
        assert!(mentioned_names("ana@example.org @@ana @ab @ x@ben").is_empty());
    }

    #[test]
    fn a_bomb_of_at_signs_takes_no_time_and_mentions_few() {
        let bomb: String = (0..2_000).map(|n| format!("@u{n:03} ")).collect();

        assert_eq!(mentioned_names(&bomb).len(), MAX);
        assert!(mentioned_names(&"@".repeat(10_000)).is_empty());
    }
}
