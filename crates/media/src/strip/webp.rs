//! WebP: RIFF chunks, padded to even lengths. Source: RFC 9649, section 2.

use super::{Rest, length, orientation_of};
use crate::PictureError;

const NEEDED: [&[u8; 4]; 5] = [b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ICCP"];
const HAS_EXIF: u8 = 0x08;
const HAS_XMP: u8 = 0x04;
/// A frame of a moving picture begins with this many bytes; chunks follow.
const FRAME_HEADER: usize = 16;

pub(super) fn strip(bytes: &[u8]) -> Result<Vec<u8>, PictureError> {
    let mut rest = Rest(bytes);
    rest.take(4)?;
    let size = length(u32::from_le_bytes(rest.array()?))?;
    let mut rest = Rest(rest.take(size)?);
    let mut kept = rest.take(4)?.to_vec();
    kept.extend(chunks(rest)?);
    Ok(chunk(*b"RIFF", &kept))
}

/// The chunks that are needed.
fn chunks(mut rest: Rest<'_>) -> Result<Vec<u8>, PictureError> {
    let mut kept = Vec::new();
    let mut header = None;
    while !rest.0.is_empty() {
        let kind: [u8; 4] = rest.array()?;
        let length = length(u32::from_le_bytes(rest.array()?))?;
        let content = rest.take(length)?;
        // The last chunk's padding is forgotten by some encoders.
        let _ = rest.take(length % 2);
        match &kind {
            b"VP8X" => {
                let mut content = content.to_vec();
                *content.first_mut().ok_or(PictureError::Broken)? &= !(HAS_EXIF | HAS_XMP);
                header = Some(kept.len() + 8);
                kept.extend(chunk(kind, &content));
            }
            b"ANMF" => {
                let (frame, inner) = content.split_at_checked(FRAME_HEADER).ok_or(PictureError::Broken)?;
                kept.extend(chunk(kind, &[frame, &chunks(Rest(inner))?].concat()));
            }
            b"EXIF" => {
                if let (Some(exif), Some(flags)) = (orientation_of(content), header) {
                    kept[flags] |= HAS_EXIF;
                    kept.extend(chunk(kind, &exif));
                }
            }
            _ if NEEDED.contains(&&kind) => kept.extend(chunk(kind, content)),
            _ => {}
        }
    }
    Ok(kept)
}

fn chunk(kind: [u8; 4], content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap_or(u32::MAX);
    let mut chunk = [&kind, &length.to_le_bytes(), content].concat();
    chunk.resize(chunk.len().next_multiple_of(2), 0);
    chunk
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::tests::{secret, secret_exif};
    use super::*;

    pub fn telling(plain: &[u8]) -> Vec<u8> {
        // Flags, three reserved bytes, and width and height less one.
        let mut telling = b"WEBP".to_vec();
        telling.extend(chunk(*b"VP8X", &[HAS_EXIF | HAS_XMP, 0, 0, 0, 39, 0, 0, 29, 0, 0]));
        telling.extend(&plain[12..]);
        telling.extend(chunk(*b"EXIF", &secret_exif()));
        telling.extend(chunk(*b"XMP ", secret()));
        telling.extend(chunk(*b"note", secret()));
        let mut telling = chunk(*b"RIFF", &telling);
        telling.extend(secret());
        telling
    }

    #[test]
    fn the_header_says_what_is_left() {
        let header = |exif: &[u8]| {
            let telling = [chunk(*b"VP8X", &[0x3c; 10]), chunk(*b"EXIF", exif)].concat();
            chunks(Rest(&telling)).unwrap()[8]
        };

        assert_eq!(header(&secret_exif()), 0x38);
        assert_eq!(header(b"nothing"), 0x30);
    }

    #[test]
    fn a_frame_keeps_its_pixels_only() {
        let inner = [chunk(*b"VP8L", b"pixels"), chunk(*b"note", secret())].concat();
        let frame = chunk(*b"ANMF", &[&[7; FRAME_HEADER], inner.as_slice()].concat());

        let kept = chunks(Rest(&frame)).unwrap();

        assert_eq!(
            kept,
            chunk(*b"ANMF", &[&[7; FRAME_HEADER], chunk(*b"VP8L", b"pixels").as_slice()].concat())
        );
    }
}
