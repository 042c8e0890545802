//! Where a page leads on to: a path of this site and nothing else.

/// `path` when it is one of this site, with or without a query. What a browser could take for another host
/// (`//host`, `/\host`, control characters that it drops) is none.
pub fn local(path: &str) -> Option<&str> {
    let rest = path.strip_prefix('/')?;
    let safe = !rest.starts_with(['/', '\\'])
        && path.len() <= 2_000
        && path.chars().all(|c| c.is_ascii_graphic() && c != '\\');
    safe.then_some(path)
}

/// The sign-in page that leads on to `path`.
pub fn sign_in_page(path: &str) -> String {
    match local(path) {
        Some(path) if path != "/" => format!("/login?next={}", encoded(path)),
        _ => "/login".to_owned(),
    }
}

/// Percent-encoded for the value of a query parameter.
pub fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => {
                out.push(char::from(byte));
            }
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_site_are_led_on_to() {
        for path in ["/", "/chats", "/chats/7?at=3", "/people?q=a%20b"] {
            assert_eq!(local(path), Some(path));
        }
        for trap in [
            "",
            "chats",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "/\t/evil.example",
            "/a\r\nSet-Cookie: x",
            "/ä",
            "/a b",
            &format!("/{}", "a".repeat(2_000)),
        ] {
            assert_eq!(local(trap), None, "{trap}");
        }
    }

    #[test]
    fn the_sign_in_page_remembers_where_one_was_going() {
        assert_eq!(sign_in_page("/people?q=a&b=c"), "/login?next=/people%3Fq%3Da%26b%3Dc");
        assert_eq!(sign_in_page("//evil.example"), "/login");
        assert_eq!(sign_in_page("/"), "/login");
    }
}
