//! What a file that is not shown is called by: its media type, read from its bytes and never from its name.

use infer::MatcherType;

use crate::FileKind;

/// The media type of a file that is only ever downloaded: what it is known by, `text/plain` where it is UTF-8, else
/// `application/octet-stream`.
///
/// It is never one of a picture that is shown, for this one could not be, and never one of a program or of a page: a
/// page is a text like any other.
pub fn media_type(bytes: &[u8]) -> &'static str {
    let known = infer::get(bytes).filter(|kind| match kind.matcher_type() {
        MatcherType::Archive
        | MatcherType::Audio
        | MatcherType::Book
        | MatcherType::Doc
        | MatcherType::Font
        | MatcherType::Video => true,
        MatcherType::Image => FileKind::sniff(bytes) == FileKind::Other,
        MatcherType::App | MatcherType::Text | MatcherType::Custom => false,
    });
    known.map_or_else(|| if is_text(bytes) { "text/plain" } else { OTHER }, |kind| kind.mime_type())
}

const OTHER: &str = "application/octet-stream";

fn is_text(bytes: &[u8]) -> bool {
    let is_plain = |c: char| !c.is_control() || matches!(c, '\t' | '\n' | '\x0c' | '\r');
    !bytes.is_empty() && std::str::from_utf8(bytes).is_ok_and(|text| text.chars().all(is_plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_is_called_by_its_name() {
        let cases: [(&[u8], &str); 8] = [
            (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "application/pdf"),
            (b"PK\x03\x04\x14\0\0\0", "application/zip"),
            (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "video/mp4"),
            (b"ID3\x04\0\0\0\0\0\0", "audio/mpeg"),
            (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "image/heif"),
            ("Grüße\r\n\tan alle 🎉".as_bytes(), "text/plain"),
            (b"", OTHER),
            (b"\x01\x02\x03\x04", OTHER),
        ];
        for (bytes, expected) in cases {
            assert_eq!(media_type(bytes), expected, "{}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn nothing_that_could_act_or_be_shown_is_called_so() {
        for page in [
            "<!DOCTYPE html><script>alert(1)</script>",
            "<svg onload='alert(1)'/>",
            "#!/bin/sh\n",
            "<?xml ?>",
        ] {
            assert_eq!(media_type(page.as_bytes()), "text/plain", "{page}");
        }
        let broken: [&[u8]; 6] = [
            b"\x89PNG\r\n\x1a\n",
            b"\xff\xd8\xff\xe0",
            b"GIF89a\0",
            b"RIFF\0\0\0\0WEBP",
            b"\x7fELF\x02",
            b"MZ\x90\0",
        ];
        for bytes in broken {
            assert_eq!(media_type(bytes), OTHER, "{bytes:?}");
        }
    }
}
