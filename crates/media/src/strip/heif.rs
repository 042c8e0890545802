//! HEIF and AVIF pictures: what cameras tell in them is overwritten where it stands, so that nothing else moves.
//!
//! Source: ISO/IEC 14496-12 (boxes; `meta`, `iinf`, `iloc`, `idat`) and ISO/IEC 23008-12 (Exif and XMP as items).

use std::ops::Range;

use super::Rest;
use crate::PictureError;

/// The brands by which a file says that it is a picture, or a sequence of them, of this family.
const BRANDS: [&[u8; 4]; 8] = [b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1", b"avif"];

/// Whether a file says of itself that it is of this family.
pub(crate) fn is_heif(bytes: &[u8]) -> bool {
    let Ok(Some(first)) = Boxed::next(&mut Rest(bytes)) else { return false };
    let brands = first.content.chunks_exact(4).enumerate().filter(|(place, _)| *place != 1);
    first.kind == *b"ftyp" && brands.into_iter().any(|(_, brand)| BRANDS.iter().any(|known| brand == *known))
}

/// The same picture without Exif and XMP; refused where it can't be found out where these are. How the picture is
/// held does not stand in them but in properties (`irot`, `imir`), which stay.
pub(crate) fn strip(bytes: &[u8]) -> Result<Vec<u8>, PictureError> {
    let mut stripped = bytes.to_vec();
    // No two of them can share a byte: whoever says so wants it overwritten for hours.
    let mut left = bytes.len();
    for telling in tellings(bytes)? {
        left = left.checked_sub(telling.len()).ok_or(PictureError::Broken)?;
        stripped.get_mut(telling).ok_or(PictureError::Broken)?.fill(0);
    }
    Ok(stripped)
}

/// Where in the file stands what tells about its maker.
fn tellings(bytes: &[u8]) -> Result<Vec<Range<usize>>, PictureError> {
    let mut ranges = Vec::new();
    let mut file = Rest(bytes);
    while let Some(part) = Boxed::next(&mut file)? {
        if part.kind == *b"meta" {
            // What follows the part is what is not read yet.
            let start = bytes.len() - file.0.len() - part.content.len();
            ranges.extend(Meta::read(part.content, start)?.tellings()?);
        }
    }
    Ok(ranges)
}

/// A box, which begins with its length and kind.
struct Boxed<'a> {
    kind: [u8; 4],
    content: &'a [u8],
}

impl<'a> Boxed<'a> {
    /// The next one; nothing at the end.
    fn next(rest: &mut Rest<'a>) -> Result<Option<Self>, PictureError> {
        if rest.0.is_empty() {
            return Ok(None);
        }
        let short = u32::from_be_bytes(rest.array()?);
        let kind = rest.array()?;
        let content = match short {
            0 => rest.0.len(),
            1 => size(u64::from_be_bytes(rest.array()?).checked_sub(16))?,
            short => size(u64::from(short).checked_sub(8))?,
        };
        Ok(Some(Self { kind, content: rest.take(content)? }))
    }
}

/// What a `meta` box says of the items of a file.
struct Meta<'a> {
    /// The ids of those that tell about their maker.
    telling: Vec<u32>,
    /// `iloc`, which says where items are.
    places: Option<&'a [u8]>,
    /// Where in the file the content of `idat` is, in which small items are.
    within: Option<Range<usize>>,
}

impl<'a> Meta<'a> {
    /// Reads the content of the box, which begins at `start` in the file.
    fn read(content: &'a [u8], start: usize) -> Result<Self, PictureError> {
        let mut meta = Self { telling: Vec::new(), places: None, within: None };
        let mut parts = Rest(content);
        parts.take(4)?;
        while let Some(part) = Boxed::next(&mut parts)? {
            match &part.kind {
                b"iinf" => meta.telling = telling_items(part.content)?,
                b"iloc" => meta.places = Some(part.content),
                b"idat" => {
                    let end = start + content.len() - parts.0.len();
                    meta.within = Some(end - part.content.len()..end);
                }
                _ => {}
            }
        }
        Ok(meta)
    }

    fn tellings(&self) -> Result<Vec<Range<usize>>, PictureError> {
        match self.places {
            Some(places) if !self.telling.is_empty() => self.places_of_tellings(places),
            _ => Ok(Vec::new()),
        }
    }

