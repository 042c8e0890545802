//! Files and pictures, in a folder and in a bucket.

use crate::people::{carry, change_avatar, fetch, fetch_thumbnail, picture, upload};
use s3_for_tests::S3;
use tests::Server;

/// Runs a test on a server with its files in a folder, and on one with its files in a bucket.
async fn on_each_store(test: impl AsyncFn(&Server)) {
    test(&Server::start().await).await;
    let s3 = S3::start().await;
    test(&Server::with(|options| options.setting("media_url", &s3.url())).await).await;
    assert!(!s3.keys().is_empty(), "the files are in the bucket");
    assert!(s3.keys().iter().all(|key| key.starts_with("natter/")), "and nowhere else: {:?}", s3.keys());
}

#[tokio::test]
async fn a_file_is_given_out_as_it_was_taken_in() {
    on_each_store(async |server| {
        let (ada, ben) = (server.api().sign_up("ada").await, server.api().sign_up("ben").await);
        let lunch = ada.group("lunch", &["ben"]).await;
        let plan: Vec<u8> = (0..3_000_000).map(|at: u32| (at % 251) as u8).collect();

        let file = upload(&ada, "plan.bin", plan.clone()).await.expect(201);
        carry(&ada, lunch, &file).await;

        let got = fetch(&ben, &file).await;
        assert_eq!((got.status, got.header("content-length")), (200, Some("3000000")));
        assert!(got.bytes == plan);
        let path = format!("/attachments/{}", file["id"]);
        let part =
            ben.send(ben.request(reqwest::Method::GET, &path).header("Range", "bytes=1000-1999")).await;
        assert_eq!((part.status, part.header("content-range")), (206, Some("bytes 1000-1999/3000000")));
        assert_eq!(part.bytes, plan[1000..2000]);
    })
    .await;
}

#[tokio::test]
async fn the_largest_file_fits() {
    on_each_store(async |server| {
        let ada = server.api().sign_up("ada").await;
        let large = vec![7; 25 * 1024 * 1024];

        let file = upload(&ada, "large.bin", large.clone()).await.expect(201);

        assert!(fetch(&ada, &file).await.bytes == large);
    })
    .await;
}

#[tokio::test]
async fn a_picture_has_a_thumbnail() {
    on_each_store(async |server| {
        let ada = server.api().sign_up("ada").await;

        let file = upload(&ada, "soup.png", picture(1_000, [200, 80, 0])).await.expect(201);

        let small = fetch_thumbnail(&ada, &file).await;
        assert_eq!(small.status, 200);
        let small = image::load_from_memory(&small.bytes).unwrap();
        assert!(small.width() < 1_000 && small.width() == small.height());
    })
    .await;
}

#[tokio::test]
async fn an_avatar_is_shown_and_replaced() {
    on_each_store(async |server| {
        let ada = server.api().sign_up("ada").await;
        let colour = async || {
            let shown = ada.get("/users/ada/avatar?size=96").await;
            assert_eq!(shown.status, 200);
            image::load_from_memory(&shown.bytes).unwrap().into_rgb8().get_pixel(40, 40).0
        };
        for (new, channel) in [([220, 0, 0], 0), ([0, 0, 220], 2)] {
            change_avatar(&ada, picture(600, new)).await.expect(204);

            let shown = colour().await;
            assert!(shown[channel] > 180 && shown[2 - channel] < 60, "{shown:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn who_asks_for_headers_alone_or_has_the_file_makes_nobody_read_it() {
    let s3 = S3::start().await;
    let server = Server::with(|options| options.setting("media_url", &s3.url())).await;
    let ada = server.api().sign_up("ada").await;
    let file = upload(&ada, "plan.bin", vec![7; 100_000]).await.expect(201);
    let etag = fetch(&ada, &file).await.header("etag").unwrap().to_owned();
    let path = format!("/attachments/{}", file["id"]);

    s3.forbid("GetObject");

    let head = ada.send(ada.request(reqwest::Method::HEAD, &path)).await;
    assert_eq!((head.status, head.header("content-length")), (200, Some("100000")));
    let known = ada.request(reqwest::Method::GET, &path).header("If-None-Match", etag);
    assert_eq!(ada.send(known).await.status, 304);
    fetch(&ada, &file).await.expect_problem(503, "unavailable");
}
