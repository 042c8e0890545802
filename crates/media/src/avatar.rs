//! A person's picture, made square and re-encoded in the sizes that are shown.
//!
//! Nothing of the uploaded file survives but its pixels: no metadata, no place, no hidden payload.

use crate::picture::{self, Picture};
use crate::{FileKind, Key, PictureError, UniqueName, encode};
use image::imageops::FilterType;
use image::{DynamicImage, RgbaImage};
use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

/// An uploaded avatar may have this many bytes.
pub const MAX_BYTES: usize = 5 * 1024 * 1024;
/// The sides of the squares that are kept, in pixels, the largest first.
pub const SIZES: [u32; 4] = [512, 256, 96, 48];

/// An avatar ready to be stored: one file per size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Avatar {
    /// Names it; store this with the person.
    pub name: AvatarName,
    /// The encoded squares in the order of [`SIZES`], each with the key to store it under.
    pub files: Vec<(Key, Vec<u8>)>,
}

impl Avatar {
    /// Makes an avatar, of this name, of an uploaded PNG, JPEG, WebP or GIF (its first frame), of at most [`MAX_BYTES`].
    ///
    /// Turns it as its EXIF says, cuts the middle square out, and encodes it as PNG when anything in it is
    /// transparent, else as JPEG.
    pub fn make(upload: &[u8], name: UniqueName) -> Result<Self, PictureError> {
        if upload.len() > MAX_BYTES {
            return Err(PictureError::TooBig { limit: MAX_BYTES });
        }
        let squares = squares(picture::decode(upload)?);
        let kind = encode::kind_for(&squares[0]);
        let encoded =
            squares.iter().map(|square| encode::encode(square, kind)).collect::<Result<Vec<_>, _>>()?;
        let name = AvatarName { name, kind };
        let files = SIZES.iter().zip(encoded).map(|(size, bytes)| (name.key(*size), bytes)).collect();
        Ok(Self { name, files })
    }
}

/// The name of an avatar, such as `3b5d…e1.jpg`. Each upload has its own, the same picture or not: so what was
/// replaced can be swept without a look at what is being uploaded.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AvatarName {
    name: UniqueName,
    kind: FileKind,
}

/// A text that is not the name of an avatar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the name of an avatar")]
pub struct InvalidAvatarName;

impl AvatarName {
    /// Where the file for a square of `size` pixels is stored: the smallest kept that is not smaller than
    /// `size`, or the largest.
    pub fn key(&self, size: u32) -> Key {
        let kept = SIZES.into_iter().rev().find(|kept| *kept >= size).unwrap_or(SIZES[0]);
        Key::made_here(format!("avatars/{}/{kept}.{}", self.name, self.extension()))
    }

    /// The keys of all its files.
    pub fn keys(&self) -> impl Iterator<Item = Key> {
        SIZES.into_iter().map(|size| self.key(size))
    }

    /// The media type of its files.
    pub fn content_type(&self) -> &'static str {
        self.kind.content_type()
    }

    fn extension(&self) -> &'static str {
        if self.kind == FileKind::Png { "png" } else { "jpg" }
    }
}

impl Display for AvatarName {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.name, self.extension())
    }
}

impl FromStr for AvatarName {
    type Err = InvalidAvatarName;

    fn from_str(text: &str) -> Result<Self, InvalidAvatarName> {
        let (name, extension) = text.split_once('.').ok_or(InvalidAvatarName)?;
        let kind = match extension {
            "png" => FileKind::Png,
            "jpg" => FileKind::Jpeg,
            _ => return Err(InvalidAvatarName),
        };
        Ok(Self { name: name.parse().map_err(|_| InvalidAvatarName)?, kind })
    }
}

/// Cuts the middle square out and scales it to every size, each from the one before: cheaper than from the
/// whole, and not to be told apart. Turning comes last, on few pixels; a centred square stays centred.
fn squares(picture: Picture) -> Vec<RgbaImage> {
    let largest = scale(premultiplied(middle_square(picture.pixels)), SIZES[0]);
    let mut largest = DynamicImage::from(largest);
    largest.apply_orientation(picture.orientation);
    let mut squares = vec![largest.into_rgba8()];
    for size in &SIZES[1..] {
        squares.push(scale(squares[squares.len() - 1].clone(), *size));
    }
    squares.into_iter().map(straight).collect()
}

