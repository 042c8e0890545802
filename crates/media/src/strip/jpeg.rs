//! JPEG: a row of segments, each behind a marker. Source: ITU-T T.81, annex B.

use super::{Rest, orientation_of};
use crate::PictureError;

const START: u8 = 0xd8;
const END: u8 = 0xd9;
const SCAN: u8 = 0xda;
const APP0: u8 = 0xe0;
const APP1: u8 = 0xe1;
const APP2: u8 = 0xe2;
const APP14: u8 = 0xee;

pub(super) fn strip(bytes: &[u8]) -> Result<Vec<u8>, PictureError> {
    let mut rest = Rest(bytes);
    let mut kept = rest.take(2)?.to_vec();
    debug_assert_eq!(kept, [0xff, START]);
    loop {
        match marker(&mut rest)? {
            END => {
                kept.extend([0xff, END]);
                return Ok(kept);
            }
            SCAN => {
                push(&mut kept, SCAN, segment(&mut rest)?)?;
                kept.extend(scan(&mut rest));
                // A picture cut in its last lines is shown as far as it goes: it gets the end that it lacks.
                if rest.0.is_empty() {
                    kept.extend([0xff, END]);
                    return Ok(kept);
                }
            }
            marker => {
                if let Some(segment) = needed(marker, segment(&mut rest)?) {
                    push(&mut kept, marker, &segment)?;
                }
            }
        }
    }
}

/// The next marker, behind any number of fill bytes.
fn marker(rest: &mut Rest<'_>) -> Result<u8, PictureError> {
    if rest.byte()? != 0xff {
        return Err(PictureError::Broken);
    }
    loop {
        match rest.byte()? {
            0xff => {}
            marker => return Ok(marker),
        }
    }
}

/// What a segment holds, without its length.
fn segment<'a>(rest: &mut Rest<'a>) -> Result<&'a [u8], PictureError> {
    let length = usize::from(u16::from_be_bytes(rest.array()?));
    rest.take(length.checked_sub(2).ok_or(PictureError::Broken)?)
}

fn push(kept: &mut Vec<u8>, marker: u8, segment: &[u8]) -> Result<(), PictureError> {
    let length = u16::try_from(segment.len() + 2).map_err(|_| PictureError::Broken)?;
    kept.extend([0xff, marker]);
    kept.extend(length.to_be_bytes());
    kept.extend(segment);
    Ok(())
}

/// The coded pixels up to the next marker; stuffed zeros and restart markers are part of them.
fn scan<'a>(rest: &mut Rest<'a>) -> &'a [u8] {
    let is_marker = |pair: &[u8]| pair[0] == 0xff && !matches!(pair[1], 0x00 | 0xd0..=0xd7 | 0xff);
    let end = rest.0.windows(2).position(is_marker).unwrap_or(rest.0.len());
    let (scan, after) = rest.0.split_at(end);
    rest.0 = after;
    scan
}

/// What of a segment is needed to show the picture.
fn needed(marker: u8, segment: &[u8]) -> Option<Vec<u8>> {
    match marker {
        // Frames, tables, intervals, line counts.
        0xc0..=0xcf | 0xdb..=0xdf => Some(segment.to_vec()),
        // JFIF may carry a preview of the picture as it was before it was cut.
        APP0 => Some([segment.get(..12)?, &[0, 0]].concat()).filter(|_| segment.starts_with(b"JFIF\0")),
        APP1 => Some([b"Exif\0\0", orientation_of(segment.strip_prefix(b"Exif\0\0")?)?.as_slice()].concat()),
        APP2 => Some(segment.to_vec()).filter(|_| segment.starts_with(b"ICC_PROFILE\0")),
        // How the colours are coded.
        APP14 => Some(segment.to_vec()).filter(|_| segment.starts_with(b"Adobe")),
        _ => None,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::tests::{secret, secret_exif};
    use super::*;

    pub fn telling(plain: &[u8]) -> Vec<u8> {
        let mut telling = plain[..2].to_vec();
        push(&mut telling, APP1, &[b"Exif\0\0", secret_exif().as_slice()].concat()).unwrap();
        push(&mut telling, APP1, &[b"http://ns.adobe.com/xap/1.0/\0", secret()].concat()).unwrap();
        push(&mut telling, APP2, &[b"MPF\0", secret()].concat()).unwrap();
        push(&mut telling, 0xed, &[b"Photoshop 3.0\0", secret()].concat()).unwrap();
        push(&mut telling, 0xfe, secret()).unwrap();
        telling.extend(&plain[2..]);
        telling.extend(secret());
        telling
    }

    #[test]
    fn the_colours_keep_what_they_mean() {
        assert_eq!(needed(APP2, b"ICC_PROFILE\0\x01\x01x"), Some(b"ICC_PROFILE\0\x01\x01x".to_vec()));
        assert_eq!(needed(APP14, b"Adobe\0d"), Some(b"Adobe\0d".to_vec()));
    }

    #[test]
    fn the_preview_is_dropped() {
        let with_preview = b"JFIF\0\x01\x02\0\0\x01\0\x01\x01\x01\xaa\xbb\xcc";

        assert_eq!(needed(APP0, with_preview), Some(b"JFIF\0\x01\x02\0\0\x01\0\x01\0\0".to_vec()));
        assert_eq!(needed(APP0, b"JFXX\0\x10"), None);
    }

    #[test]
    fn a_scan_goes_on_over_stuffing_and_restarts() {
        let mut rest = Rest(b"a\xff\0b\xff\xd0c\xff\xff\xd9");

        assert_eq!(scan(&mut rest), b"a\xff\0b\xff\xd0c\xff");
    }
}
