//! GIF: blocks, most of them a row of sub-blocks. Source: GIF89a specification, sections 17 to 27.

use super::Rest;
use crate::PictureError;

const EXTENSION: u8 = 0x21;
const PICTURE: u8 = 0x2c;
const END: u8 = 0x3b;
/// What a shown picture may need of the extensions of applications: that it repeats, and its colours.
const APPLICATIONS: [&[u8; 11]; 3] = [b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012"];

pub(super) fn strip(bytes: &[u8]) -> Result<Vec<u8>, PictureError> {
    let mut rest = Rest(bytes);
    let screen = rest.take(13)?;
    let mut kept = screen.to_vec();
    kept.extend(rest.take(colours(screen[10]))?);
    loop {
        let begun = rest.0;
        let is_needed = match rest.byte()? {
            END => {
                kept.push(END);
                return Ok(kept);
            }
            PICTURE => {
                let flags = rest.take(9)?[8];
                rest.take(colours(flags) + 1)?;
                true
            }
            EXTENSION => extension_is_needed(&mut rest)?,
            _ => return Err(PictureError::Broken),
        };
        skip_sub_blocks(&mut rest)?;
        if is_needed {
            kept.extend(&begun[..begun.len() - rest.0.len()]);
        }
    }
}

/// The bytes of the table of colours that the flags announce.
fn colours(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}

fn extension_is_needed(rest: &mut Rest<'_>) -> Result<bool, PictureError> {
    Ok(match rest.byte()? {
        // Plain text and the control of the next picture.
        0x01 | 0xf9 => true,
        0xff => rest.0.get(1..12).is_some_and(|name| APPLICATIONS.iter().any(|needed| name == *needed)),
        _ => false,
    })
}

fn skip_sub_blocks(rest: &mut Rest<'_>) -> Result<(), PictureError> {
    loop {
        match rest.byte()? {
            0 => return Ok(()),
            length => rest.take(usize::from(length))?,
        };
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::tests::secret;
    use super::*;

    pub fn telling(plain: &[u8]) -> Vec<u8> {
        let screen = 13 + colours(plain[10]);
        let said = [&[u8::try_from(secret().len()).unwrap()], secret(), &[0]].concat();
        let mut telling = plain[..screen].to_vec();
        telling.extend([&[EXTENSION, 0xfe], said.as_slice()].concat());
        telling.extend([&[EXTENSION, 0xff, 11], &b"XMP DataXMP"[..], said.as_slice()].concat());
        telling.extend(&plain[screen..]);
        telling.extend(secret());
        telling
    }

    #[test]
    fn a_table_of_colours_is_as_long_as_announced() {
        assert_eq!((colours(0x00), colours(0x80), colours(0x87)), (0, 6, 768));
    }
}
