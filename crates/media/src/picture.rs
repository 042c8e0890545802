//! A picture from a stranger: refused by its header when too large, decoded within a memory limit.

use crate::FileKind;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageReader, Limits};
use std::io::Cursor;

/// A picture may have this many pixels, width times height.
pub const MAX_PIXELS: u64 = 50_000_000;
/// A picture may be this many pixels wide or high.
pub const MAX_SIDE: u32 = 20_000;
/// What decoding one picture may allocate, in bytes: 50 megapixels of 8-bit RGBA and room to work.
const MAX_MEMORY: u64 = 288 * 1024 * 1024;

/// Why a picture is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// The file has more bytes than a picture of its use may have.
    #[error("the file is larger than {limit} bytes")]
    TooBig {
        /// The most that is taken, in bytes.
        limit: usize,
    },
    /// The bytes are not PNG, JPEG, WebP or GIF, whatever the name says.
    #[error("the file is not a PNG, JPEG, WebP or GIF picture")]
    NotAPicture,
    /// The header announces more than [`MAX_PIXELS`], or a side above [`MAX_SIDE`].
    #[error("the picture has too many pixels ({width} x {height})")]
    TooManyPixels {
        /// Pixels from left to right.
        width: u32,
        /// Pixels from top to bottom.
        height: u32,
    },
    /// Decoding would need more memory than a picture may take (such as 16 bits per channel at full size).
    #[error("the picture needs too much memory to be read")]
    NeedsTooMuchMemory,
    /// It begins like a picture, but cannot be read to its end.
    #[error("the picture is damaged")]
    Broken,
}

/// A decoded picture, not yet turned the right way up.
pub(crate) struct Picture {
    pub pixels: DynamicImage,
    /// How the camera was held; the pixels still need turning so.
    pub orientation: Orientation,
}

/// Decodes the first frame of a picture.
pub(crate) fn decode(bytes: &[u8]) -> Result<Picture, PictureError> {
    let format = FileKind::sniff(bytes).format().ok_or(PictureError::NotAPicture)?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits.clone());

    let mut decoder = reader.into_decoder().map_err(fact)?;
    let (width, height) = decoder.dimensions();
    check_size(width, height)?;
    limits.reserve(decoder.total_bytes()).map_err(fact)?;
    decoder.set_limits(limits).map_err(fact)?;
    // Unreadable EXIF is no reason to refuse a good picture.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let pixels = DynamicImage::from_decoder(decoder).map_err(fact)?;
    Ok(Picture { pixels, orientation })
}

fn check_size(width: u32, height: u32) -> Result<(), PictureError> {
    let pixels = u64::from(width) * u64::from(height);
    match pixels {
        0 => Err(PictureError::Broken),
        _ if pixels > MAX_PIXELS || width.max(height) > MAX_SIDE => {
            Err(PictureError::TooManyPixels { width, height })
        }
        _ => Ok(()),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err wants")]
fn fact(error: ImageError) -> PictureError {
    match error {
        ImageError::Limits(_) => PictureError::NeedsTooMuchMemory,
        _ => PictureError::Broken,
    }
}

/// Tiny pictures for the tests of this crate.
#[cfg(test)]
pub(crate) mod samples {
    use super::*;
    use image::{ImageEncoder, Rgb, RgbImage};

    pub const RED: Rgb<u8> = Rgb([220, 30, 30]);
    pub const BLUE: Rgb<u8> = Rgb([30, 30, 220]);

    pub fn plain(width: u32, height: u32) -> DynamicImage {
        RgbImage::from_pixel(width, height, RED).into()
    }

    /// Red above, blue below.
    pub fn red_over_blue(width: u32, height: u32) -> DynamicImage {
        RgbImage::from_fn(width, height, |_, y| if y < height / 2 { RED } else { BLUE }).into()
    }

    pub fn encoded(picture: &DynamicImage, kind: FileKind) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, kind.format().expect("a kind of picture")).expect("it encodes");
        bytes.into_inner()
    }

    /// A little-endian EXIF block that says only how the camera was held.
    pub fn exif(orientation: u8) -> Vec<u8> {
        let mut exif = b"II\x2a\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
        exif.extend([orientation, 0, 0, 0, 0, 0, 0, 0]);
        exif
    }

    pub fn jpeg_held(picture: &DynamicImage, orientation: u8) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 95);
        encoder.set_exif_metadata(exif(orientation)).expect("JPEG carries EXIF");
        encoder.encode_image(picture).expect("it encodes");
        bytes
    }

    /// A PNG header that announces a size, with nothing behind it: a decompression bomb's fuse.
    pub fn png_of_size(width: u32, height: u32, bits: u8) -> Vec<u8> {
        let mut header = b"IHDR".to_vec();
        header.extend(width.to_be_bytes());
        header.extend(height.to_be_bytes());
        header.extend([bits, 6, 0, 0, 0]);
        let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0d".to_vec();
        png.extend(&header);
        png.extend(crc32(&header).to_be_bytes());
        let idat = b"IDAT";
        png.extend(b"\0\0\0\0IDAT");
        png.extend(crc32(idat).to_be_bytes());
        png
    }

    fn crc32(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 * (crc & 1)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::samples::*;
    use super::*;

    fn refused(bytes: &[u8]) -> Option<PictureError> {
        decode(bytes).err()
    }

    #[test]
    fn all_four_kinds_are_read() {
        for kind in [FileKind::Png, FileKind::Jpeg, FileKind::WebP, FileKind::Gif] {
            let picture = decode(&encoded(&plain(7, 5), kind)).expect("a good picture");
            assert_eq!((picture.pixels.width(), picture.pixels.height()), (7, 5));
        }
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        assert_eq!(refused(b"%PDF-1.7"), Some(PictureError::NotAPicture));
        assert_eq!(refused(b""), Some(PictureError::NotAPicture));
        assert_eq!(refused(b"<svg/>"), Some(PictureError::NotAPicture));
    }

    #[test]
    fn a_picture_of_too_many_pixels_is_refused_from_its_header() {
        let wide = PictureError::TooManyPixels { width: 20_001, height: 1 };
        let large = PictureError::TooManyPixels { width: 10_000, height: 5_001 };

        assert_eq!(refused(&png_of_size(20_001, 1, 8)), Some(wide));
        assert_eq!(refused(&png_of_size(10_000, 5_001, 8)), Some(large));
    }

    #[test]
    fn a_picture_of_too_many_bits_for_the_memory_limit_is_refused_from_its_header() {
        assert_eq!(refused(&png_of_size(10_000, 5_000, 16)), Some(PictureError::NeedsTooMuchMemory));
    }

    #[test]
    fn a_picture_cut_short_or_spoilt_is_broken() {
        for kind in [FileKind::Png, FileKind::WebP, FileKind::Gif] {
            let whole = encoded(&red_over_blue(40, 40), kind);
            assert_eq!(refused(&whole[..whole.len() / 2]), Some(PictureError::Broken), "{kind:?}");
        }
        assert_eq!(refused(b"\xff\xd8\xff\xe0junk"), Some(PictureError::Broken));
        assert_eq!(refused(&png_of_size(0, 4, 8)), Some(PictureError::Broken));
    }

    #[test]
    fn the_orientation_comes_from_the_exif_of_the_camera() {
        let picture = decode(&jpeg_held(&plain(4, 4), 6)).expect("a good picture");

        assert_eq!(picture.orientation, Orientation::Rotate90);
    }
}
