//! The small picture that stands in a conversation for an attached one.

use crate::picture::{self, Picture};
use crate::{FileKind, PictureError, encode};
use image::DynamicImage;
use image::metadata::Orientation;

/// The longest side of a thumbnail, in pixels.
pub const MAX_SIDE: u32 = 640;

/// A small copy of a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thumbnail {
    /// The encoded picture: PNG when anything in it is transparent, else JPEG.
    pub bytes: Vec<u8>,
    /// What `bytes` are.
    pub kind: FileKind,
    /// Width and height of the thumbnail, in pixels.
    pub size: (u32, u32),
    /// Width and height of the whole picture the right way up, in pixels.
    pub whole: (u32, u32),
}

impl Thumbnail {
    /// Makes a thumbnail of a PNG, JPEG, WebP or GIF (its first frame), turned as its EXIF says. A picture that
    /// is small already keeps its size.
    pub fn make(bytes: &[u8]) -> Result<Self, PictureError> {
        let Picture { pixels, orientation } = picture::decode(bytes)?;
        let whole = upright((pixels.width(), pixels.height()), orientation);
        let mut small = shrink(pixels);
        small.apply_orientation(orientation);
        let small = small.into_rgba8();
        let kind = encode::kind_for(&small);
        let bytes = encode::encode(&small, kind)?;
        Ok(Self { bytes, kind, size: small.dimensions(), whole })
    }
}

fn shrink(pixels: DynamicImage) -> DynamicImage {
    if pixels.width().max(pixels.height()) <= MAX_SIDE {
        pixels
    } else {
        pixels.thumbnail(MAX_SIDE, MAX_SIDE)
    }
}

/// Width and height once the picture is turned.
fn upright((width, height): (u32, u32), orientation: Orientation) -> (u32, u32) {
    match orientation {
        Orientation::Rotate90
        | Orientation::Rotate270
        | Orientation::Rotate90FlipH
        | Orientation::Rotate270FlipH => (height, width),
        _ => (width, height),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::samples::*;
    use image::{Rgba, RgbaImage};

    fn made(bytes: &[u8]) -> Thumbnail {
        Thumbnail::make(bytes).expect("a good picture")
    }

    #[test]
    fn a_large_picture_is_shrunk_and_keeps_its_shape() {
        let thumbnail = made(&encoded(&plain(1_600, 800), FileKind::Png));

        assert_eq!((thumbnail.size, thumbnail.whole), ((640, 320), (1_600, 800)));
        assert_eq!(thumbnail.kind, FileKind::Jpeg);
        assert_eq!(FileKind::sniff(&thumbnail.bytes), FileKind::Jpeg);
    }

    #[test]
    fn a_small_picture_keeps_its_size() {
        assert_eq!(made(&encoded(&plain(30, 20), FileKind::WebP)).size, (30, 20));
    }

    #[test]
    fn a_very_long_picture_keeps_a_pixel_of_its_short_side() {
        assert_eq!(made(&encoded(&plain(4_000, 2), FileKind::Png)).size, (640, 1));
    }

    #[test]
    fn a_picture_taken_sideways_is_upright() {
        let thumbnail = made(&jpeg_held(&red_over_blue(800, 400), 6));

        assert_eq!((thumbnail.size, thumbnail.whole), ((320, 640), (400, 800)));
        let shown = image::load_from_memory(&thumbnail.bytes).unwrap().into_rgb8();
        assert!(shown.get_pixel(300, 320).0[0] > 150, "what was above is right");
    }

    #[test]
    fn a_transparent_picture_stays_transparent() {
        let clear = RgbaImage::from_pixel(10, 10, Rgba([9, 9, 9, 0])).into();

        assert_eq!(made(&encoded(&clear, FileKind::Png)).kind, FileKind::Png);
    }

    #[test]
    fn what_is_no_picture_has_no_thumbnail() {
        assert_eq!(Thumbnail::make(b"%PDF-1.7"), Err(PictureError::NotAPicture));
    }
}
