//! PNG: a row of chunks. Source: W3C PNG, third edition, section 11.

use super::{Rest, length, orientation_of};
use crate::PictureError;

/// Chunks that change what is seen; all others only tell.
const NEEDED: [&[u8; 4]; 20] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP",
    b"mDCV", b"cLLI", b"bKGD", b"hIST", b"pHYs", b"sPLT", b"acTL", b"fcTL", b"fdAT",
];

pub(super) fn strip(bytes: &[u8]) -> Result<Vec<u8>, PictureError> {
    let mut rest = Rest(bytes);
    let mut kept = rest.take(8)?.to_vec();
    loop {
        let begun = rest.0;
        let length = length(u32::from_be_bytes(rest.array()?))?;
        let kind: [u8; 4] = rest.array()?;
        let content = rest.take(length)?;
        rest.take(4)?;
        if NEEDED.contains(&&kind) {
            kept.extend(&begun[..length + 12]);
        } else if &kind == b"eXIf" {
            kept.extend(orientation_of(content).map(|exif| chunk(*b"eXIf", &exif)).unwrap_or_default());
        }
        if &kind == b"IEND" {
            return Ok(kept);
        }
    }
}

/// A short chunk of our own.
fn chunk(kind: [u8; 4], content: &[u8]) -> Vec<u8> {
    let checked = [&kind, content].concat();
    let length = u32::try_from(content.len()).unwrap_or_default();
    [&length.to_be_bytes(), checked.as_slice(), &crc(&checked).to_be_bytes()].concat()
}

/// CRC-32 as in annex D, bit by bit: it is only used on a few bytes.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 * (crc & 1)))
    })
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::tests::{secret, secret_exif};
    use super::*;

    pub fn telling(plain: &[u8]) -> Vec<u8> {
        let (header, pixels) = plain.split_at(8 + 25);
        let words = [&b"Comment\0"[..], secret()].concat();
        let mut telling = header.to_vec();
        telling.extend(chunk(*b"tEXt", &words));
        telling.extend(chunk(*b"eXIf", &secret_exif()));
        telling.extend(chunk(*b"iTXt", &[b"XML:com.adobe.xmp\0\0\0\0\0", secret()].concat()));
        telling.extend(chunk(*b"prVt", secret()));
        telling.extend(pixels);
        telling.extend(secret());
        telling
    }

    #[test]
    fn the_check_is_the_standards() {
        assert_eq!(crc(b"123456789"), 0xcbf4_3926);
        assert_eq!(crc(b"IEND"), 0xae42_6082);
    }
}
