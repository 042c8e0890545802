//! Attached pictures: what they tell is taken out, what they show stays, and none of them is too much.

use crate::form::*;
use crate::samples::{self, BLUE, RED, SECRET, is_like, pixels};
use image::codecs::gif::GifDecoder;
use image::codecs::png::PngEncoder;
use image::{AnimationDecoder, ExtendedColorType, ImageDecoder, ImageEncoder};
use std::io::Cursor;
use tests::Server;

#[tokio::test]
async fn what_a_picture_tells_is_gone_and_not_a_pixel_is_touched() {
    let server = Server::start().await;
    let ada = server.api().sign_up("ada").await;
    for kind in samples::KINDS {
        let telling = samples::telling(kind);
        assert!(samples::holds(&telling, SECRET), "{kind}");

        let file = file(&ada, "holiday", telling.clone()).await;

        assert_eq!(file["content_type"], format!("image/{kind}"));
        let given = fetch(&ada, &file["url"]).await.bytes;
        let small = fetch(&ada, &file["thumbnail_url"]).await.bytes;
        for words in [SECRET, b"GPSLatitude", b"xmpmeta"] {
            assert!(!samples::holds(&given, words) && !samples::holds(&small, words), "{kind}");
        }
        assert!(!samples::holds(&small, b"Exif"), "{kind}");
        assert_eq!(pixels(&given), pixels(&telling), "{kind}");
        assert_eq!(file["bytes"], given.len(), "{kind}");
    }
    for path in kept(&server) {
        let bytes = std::fs::read(server.data_dir().join("media").join(&path)).unwrap();
        assert!(!samples::holds(&bytes, SECRET), "{path}");
    }
}

#[tokio::test]
async fn a_picture_taken_sideways_is_shown_upright() {
    let server = Server::start().await;
    let ada = server.api().sign_up("ada").await;
    let sideways = samples::jpeg_held(&samples::red_over_blue(800, 400), 6);

    let file = file(&ada, "tower.jpg", sideways).await;

    assert_eq!((&file["width"], &file["height"]), (&400.into(), &800.into()));
    let small = pixels(&fetch(&ada, &file["thumbnail_url"]).await.bytes);
    assert_eq!((small.width(), small.height()), (320, 640));
    assert!(
        is_like(&small, (300, 320), RED) && is_like(&small, (20, 320), BLUE),
        "above in the file is right"
    );
    let given = fetch(&ada, &file["url"]).await.bytes;
    let orientation = image::ImageReader::new(Cursor::new(given)).with_guessed_format().unwrap();
    let orientation = orientation.into_decoder().unwrap().orientation().unwrap();
    assert_eq!(orientation.to_exif(), 6, "whoever shows the picture itself turns it, too");
}

#[tokio::test]
async fn a_moving_picture_keeps_moving() {
    let server = Server::start().await;
    let ada = server.api().sign_up("ada").await;

    let file = file(&ada, "dance.gif", samples::moving()).await;

    let given = fetch(&ada, &file["url"]).await.bytes;
    let frames = GifDecoder::new(Cursor::new(given)).unwrap().into_frames().collect_frames().unwrap();
    assert_eq!(frames.len(), 2);
    let small = pixels(&fetch(&ada, &file["thumbnail_url"]).await.bytes);
    assert!(is_like(&small, (10, 10), RED), "the first frame stands for it");
}

#[tokio::test]
async fn a_picture_that_claims_too_many_pixels_is_refused_before_it_is_decoded() {
    let server = Server::start().await;
    let ada = server.api().sign_up("ada").await;
    for kind in samples::KINDS {
        for side in [60_000, 7_100] {
            let claim = samples::claiming(kind, side);
            assert!(claim.len() < 100);

            upload(&ada, "bomb", claim).await.expect_errors(&[("file", "too_many_pixels")]);
        }
    }
    assert_eq!(kept(&server), [""; 0]);
}

/// 49 megapixels in a few hundred kilobytes: allowed, and no more memory than a picture may take.
#[tokio::test]
async fn a_picture_that_is_small_until_it_is_decoded_takes_bounded_memory() {
    let server = Server::start().await;
    let ada = server.api().sign_up("ada").await;
    let bomb = samples::bomb(7_000);
    assert!(bomb.len() < 400_000, "{}", bomb.len());

    let file = file(&ada, "night.png", bomb).await;

    assert_eq!((&file["width"], &file["height"]), (&7_000.into(), &7_000.into()));
    let peak = peak_memory(&server);
    assert!(peak < 500, "{peak} MiB");
}

/// The most memory that the server ever had, in MiB.
pub fn peak_memory(server: &Server) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.pid())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("Linux tells");
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1024
}

#[tokio::test]
async fn a_picture_cut_short_is_never_shown_with_what_it_tells() {
    let server = Server::start().await;
    let ada = server.api().sign_up("ada").await;
    for kind in samples::KINDS {
        let telling = samples::telling(kind);
        for end in [12, telling.len() / 2, telling.len() - 30, telling.len() - 1] {
            let answer = upload(&ada, "cut", &telling[..end]).await;

            if answer.status == 422 {
                answer.expect_errors(&[("file", "damaged")]);
                continue;
            }
            let file = answer.expect(201);
            let given = fetch(&ada, &file["url"]).await;
            let shown = given.header("content-disposition").unwrap().starts_with("inline");
            assert_eq!(shown, file["thumbnail_url"].is_string(), "{kind} up to {end}");
            assert!(!shown || !samples::holds(&given.bytes, SECRET), "{kind} up to {end}");
        }
    }
}

#[tokio::test]
async fn what_is_transparent_stays_so_in_the_thumbnail() {
    let server = Server::start().await;
    let ada = server.api().sign_up("ada").await;
    let mut clear = Vec::new();
    PngEncoder::new(&mut clear).write_image(&[9, 9, 9, 0], 1, 1, ExtendedColorType::Rgba8).unwrap();

    let file = file(&ada, "glass.png", clear).await;

    let small = fetch(&ada, &file["thumbnail_url"]).await;
    assert_eq!(small.header("content-type"), Some("image/png"));
    assert_eq!(pixels(&small.bytes).to_rgba8().get_pixel(0, 0).0[3], 0);
}
