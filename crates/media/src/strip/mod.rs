//! Takes out of an attached picture what tells about its maker (place, camera, time, comments, the uncropped
//! preview), without touching a pixel.
//!
//! The picture's parts are copied as they are, and only those known to be needed for showing it; whatever
//! follows its end is dropped. How the camera was held is kept, as the only entry of a new EXIF block.

mod gif;
mod heif;
mod jpeg;
mod png;
mod webp;

use crate::{FileKind, PictureError};
use image::metadata::Orientation;

/// The same picture without its metadata; refuses what is not PNG, JPEG, WebP or GIF, and what is damaged.
///
/// Colour profiles stay, for without them the colours would not be the same.
pub fn strip(bytes: &[u8]) -> Result<Vec<u8>, PictureError> {
    match FileKind::sniff(bytes) {
        FileKind::Jpeg => jpeg::strip(bytes),
        FileKind::Png => png::strip(bytes),
        FileKind::WebP => webp::strip(bytes),
        FileKind::Gif => gif::strip(bytes),
        FileKind::Other => Err(PictureError::NotAPicture),
    }
}

/// A picture of the HEIF family (HEIC, AVIF), which is downloaded and not shown, without its metadata; nothing for any
/// other file. Refuses one that doesn't tell where its metadata is.
pub fn strip_heif(bytes: &[u8]) -> Option<Result<Vec<u8>, PictureError>> {
    heif::is_heif(bytes).then(|| heif::strip(bytes))
}

/// What is still to be read of a file.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    /// The next `count` bytes.
    fn take(&mut self, count: usize) -> Result<&'a [u8], PictureError> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(PictureError::Broken)?;
        self.0 = rest;
        Ok(taken)
    }

    /// The next `N` bytes, for a number.
    fn array<const N: usize>(&mut self) -> Result<[u8; N], PictureError> {
        let (taken, rest) = self.0.split_first_chunk().ok_or(PictureError::Broken)?;
        self.0 = rest;
        Ok(*taken)
    }

    fn byte(&mut self) -> Result<u8, PictureError> {
        self.array().map(|[byte]| byte)
    }
}

/// A length of 32 bits as it stands in files.
fn length(number: u32) -> Result<usize, PictureError> {
    usize::try_from(number).map_err(|_| PictureError::Broken)
}

/// An EXIF block (TIFF, little-endian) that says how the camera was held, and nothing else; nothing when the
/// picture is upright anyway.
///
/// Source: CIPA DC-008 (EXIF 2.32), tag 0x0112.
fn orientation_of(exif: &[u8]) -> Option<Vec<u8>> {
    let tiff = exif.strip_prefix(b"Exif\0\0").unwrap_or(exif);
    let orientation = Orientation::from_exif_chunk(tiff).filter(|held| *held != Orientation::NoTransforms)?;
    let mut block = b"II\x2a\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    block.extend([orientation.to_exif(), 0, 0, 0, 0, 0, 0, 0]);
    Some(block)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::decode;
    use crate::picture::samples::*;
    use image::{Frame, Rgba, RgbaImage};

    const KINDS: [FileKind; 4] = [FileKind::Png, FileKind::Jpeg, FileKind::WebP, FileKind::Gif];
    const SECRET: &[u8] = b"52.5200 N 13.4050 E";

    /// A picture of the kind with a secret in every place that its format has for words.
    fn telling(kind: FileKind) -> Vec<u8> {
        let plain = encoded(&red_over_blue(40, 30), kind);
        match kind {
            FileKind::Jpeg => jpeg::tests::telling(&plain),
            FileKind::Png => png::tests::telling(&plain),
            FileKind::WebP => webp::tests::telling(&plain),
            _ => gif::tests::telling(&plain),
        }
    }

    pub(super) fn secret_exif() -> Vec<u8> {
        [exif(6).as_slice(), SECRET].concat()
    }

    pub(super) fn secret() -> &'static [u8] {
        SECRET
    }

    fn holds(bytes: &[u8], part: &[u8]) -> bool {
        bytes.windows(part.len()).any(|window| window == part)
    }

    fn pixels(bytes: &[u8]) -> RgbaImage {
        decode(bytes).expect("a good picture").pixels.into_rgba8()
    }

    #[test]
    fn nothing_that_was_told_is_left() {
        for kind in KINDS {
            let telling = telling(kind);
            assert!(holds(&telling, SECRET), "{kind:?}");

            assert!(!holds(&strip(&telling).unwrap(), SECRET), "{kind:?}");
        }
    }

    #[test]
    fn not_a_pixel_is_touched() {
        for kind in KINDS {
            let telling = telling(kind);

            assert_eq!(pixels(&strip(&telling).unwrap()), pixels(&telling), "{kind:?}");
        }
    }

    #[test]
    fn how_the_camera_was_held_is_kept() {
        for kind in [FileKind::Png, FileKind::Jpeg, FileKind::WebP] {
            let stripped = strip(&telling(kind)).unwrap();

            assert_eq!(decode(&stripped).unwrap().orientation, Orientation::Rotate90, "{kind:?}");
        }
    }

    #[test]
    fn a_picture_without_metadata_stays_as_it_is() {
        for kind in KINDS {
            let plain = encoded(&red_over_blue(40, 30), kind);

            assert_eq!(strip(&plain).unwrap(), plain, "{kind:?}");
        }
    }

    #[test]
    fn what_follows_the_picture_is_dropped() {
        for kind in KINDS {
            let plain = encoded(&red_over_blue(40, 30), kind);
            let appended = [plain.as_slice(), b"PK\x03\x04<script>"].concat();

            assert_eq!(strip(&appended).unwrap(), plain, "{kind:?}");
        }
    }

    #[test]
    fn stripping_again_changes_nothing() {
        for kind in KINDS {
            let once = strip(&telling(kind)).unwrap();

            assert_eq!(strip(&once).unwrap(), once, "{kind:?}");
        }
    }

    #[test]
    fn a_picture_cut_anywhere_is_never_a_panic() {
        for kind in KINDS {
            let telling = telling(kind);
            for end in 0..telling.len() {
                let _ = strip(&telling[..end]);
            }
        }
    }

    #[test]
    fn a_moving_picture_keeps_moving() {
        let mut moving = Vec::new();
        let mut encoder = image::codecs::gif::GifEncoder::new(&mut moving);
        encoder.set_repeat(image::codecs::gif::Repeat::Infinite).unwrap();
        for colour in [[220, 30, 30, 255], [30, 30, 220, 255]] {
            encoder.encode_frame(Frame::new(RgbaImage::from_pixel(20, 20, Rgba(colour)))).unwrap();
        }
        drop(encoder);

        assert_eq!(strip(&moving).unwrap(), moving);
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        assert_eq!(strip(b"%PDF-1.7"), Err(PictureError::NotAPicture));
        assert_eq!(strip(b"\x89PNG\r\n\x1a\n\0\0"), Err(PictureError::Broken));
    }
}
