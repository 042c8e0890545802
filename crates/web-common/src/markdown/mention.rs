//! Finding the names of those who are mentioned.

/// The next `@name` in a text whose name is among `mentions`: what stands before it, itself as it was typed, the name as
/// its owner writes it, and what stands behind it.
pub(super) fn next<'t, 'm>(
    text: &'t str,
    mentions: &[&'m str],
) -> Option<(&'t str, &'t str, &'m str, &'t str)> {
    if mentions.is_empty() {
        return None;
    }
    let mut from = 0;
    while let Some(found) = text[from..].find('@') {
        let at = from + found;
        let after = &text[at + 1..];
        let run = after.bytes().take_while(|b| b.is_ascii_alphanumeric() || b"_.-".contains(b)).count();
        let name = after[..run].trim_end_matches(['.', '-', '_']);
        let starts_word =
            !text[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() || "_.-@".contains(c));
        let known = mentions.iter().find(|known| known.eq_ignore_ascii_case(name));
        if let Some(known) = known.filter(|_| starts_word) {
            let end = at + 1 + name.len();
            return Some((&text[..at], &text[at..end], known, &text[end..]));
        }
        from = at + 1 + run;
    }
    None
}
