//! Encoding what is kept of a picture.

use crate::{FileKind, PictureError};
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageFormat, RgbaImage};
use std::io::Cursor;

const JPEG_QUALITY: u8 = 85;

/// PNG when anything is transparent, else JPEG.
pub(crate) fn kind_for(picture: &RgbaImage) -> FileKind {
    let is_opaque = picture.pixels().all(|pixel| pixel.0[3] == u8::MAX);
    if is_opaque { FileKind::Jpeg } else { FileKind::Png }
}

/// The picture as PNG, or as JPEG without its transparency.
pub(crate) fn encode(picture: &RgbaImage, kind: FileKind) -> Result<Vec<u8>, PictureError> {
    let mut bytes = Cursor::new(Vec::new());
    let encoded = match kind {
        FileKind::Png => picture.write_to(&mut bytes, ImageFormat::Png),
        _ => {
            let opaque = DynamicImage::from(picture.clone()).into_rgb8();
            opaque.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY))
        }
    };
    encoded.map_err(|_| PictureError::Broken)?;
    Ok(bytes.into_inner())
}
