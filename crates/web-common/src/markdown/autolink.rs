//! Finding addresses that were typed or pasted as they are.

/// The next `http://` or `https://` address in a text: what stands before it, itself, and what stands behind it.
pub(super) fn next(text: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    while let Some(found) = text[from..].find("://") {
        let colon = from + found;
        from = colon + 3;
        let Some(scheme) = ["https", "http"].iter().find(|scheme| ends_with(&text[..colon], scheme)) else {
            continue;
        };
        let start = colon - scheme.len();
        if text[..start].chars().next_back().is_some_and(char::is_alphanumeric) {
            continue;
        }
        let length = length(&text[from..]);
        if length == 0 {
            continue;
        }
        let end = from + length;
        return Some((&text[..start], &text[start..end], &text[end..]));
    }
    None
}

fn ends_with(text: &str, scheme: &str) -> bool {
    let tail = text.len().checked_sub(scheme.len()).and_then(|start| text.get(start..));
    tail.is_some_and(|tail| tail.eq_ignore_ascii_case(scheme))
}

/// How many bytes of `rest` belong to the address: up to a blank or quote, without the marks that end a sentence, and
/// without a closing bracket that was opened before it.
fn length(rest: &str) -> usize {
    let ends = |c: char| c.is_whitespace() || c.is_control() || "<>\"`".contains(c);
    let whole = &rest[..rest.find(ends).unwrap_or(rest.len())];
    if !whole.starts_with(|c: char| c.is_alphanumeric() || c == '[') {
        return 0;
    }
    let opened = whole.matches('(').count();
    let mut closed = whole.matches(')').count();
    let mut end = whole.len();
    while let Some(last) = whole[..end].chars().next_back() {
        match last {
            '.' | ',' | ':' | ';' | '!' | '?' | '\'' | '*' | '_' | '~' => {}
            ')' if closed > opened => closed -= 1,
            _ => break,
        }
        end -= last.len_utf8();
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        let mut addresses = Vec::new();
        let mut rest = text;
        while let Some((_, url, after)) = next(rest) {
            addresses.push(url);
            rest = after;
        }
        addresses
    }

    #[test]
    fn an_address_ends_where_the_sentence_does() {
        assert_eq!(
            found("see http://a.example, and (https://b.example/x?y=1)."),
            ["http://a.example", "https://b.example/x?y=1"]
        );
        assert_eq!(found("HTTPS://A.example/Foo_(bar)!"), ["HTTPS://A.example/Foo_(bar)"]);
        assert_eq!(
            found("http://é.example/ü http://[::1]:9000/"),
            ["http://é.example/ü", "http://[::1]:9000/"]
        );
    }

    #[test]
    fn what_is_no_address_stays_text() {
        assert!(found("http:// https://. xhttp://a ftp://a.example javascript://x ://").is_empty());
    }
}
