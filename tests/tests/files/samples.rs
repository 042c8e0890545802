//! Small pictures, some of which tell where they were taken.

use image::codecs::{gif::GifEncoder, jpeg::JpegEncoder, png::PngEncoder, webp::WebPEncoder};
use image::{DynamicImage, ExtendedColorType, Frame, ImageEncoder, Rgb, RgbImage, Rgba, RgbaImage};

pub const RED: [u8; 3] = [220, 30, 30];
pub const BLUE: [u8; 3] = [30, 30, 220];
/// What only metadata says.
pub const SECRET: &[u8] = b"52.5200 N 13.4050 E";

/// The kinds of pictures that are shown, with the ending of their media type.
pub const KINDS: [&str; 4] = ["png", "jpeg", "webp", "gif"];

/// Red above and blue below.
pub fn red_over_blue(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |_, y| Rgb(if y < height / 2 { RED } else { BLUE }))
}

/// A picture of one of [`KINDS`] that says nothing.
pub fn plain(kind: &str) -> Vec<u8> {
    encoded(kind, &red_over_blue(40, 30), None)
}

/// A picture of one of [`KINDS`] that says [`SECRET`] wherever its format has room for words, and that the camera
/// was held sideways.
pub fn telling(kind: &str) -> Vec<u8> {
    let exif = (kind != "gif").then(|| exif(6));
    let picture = encoded(kind, &red_over_blue(40, 30), exif);
    match kind {
        "png" => with_png_chunks(&picture),
        "jpeg" => with_jpeg_segments(&picture),
        "webp" => with_webp_chunk(&picture),
        _ => with_gif_comment(&picture),
    }
}

/// A JPEG whose EXIF says how the camera was held: 1 is upright, 6 a quarter turned.
pub fn jpeg_held(picture: &RgbImage, orientation: u8) -> Vec<u8> {
    encoded("jpeg", picture, Some(exif(orientation)))
}

/// A GIF of two frames: red, then blue.
pub fn moving() -> Vec<u8> {
    let mut gif = Vec::new();
    let mut encoder = GifEncoder::new(&mut gif);
    for [red, green, blue] in [RED, BLUE] {
        encoder
            .encode_frame(Frame::new(RgbaImage::from_pixel(20, 20, Rgba([red, green, blue, 255]))))
            .unwrap();
    }
    drop(encoder);
    gif
}

/// The pixels of a picture.
pub fn pixels(bytes: &[u8]) -> DynamicImage {
    image::load_from_memory(bytes).expect("a good picture")
}

/// Whether a colour is there but for what compression does to it.
pub fn is_like(picture: &DynamicImage, (x, y): (u32, u32), colour: [u8; 3]) -> bool {
    let pixel = picture.to_rgb8().get_pixel(x, y).0;
    pixel.iter().zip(colour).all(|(is, wanted)| is.abs_diff(wanted) < 30)
}

pub fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// What begins like a picture of a kind and claims to be this large, with nothing behind it.
pub fn claiming(kind: &str, side: u16) -> Vec<u8> {
    let (high, low) = (side.to_be_bytes(), side.to_le_bytes());
    match kind {
        "png" => {
            let header = [&[0, 0], &high[..], &[0, 0], &high[..], &[8, 6, 0, 0, 0]].concat();
            let start = [b"\x89PNG\r\n\x1a\n".to_vec(), png_chunk(*b"IHDR", &header)].concat();
            [start, png_chunk(*b"IDAT", &[])].concat()
        }
        "jpeg" => {
            let frame = [&[8], &high[..], &high[..], b"\x01\x01\x11\0"].concat();
            let scan = jpeg_segment(0xda, b"\x01\x01\0\0\x3f\0");
            [b"\xff\xd8".to_vec(), jpeg_segment(0xc0, &frame), scan].concat()
        }
        "webp" => {
            let less = u32::from(side - 1).to_le_bytes();
            let header = [&[0; 4], &less[..3], &less[..3]].concat();
            webp(&[riff_chunk(*b"VP8X", &header), riff_chunk(*b"VP8L", &[0x2f, 0, 0, 0, 0])].concat())
        }
        _ => [b"GIF89a", &low[..], &low[..], b"\0\0\0,\0\0\0\0", &low, &low, b"\0\x02"].concat(),
    }
}

/// A black PNG of `side` times `side` grey pixels, which takes hardly any room until it is decoded.
pub fn bomb(side: u32) -> Vec<u8> {
    let sides = [side.to_be_bytes(), side.to_be_bytes()].concat();
    let header = png_chunk(*b"IHDR", &[sides.as_slice(), &[8, 0, 0, 0, 0]].concat());
    let pixels = png_chunk(*b"IDAT", &zeros(side * (side + 1)));
    [b"\x89PNG\r\n\x1a\n".to_vec(), header, pixels, png_chunk(*b"IEND", &[])].concat()
}

/// So many zeros as a zlib stream (RFC 1950): in the fixed code of RFC 1951 (3.2.6) one of them, and then 258 of what
/// stands before, again and again.
fn zeros(count: u32) -> Vec<u8> {
    const ZERO: &str = "00110000";
    const SAME_258: &str = "1100010100000";
    let (times, rest) = ((count - 1) / 258, (count - 1) % 258);
    let mut bits = format!("110{ZERO}{}", SAME_258.repeat(times as usize));
    bits.extend((0..rest).map(|_| ZERO));
    bits.push_str("0000000");
    let byte = |bits: &[u8]| bits.iter().rev().fold(0, |byte, bit| byte << 1 | (bit - b'0'));
    let deflated = bits.as_bytes().chunks(8).map(byte);
    let sum = (count % 65_521) << 16 | 1;
    [0x78, 0x01].into_iter().chain(deflated).chain(sum.to_be_bytes()).collect()
}