    /// Reads an `iloc` box.
    fn places_of_tellings(&self, content: &[u8]) -> Result<Vec<Range<usize>>, PictureError> {
        let mut rest = Rest(content);
        let [version, _, _, _] = rest.array()?;
        let [sizes, more_sizes] = rest.array()?;
        let widths = (sizes >> 4, sizes & 15, more_sizes >> 4, more_sizes & 15);
        let (of_offset, of_length, of_base, of_index) = widths;
        let count = id(&mut rest, version < 2)?;
        let mut ranges = Vec::new();
        for _ in 0..count {
            let item = id(&mut rest, version < 2)?;
            let method = if version == 0 { 0 } else { u16::from_be_bytes(rest.array()?) & 15 };
            rest.take(2)?;
            let base = number(&mut rest, of_base)?;
            let extents = u16::from_be_bytes(rest.array()?);
            for _ in 0..extents {
                if version > 0 {
                    number(&mut rest, of_index)?;
                }
                let offset = base.checked_add(number(&mut rest, of_offset)?);
                let length = number(&mut rest, of_length)?;
                if self.telling.contains(&item) {
                    ranges.push(self.range(method, size(offset)?, size(Some(length))?)?);
                }
            }
        }
        Ok(ranges)
    }

    /// Where in the file an extent is, counted from its begin (method 0) or from that of `idat` (method 1).
    fn range(&self, method: u16, offset: usize, length: usize) -> Result<Range<usize>, PictureError> {
        let (start, end) = match (method, &self.within) {
            (0, _) => (0, usize::MAX),
            (1, Some(within)) => (within.start, within.end),
            _ => return Err(PictureError::Broken),
        };
        let from = start.checked_add(offset).ok_or(PictureError::Broken)?;
        // A length of nothing means all there is; nobody writes that of a small item.
        let to = from.checked_add(length).filter(|to| *to <= end && length > 0);
        Ok(from..to.ok_or(PictureError::Broken)?)
    }
}

/// The ids of items in an `iinf` box that are Exif, XMP or other texts.
fn telling_items(content: &[u8]) -> Result<Vec<u32>, PictureError> {
    let mut rest = Rest(content);
    let [version, _, _, _] = rest.array()?;
    id(&mut rest, version == 0)?;
    let mut items = Vec::new();
    while let Some(part) = Boxed::next(&mut rest)? {
        let mut entry = Rest(part.content);
        let [version, _, _, _] = entry.array()?;
        if part.kind != *b"infe" || version < 2 {
            return Err(PictureError::Broken);
        }
        let item = id(&mut entry, version == 2)?;
        entry.take(2)?;
        if matches!(&entry.array()?, b"Exif" | b"mime" | b"uri ") {
            items.push(item);
        }
    }
    Ok(items)
}

/// A number of 16 bits, or of 32.
fn id(rest: &mut Rest<'_>, is_short: bool) -> Result<u32, PictureError> {
    if is_short {
        rest.array().map(|two| u16::from_be_bytes(two).into())
    } else {
        rest.array().map(u32::from_be_bytes)
    }
}

/// A number of `width` bytes: none, 4 or 8.
fn number(rest: &mut Rest<'_>, width: u8) -> Result<u64, PictureError> {
    match width {
        0 => Ok(0),
        4 => rest.array().map(|four| u32::from_be_bytes(four).into()),
        8 => rest.array().map(u64::from_be_bytes),
        _ => Err(PictureError::Broken),
    }
}

