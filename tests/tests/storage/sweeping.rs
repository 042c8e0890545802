//! What nothing refers to is swept from a bucket as from a folder.

use crate::people::{carry, change_avatar, fetch, fetch_thumbnail, picture, upload};
use s3_for_tests::S3;
use std::time::{Duration, SystemTime};
use tests::{Server, soon};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What a server that was killed has kept and not noted.
const LOST: [&str; 4] = [
    "natter/files/00112233445566778899aabbccddeeff",
    "natter/thumbnails/00112233445566778899aabbccddeeff.jpg",
    "natter/avatars/00112233445566778899aabbccddeeff/512.jpg",
    "natter/probe/00112233445566778899aabbccddeeff",
];
/// What somebody else keeps in the same bucket.
const OTHERS: [&str; 3] = ["natter/files/README.txt", "natter/backups/1", "elsewhere/files/1"];

#[tokio::test]
async fn only_what_is_lost_and_old_is_swept_from_a_bucket() {
    let s3 = S3::start().await;
    let mut server = Server::with(|options| options.setting("media_url", &s3.url())).await;
    let ada = server.api().sign_up("ada").await;
    let notes = ada.group("notes", &[]).await;
    let soup = upload(&ada, "soup.png", picture(1_000, [200, 80, 0])).await.expect(201);
    carry(&ada, notes, &soup).await;
    change_avatar(&ada, picture(600, [220, 0, 0])).await.expect(204);
    let replaced: Vec<String> = s3.keys().into_iter().filter(|key| key.contains("avatars")).collect();
    change_avatar(&ada, picture(600, [0, 0, 220])).await.expect(204);
    server.stop().await;
    LOST.iter().chain(&OTHERS).for_each(|key| s3.plant(key));
    s3.keys().iter().for_each(|key| s3.date(key, SystemTime::now() - 2 * DAY));
    let young = "natter/files/ffeeddccbbaa99887766554433221100";
    s3.plant(young);

    server.restart().await;

    let gone: Vec<String> = LOST.iter().map(ToString::to_string).chain(replaced).collect();
    let swept = async || {
        while s3.keys().iter().any(|key| gone.contains(key)) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    soon("a sweep", swept()).await;
    assert_eq!(fetch(&ada, &soup).await.status, 200);
    assert_eq!(fetch_thumbnail(&ada, &soup).await.status, 200);
    let shown = ada.get("/users/ada/avatar").await;
    assert_eq!(shown.header("content-type"), Some("image/jpeg"));
    for left in OTHERS.iter().chain([&young]) {
        assert!(s3.keys().contains(&left.to_string()), "{left}");
    }
}