pub fn encoded(kind: &str, picture: &RgbImage, exif: Option<Vec<u8>>) -> Vec<u8> {
    let mut bytes = Vec::new();
    match kind {
        "png" => write(PngEncoder::new(&mut bytes), picture, exif),
        "jpeg" => write(JpegEncoder::new_with_quality(&mut bytes, 95), picture, exif),
        "webp" => write(WebPEncoder::new_lossless(&mut bytes), picture, exif),
        _ => GifEncoder::new(&mut bytes)
            .encode(picture.as_raw(), picture.width(), picture.height(), ExtendedColorType::Rgb8)
            .unwrap(),
    }
    bytes
}

fn write(mut encoder: impl ImageEncoder, picture: &RgbImage, exif: Option<Vec<u8>>) {
    if let Some(exif) = exif {
        encoder.set_exif_metadata(exif).expect("it carries EXIF");
    }
    let (width, height) = picture.dimensions();
    encoder.write_image(picture.as_raw(), width, height, ExtendedColorType::Rgb8).unwrap();
}

/// A TIFF block with how the camera was held, a description and a place, which both say [`SECRET`].
fn exif(orientation: u8) -> Vec<u8> {
    const DESCRIPTION: u16 = 0x010e;
    const ORIENTATION: u16 = 0x0112;
    const PLACE: u16 = 0x8825;
    const LATITUDE: u16 = 0x0002;
    let count = u32::try_from(SECRET.len()).unwrap();
    let entry = |tag: u16, kind: u16, count: u32, value: u32| {
        [&tag.to_le_bytes()[..], &kind.to_le_bytes(), &count.to_le_bytes(), &value.to_le_bytes()].concat()
    };
    // The directory: its count, three entries, and no other directory after it; then the one of the place.
    let (place, words) = (8 + 2 + 3 * 12 + 4, 8 + 2 + 3 * 12 + 4 + 2 + 12 + 4);
    [
        b"II\x2a\0\x08\0\0\0\x03\0".to_vec(),
        entry(DESCRIPTION, 2, count, words),
        entry(ORIENTATION, 3, 1, u32::from(orientation)),
        entry(PLACE, 4, 1, place),
        b"\0\0\0\0\x01\0".to_vec(),
        entry(LATITUDE, 2, count, words),
        b"\0\0\0\0".to_vec(),
        SECRET.to_vec(),
    ]
    .concat()
}

fn xmp() -> Vec<u8> {
    [b"<x:xmpmeta><exif:GPSLatitude>", SECRET, b"</exif:GPSLatitude></x:xmpmeta>"].concat()
}

fn with_png_chunks(png: &[u8]) -> Vec<u8> {
    let (header, rest) = png.split_at(8 + 25);
    let text = png_chunk(*b"tEXt", &[b"Comment\0", SECRET].concat());
    let xmp = png_chunk(*b"iTXt", &[b"XML:com.adobe.xmp\0\0\0\0\0", xmp().as_slice()].concat());
    [header, &text, &xmp, rest].concat()
}

fn with_jpeg_segments(jpeg: &[u8]) -> Vec<u8> {
    let (start, rest) = jpeg.split_at(2);
    let xmp = jpeg_segment(0xe1, &[b"http://ns.adobe.com/xap/1.0/\0", xmp().as_slice()].concat());
    [start, &xmp, &jpeg_segment(0xfe, SECRET), rest].concat()
}

/// XMP belongs at the end; the header in front already says that there is more than pixels.
fn with_webp_chunk(webp_bytes: &[u8]) -> Vec<u8> {
    let mut chunks = webp_bytes[12..].to_vec();
    assert_eq!(&chunks[..4], b"VP8X");
    chunks[8] |= 0x04;
    webp(&[chunks, riff_chunk(*b"XMP ", &xmp())].concat())
}

fn with_gif_comment(gif: &[u8]) -> Vec<u8> {
    let colours = if gif[10] & 0x80 == 0 { 0 } else { 3 << ((gif[10] & 7) + 1) };
    let (head, rest) = gif.split_at(13 + colours);
    let length = u8::try_from(SECRET.len()).unwrap();
    [head, &[0x21, 0xfe, length], SECRET, &[0], rest].concat()
}

fn png_chunk(kind: [u8; 4], content: &[u8]) -> Vec<u8> {
    let checked = [&kind, content].concat();
    let length = u32::try_from(content.len()).unwrap();
    [&length.to_be_bytes(), checked.as_slice(), &crc(&checked).to_be_bytes()].concat()
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 * (crc & 1)))
    })
}

fn jpeg_segment(marker: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).unwrap();
    [&[0xff, marker], &length.to_be_bytes()[..], content].concat()
}

fn webp(chunks: &[u8]) -> Vec<u8> {
    riff_chunk(*b"RIFF", &[b"WEBP", chunks].concat())
}

fn riff_chunk(kind: [u8; 4], content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap();
    let padding = vec![0; content.len() % 2];
    [&kind, &length.to_le_bytes()[..], content, &padding].concat()
}
