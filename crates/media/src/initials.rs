//! The avatar of a person without a picture: initials on a colour of their own, drawn as SVG.

use sha2::{Digest, Sha256};
use unicode_segmentation::UnicodeSegmentation;

/// A grapheme may be arbitrarily long (marks upon marks); what is longer than this, in bytes, is not drawn.
const LONGEST_GRAPHEME: usize = 32;

/// Draws one or two initials of `display_name` on a colour that depends on nothing but `username`, `size` pixels square.
///
/// The result is a whole SVG document without script, links or anything loaded; both names may hold any text.
pub fn draw(username: &str, display_name: &str, size: u16) -> String {
    let hue = hue(username);
    let letters =
        escaped(&initials(display_name).or_else(|| initials(username)).unwrap_or_else(|| "?".to_owned()));
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96" width="{size}" height="{size}"><rect width="96" height="96" fill="hsl({hue},45%,40%)"/><text x="48" y="50" fill="#fff" font-family="system-ui,sans-serif" font-size="40" font-weight="600" text-anchor="middle" dominant-baseline="central">{letters}</text></svg>"##
    )
}

/// 0 to 359 degrees. A digest, because the standard hasher may differ between releases.
fn hue(username: &str) -> u16 {
    let digest = Sha256::digest(username.to_lowercase());
    u16::from_be_bytes([digest[0], digest[1]]) % 360
}

/// The first letters of the first and the last word.
fn initials(name: &str) -> Option<String> {
    let mut letters = name.split_whitespace().filter_map(initial);
    let first = letters.next()?;
    Some(first + &letters.next_back().unwrap_or_default())
}

/// The first grapheme of a word that has something to see.
fn initial(word: &str) -> Option<String> {
    let visible =
        |grapheme: &&str| grapheme.len() <= LONGEST_GRAPHEME && grapheme.starts_with(char::is_alphanumeric);
    let pictured =
        |grapheme: &&str| grapheme.len() <= LONGEST_GRAPHEME && !grapheme.is_ascii() && is_drawable(grapheme);
    let grapheme = word.graphemes(true).find(visible).or_else(|| word.graphemes(true).find(pictured))?;
    Some(grapheme.to_uppercase())
}

/// Neither a control nor a mark that turns or joins its neighbours.
fn is_drawable(grapheme: &str) -> bool {
    let invisible = |c: char| {
        c.is_control()
            || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff0}'..='\u{ffff}')
    };
    !grapheme.starts_with(invisible)
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c if c.is_control() => {}
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text between the tags of the drawing.
    fn letters(display_name: &str) -> String {
        let svg = draw("ada", display_name, 96);
        let start = svg.rfind("central\">").expect("a text") + "central\">".len();
        svg[start..svg.rfind("</text>").expect("its end")].to_owned()
    }

    #[test]
    fn two_names_give_two_letters_and_one_gives_one() {
        assert_eq!(letters("Ada Lovelace"), "AL");
        assert_eq!(letters("ada"), "A");
        assert_eq!(letters("Ada Byron King Lovelace"), "AL");
        assert_eq!(letters("  ada   lovelace "), "AL");
    }

    #[test]
    fn letters_of_any_script_stay_whole() {
        assert_eq!(letters("Ólafur Élan"), "ÓÉ");
        assert_eq!(letters("e\u{301}lan"), "E\u{301}");
        assert_eq!(letters("李 小龍"), "李小");
        assert_eq!(letters("ßen"), "SS");
        assert_eq!(letters("👩‍🚀"), "👩‍🚀");
    }

    #[test]
    fn signs_around_a_name_are_passed_over() {
        assert_eq!(letters("(ada) 'lovelace'"), "AL");
        assert_eq!(letters("<script>alert(1)</script> &amp;"), "SA");
    }

    #[test]
    fn a_name_of_nothing_visible_falls_back_to_the_username() {
        assert_eq!(letters(""), "A");
        assert_eq!(letters("\u{202e}\u{200b}"), "A");
        assert!(draw("", "", 96).contains(">?<"));
    }

    #[test]
    fn nothing_in_a_name_becomes_markup() {
        for name in ["<b x", "\"><script>", "& &", "' onload='x", "]]>", "\0a\x1b[1m"] {
            let svg = draw(name, name, 96);
            assert_eq!(svg.matches('<').count(), 5, "{svg}");
            assert!(!svg.contains(char::is_control));
        }
        assert_eq!(escaped(r#"<&>"'"#), "&lt;&amp;&gt;&quot;&#39;");
    }

    #[test]
    fn a_grapheme_without_end_is_not_drawn() {
        let stacked = format!("a{}", "\u{301}".repeat(5_000));

        assert!(draw("ben", &stacked, 96).len() < 600);
    }

    #[test]
    fn the_colour_stays_with_the_username() {
        let colour = |svg: &str| svg[svg.find("hsl").unwrap()..].split(')').next().unwrap().to_owned();

        assert_eq!(colour(&draw("ada", "Ada", 96)), colour(&draw("Ada", "Countess", 96)));
        assert_ne!(colour(&draw("ada", "Ada", 96)), colour(&draw("ben", "Ada", 96)));
        assert!(draw("ada", "Ada", 96).contains("hsl(206,45%,40%)"), "stable between releases");
    }
}
