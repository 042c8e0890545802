//! What an uploaded file is called: harmless wherever it is shown or saved.

use std::{convert::Infallible, fmt, str::FromStr};

use crate::text::{is_blank, turns};

/// A file name of 1 to 120 characters, without a path, control characters or characters that turn the
/// direction of writing (which can make `cod.exe` look like `exe.doc`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileName(String);

/// Longer names keep their end, which says what they are.
const MAX: usize = 120;

impl FileName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Any text becomes a name; of what has nothing harmless in it that can be seen, the name is `file`.
impl FromStr for FileName {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        let last = text.rsplit(['/', '\\']).next().unwrap_or_default();
        let harmless: String = last.chars().filter(|c| !c.is_control() && !turns(*c)).collect();
        let name = harmless.trim().trim_start_matches('.').trim_start();
        let surplus = name.chars().count().saturating_sub(MAX);
        let name: String = name.chars().skip(surplus).collect();
        Ok(Self(if is_blank(&name) { "file".to_owned() } else { name }))
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> String {
        text.parse::<FileName>().unwrap().to_string()
    }

    #[test]
    fn a_name_loses_what_could_do_harm_and_nothing_else() {
        assert_eq!(name("Ferien 2026 – Übersicht.pdf"), "Ferien 2026 – Übersicht.pdf");
        assert_eq!(name("../../etc/passwd"), "passwd");
        assert_eq!(name("C:\\Users\\ana\\note.txt"), "note.txt");
        assert_eq!(name(".bashrc"), "bashrc");
        assert_eq!(name("a\r\nSet-Cookie: x\0.txt"), "aSet-Cookie: x.txt");
        assert_eq!(name("\u{202e}cod.exe"), "cod.exe");
        for nothing in ["", "/", "...", "\u{0}", " . ", "\u{200b}", "\u{3164} "] {
            assert_eq!(name(nothing), "file", "{nothing:?}");
        }
    }

    #[test]
    fn a_long_name_keeps_its_ending() {
        let long = name(&format!("{}.pdf", "é".repeat(400)));

        assert_eq!(long.chars().count(), MAX);
        assert!(long.ends_with(".pdf"));
    }
}