fn size(number: Option<u64>) -> Result<usize, PictureError> {
    number.and_then(|number| usize::try_from(number).ok()).ok_or(PictureError::Broken)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"52.5200 N 13.4050 E";
    const PIXELS: &[u8] = b"all the pixels";

    fn boxed(kind: &[u8; 4], content: &[&[u8]]) -> Vec<u8> {
        let content = content.concat();
        let length = u32::try_from(content.len() + 8).unwrap();
        [&length.to_be_bytes(), kind.as_slice(), &content].concat()
    }

    fn item(id: u8, kind: &[u8; 4]) -> Vec<u8> {
        boxed(b"infe", &[&[2, 0, 0, 0, 0, id, 0, 0], kind, b"\0"])
    }

    /// One extent in an `iloc` of version 1.
    fn place(id: u8, method: u8, offset: usize, length: usize) -> Vec<u8> {
        let number = |number: usize| u32::try_from(number).unwrap().to_be_bytes();
        [&[0, id, 0, method, 0, 0, 0, 1], number(offset).as_slice(), &number(length)].concat()
    }

    /// Pixels and Exif in `mdat`, XMP in `idat`; all of them are where `places` says, which is given where `mdat` begins.
    fn picture(places: impl Fn(usize) -> Vec<Vec<u8>>) -> Vec<u8> {
        let upto = |start: usize| {
            let places = places(start);
            let count = u8::try_from(places.len()).unwrap();
            let items = [item(1, b"av01"), item(2, b"Exif"), item(3, b"mime")].concat();
            let meta = boxed(
                b"meta",
                &[
                    &[0; 4],
                    &boxed(b"iinf", &[&[0, 0, 0, 0, 0, 3], &items]),
                    &boxed(b"iloc", &[&[1, 0, 0, 0, 0x44, 0, 0, count], &places.concat()]),
                    &boxed(b"idat", &[SECRET]),
                ],
            );
            [boxed(b"ftyp", &[b"avif\0\0\0\0mif1"]), meta].concat()
        };
        let start = upto(0).len() + 8;
        [upto(start), boxed(b"mdat", &[PIXELS, SECRET])].concat()
    }

    fn telling() -> Vec<u8> {
        picture(|start| {
            let exif = place(2, 0, start + PIXELS.len(), SECRET.len());
            vec![place(1, 0, start, PIXELS.len()), exif, place(3, 1, 0, SECRET.len())]
        })
    }

    fn holds(bytes: &[u8], part: &[u8]) -> bool {
        bytes.windows(part.len()).any(|window| window == part)
    }

    #[test]
    fn the_family_is_known_by_its_brands() {
        assert!(is_heif(&telling()));
        for brand in BRANDS {
            assert!(is_heif(&boxed(b"ftyp", &[b"xxxx\0\0\0\0miaf", brand])));
        }
        assert!(!is_heif(&boxed(b"ftyp", &[b"isom\0\0\0\0mp42"])), "a film");
        assert!(!is_heif(&boxed(b"ftyp", &[b"isomavifmp42"])), "the version of a brand is no brand");
        assert!(!is_heif(b"") && !is_heif(b"\0\0\0\x08") && !is_heif(b"GIF89a"));
    }

    #[test]
    fn what_was_told_is_overwritten_and_nothing_moves() {
        let before = telling();
        assert!(holds(&before, SECRET));

        let after = strip(&before).unwrap();

        assert!(!holds(&after, SECRET) && holds(&after, PIXELS));
        let changed = before.iter().zip(&after).filter(|(before, after)| before != after).count();
        assert_eq!((after.len(), changed), (before.len(), 2 * SECRET.len()));
    }

    #[test]
    fn a_picture_that_tells_nothing_stays_as_it_is() {
        let silent = picture(|start| vec![place(1, 0, start, PIXELS.len())]);

        assert_eq!(strip(&silent).unwrap(), silent);
    }

    #[test]
    fn what_lies_elsewhere_than_in_the_file_is_refused() {
        let wrong: [fn(usize) -> Vec<u8>; 6] = [
            |_| place(2, 0, 0xffff_ffff, 8),
            |_| place(2, 0, 8, 0xffff_fff0),
            |_| place(2, 0, 8, 0),
            |_| place(2, 1, 8, SECRET.len()),
            |_| place(2, 2, 0, 4),
            |start| [place(2, 0, 0, start), place(3, 0, 0, start)].concat(),
        ];
        for (number, wrong) in wrong.into_iter().enumerate() {
            let places = |start| {
                let two = wrong(start);
                two.chunks(16).map(<[u8]>::to_vec).collect()
            };
            assert_eq!(strip(&picture(places)), Err(PictureError::Broken), "{number}");
        }
    }

    #[test]
    fn a_picture_that_is_cut_off_is_refused_and_never_half_read() {
        let whole = telling();
        for end in 0..whole.len() {
            // Between two boxes a file may end; what is told of then is not there.
            if let Ok(stripped) = strip(&whole[..end]) {
                assert!(!holds(&stripped, SECRET), "{end}");
            }
        }
    }
}
