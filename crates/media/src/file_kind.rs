//! What a file is, read from its bytes and never from its name.

use image::ImageFormat;

/// What the first bytes of a file say that it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// Portable Network Graphics.
    Png,
    /// A JPEG picture.
    Jpeg,
    /// A WebP picture, still or moving.
    WebP,
    /// A GIF picture, still or moving.
    Gif,
    /// Anything else: it is only ever downloaded, never shown.
    Other,
}

impl FileKind {
    /// Reads the kind from the first bytes of a file; the rest may be missing or broken.
    pub fn sniff(bytes: &[u8]) -> Self {
        match bytes {
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Self::Png,
            [0xff, 0xd8, 0xff, ..] => Self::Jpeg,
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Self::Gif,
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Self::WebP,
            _ => Self::Other,
        }
    }

    /// The media type to serve such a file with.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::WebP => "image/webp",
            Self::Gif => "image/gif",
            Self::Other => "application/octet-stream",
        }
    }

    /// Whether it is one of the pictures that are shown.
    pub fn is_picture(self) -> bool {
        self != Self::Other
    }

    pub(crate) fn format(self) -> Option<ImageFormat> {
        match self {
            Self::Png => Some(ImageFormat::Png),
            Self::Jpeg => Some(ImageFormat::Jpeg),
            Self::WebP => Some(ImageFormat::WebP),
            Self::Gif => Some(ImageFormat::Gif),
            Self::Other => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::samples::{encoded, plain};

    #[test]
    fn every_kind_of_picture_is_known_by_its_bytes() {
        for kind in [FileKind::Png, FileKind::Jpeg, FileKind::WebP, FileKind::Gif] {
            assert_eq!(FileKind::sniff(&encoded(&plain(3, 2), kind)), kind);
        }
    }

    #[test]
    fn what_only_claims_to_be_a_picture_is_something_else() {
        let others: [&[u8]; 6] = [
            b"",
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            b"<!doctype html>",
            b"RIFF\0\0\0\0WAVE",
            b"GIF",
            b"\x89PN",
        ];
        for other in others {
            assert_eq!(FileKind::sniff(other), FileKind::Other);
        }
    }

    #[test]
    fn what_is_no_picture_is_served_as_bytes_only() {
        assert_eq!(FileKind::Other.content_type(), "application/octet-stream");
        assert!(!FileKind::Other.is_picture());
        assert!(FileKind::WebP.is_picture());
    }
}