fn middle_square(pixels: DynamicImage) -> RgbaImage {
    let side = pixels.width().min(pixels.height());
    let (left, top) = ((pixels.width() - side) / 2, (pixels.height() - side) / 2);
    let square =
        if pixels.width() == pixels.height() { pixels } else { pixels.crop_imm(left, top, side, side) };
    square.into_rgba8()
}

fn scale(square: RgbaImage, size: u32) -> RgbaImage {
    if square.width() == size {
        square
    } else {
        image::imageops::resize(&square, size, size, FilterType::CatmullRom)
    }
}

/// Weighs colours by their opacity, so that scaling does not bleed the colour of invisible pixels into edges.
fn premultiplied(mut square: RgbaImage) -> RgbaImage {
    for pixel in square.pixels_mut() {
        let [red, green, blue, alpha] = pixel.0;
        let weigh =
            |colour: u8| u8::try_from((u16::from(colour) * u16::from(alpha) + 127) / 255).unwrap_or(u8::MAX);
        pixel.0 = [weigh(red), weigh(green), weigh(blue), alpha];
    }
    square
}

/// The reverse of [`premultiplied`].
fn straight(mut square: RgbaImage) -> RgbaImage {
    for pixel in square.pixels_mut() {
        let [red, green, blue, alpha] = pixel.0;
        let unweigh = |colour: u8| {
            let full =
                (u16::from(colour) * 255 + u16::from(alpha) / 2).checked_div(u16::from(alpha)).unwrap_or(0);
            u8::try_from(full).unwrap_or(u8::MAX)
        };
        pixel.0 = [unweigh(red), unweigh(green), unweigh(blue), alpha];
    }
    square
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::samples::*;
    use image::{Frame, Rgb, Rgba};

    fn made(upload: &[u8]) -> Avatar {
        make(upload).expect("a good picture")
    }

    fn make(upload: &[u8]) -> Result<Avatar, PictureError> {
        Avatar::make(upload, UniqueName::random().expect("randomness"))
    }

    fn largest(avatar: &Avatar) -> RgbaImage {
        image::load_from_memory(&avatar.files[0].1).expect("an encoded square").into_rgba8()
    }

    fn looks_like(pixel: &Rgba<u8>, colour: Rgb<u8>) -> bool {
        pixel.0.iter().zip(colour.0).all(|(is, wanted)| is.abs_diff(wanted) < 24)
    }

    #[test]
    fn every_kind_of_picture_becomes_squares_of_all_sizes() {
        for kind in [FileKind::Png, FileKind::Jpeg, FileKind::WebP, FileKind::Gif] {
            let avatar = made(&encoded(&plain(90, 60), kind));

            for (size, (key, bytes)) in SIZES.into_iter().zip(&avatar.files) {
                let square = image::load_from_memory(bytes).expect("an encoded square");
                assert_eq!((square.width(), square.height()), (size, size));
                assert_eq!(*key, avatar.name.key(size));
            }
        }
    }

    #[test]
    fn the_middle_is_cut_out() {
        let thirds = |x: u32| if (30..60).contains(&x) { RED } else { BLUE };
        let picture = image::RgbImage::from_fn(90, 30, |x, _| thirds(x)).into();

        let square = largest(&made(&encoded(&picture, FileKind::Png)));

        assert!(square.pixels().all(|pixel| looks_like(pixel, RED)));
    }

    #[test]
    fn a_picture_taken_with_the_camera_held_sideways_is_upright() {
        // Orientation 6: turn it by a quarter, clockwise.
        let square = largest(&made(&jpeg_held(&red_over_blue(64, 64), 6)));

        assert!(looks_like(square.get_pixel(500, 256), RED), "above in the file is right when shown");
        assert!(looks_like(square.get_pixel(12, 256), BLUE));
    }

    #[test]
    fn nothing_of_the_metadata_survives() {
        let upload = jpeg_held(&plain(64, 64), 3);
        assert!(contains(&upload, b"Exif"));

        for (_, bytes) in made(&upload).files {
            assert!(!contains(&bytes, b"Exif"));
        }
    }

    fn contains(bytes: &[u8], part: &[u8]) -> bool {
        bytes.windows(part.len()).any(|window| window == part)
    }

    #[test]
    fn what_is_transparent_stays_so_and_its_hidden_colour_does_not_bleed() {
        let half = |x: u32| if x < 32 { Rgba([0, 255, 0, 0]) } else { Rgba([220, 30, 30, 255]) };
        let picture = RgbaImage::from_fn(64, 64, |x, _| half(x)).into();

        let avatar = made(&encoded(&picture, FileKind::Png));

        assert_eq!(avatar.name.content_type(), "image/png");
        let square = largest(&avatar);
        assert_eq!(square.get_pixel(10, 10).0[3], 0);
        assert!(square.pixels().all(|pixel| pixel.0[1] < 60), "no green at the edge");
    }

    #[test]
    fn an_opaque_picture_becomes_a_jpeg_even_from_a_format_with_transparency() {
        let picture = DynamicImage::from(plain(64, 64).into_rgba8());

        let avatar = made(&encoded(&picture, FileKind::Png));

        assert_eq!(avatar.name.content_type(), "image/jpeg");
        assert_eq!(FileKind::sniff(&avatar.files[3].1), FileKind::Jpeg);
    }

    #[test]
    fn of_a_moving_picture_the_first_frame_is_taken() {
        let mut gif = Vec::new();
        let mut encoder = image::codecs::gif::GifEncoder::new(&mut gif);
        for colour in [[220, 30, 30, 255], [30, 30, 220, 255]] {
            encoder.encode_frame(Frame::new(RgbaImage::from_pixel(20, 20, Rgba(colour)))).unwrap();
        }
        drop(encoder);

        let square = largest(&made(&gif));

        assert!(looks_like(square.get_pixel(256, 256), RED));
    }

    #[test]
    fn a_file_of_more_than_five_mebibytes_is_too_big() {
        let mut upload = encoded(&plain(4, 4), FileKind::Png);
        upload.resize(MAX_BYTES, 0);
        assert!(make(&upload).is_ok());

        upload.push(0);

        assert_eq!(make(&upload), Err(PictureError::TooBig { limit: MAX_BYTES }));
    }

    #[test]
    fn what_cannot_be_decoded_is_refused_with_the_reason() {
        assert_eq!(make(b"hello"), Err(PictureError::NotAPicture));
        let huge = PictureError::TooManyPixels { width: 19_000, height: 19_000 };
        assert_eq!(make(&png_of_size(19_000, 19_000, 8)), Err(huge));
    }

    #[test]
    fn a_picture_of_one_pixel_is_enough() {
        assert_eq!(made(&encoded(&plain(1, 1), FileKind::Png)).files.len(), 4);
    }

    #[test]
    fn the_same_picture_is_kept_under_another_name_each_time() {
        let red = made(&encoded(&plain(64, 64), FileKind::Png));
        let again = made(&encoded(&plain(64, 64), FileKind::Png));

        assert!(red.name != again.name && red.name.key(48) != again.name.key(48));
        assert_eq!(red.files[0].1, again.files[0].1);
    }

    #[test]
    fn a_name_is_read_back_from_its_text() {
        let name = made(&encoded(&plain(8, 8), FileKind::Png)).name;

        assert_eq!(name.to_string().parse(), Ok(name));
    }

    #[test]
    fn what_could_lead_elsewhere_is_no_name() {
        let hash = "0123456789abcdef0123456789abcdef";
        for text in ["", "../../etc/passwd", "x.jpg", &format!("{hash}.svg"), hash, &format!("../{hash}.jpg")]
        {
            assert_eq!(text.parse::<AvatarName>(), Err(InvalidAvatarName), "{text}");
        }
    }

    #[test]
    fn a_size_that_is_not_kept_gets_the_next_larger() {
        let name: AvatarName = "0123456789abcdef0123456789abcdef.png".parse().unwrap();

        assert!(name.key(40).as_str().ends_with("/48.png"));
        assert!(name.key(97).as_str().ends_with("/256.png"));
        assert!(name.key(4_000).as_str().ends_with("/512.png"));
    }
}
