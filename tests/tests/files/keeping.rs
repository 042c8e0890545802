//! Files outlast the process; what nothing refers to does not.

use crate::form::*;
use crate::samples;
use reqwest::Method;
use serde_json::Value;
use std::path::Path;
use std::time::{Duration, SystemTime};
use tests::{Api, on_each_database, soon};
use tokio::task::JoinSet;

#[tokio::test]
async fn files_and_pictures_are_there_after_a_restart() {
    on_each_database(async |mut server| {
        let ada = server.api().sign_up("ada").await;
        let soup = file(&ada, "soup.png", samples::plain("png")).await;
        let request = ada.request(Method::PUT, "/me/avatar").header("Content-Type", "image/png");
        ada.send(request.body(samples::plain("png"))).await.expect(204);
        let shown = async |ada: &Api| {
            let file = fetch(ada, &soup["url"]).await;
            let etag = file.header("etag").unwrap().to_owned();
            (
                etag,
                file.bytes,
                fetch(ada, &soup["thumbnail_url"]).await.bytes,
                ada.get("/users/ada/avatar").await.bytes,
            )
        };
        let before = shown(&ada).await;

        server.restart().await;

        assert!(shown(&ada).await == before);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_in_the_middle_of_uploads_leaves_whole_files_only() {
    on_each_database(async |mut server| {
        let mut people = Vec::new();
        for name in ["ada", "ben", "cleo", "dora"] {
            people.push(server.api().sign_up(name).await);
        }
        for round in 0..3 {
            let two_each = people.iter().cycle().take(8).cloned().zip(100_000..);
            let mut uploads: JoinSet<(Api, Vec<(Value, usize)>)> =
                two_each.map(|(person, size)| upload_until_gone(person, size)).collect();
            // Each round dies at another moment of the work.
            tokio::time::sleep(Duration::from_millis(60 + 37 * round)).await;
            server.kill().await;
            server.restart().await;

            while let Some(uploaded) = uploads.join_next().await {
                let (person, files) = uploaded.unwrap();
                for (file, size) in files {
                    assert!(
                        fetch(&person, &file["url"]).await.bytes == vec![7; size],
                        "{file} was acknowledged"
                    );
                }
            }
            let media = server.data_dir().join("media");
            for path in kept(&server).iter().filter(|path| !path.contains('#')) {
                let size = std::fs::metadata(media.join(path)).unwrap().len();
                assert!((100_000..100_008).contains(&size), "half a file: {path} of {size} bytes");
            }
        }
    })
    .await;
}

async fn upload_until_gone(by: Api, size: usize) -> (Api, Vec<(Value, usize)>) {
    let mut uploaded = Vec::new();
    loop {
        let body = form(&[part("name=\"file\"; filename=\"a\"", &vec![7; size])]);
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        let request = by.request(Method::POST, "/attachments").header("Content-Type", kind).body(body);
        match by.try_send(request).await {
            Ok(answer) => uploaded.push((answer.expect(201), size)),
            Err(_) => return (by, uploaded),
        }
    }
}

/// What a kill in the middle of writing leaves behind, and how it is named.
const LEFT_BEHIND: [&str; 3] = [
    "files/00112233445566778899aabbccddeeff#1",
    "thumbnails/00112233445566778899aabbccddeeff.jpg#2",
    "avatars/00112233445566778899aabbccddeeff/512.jpg#1",
];

#[tokio::test]
async fn half_a_file_is_swept_once_it_is_a_day_old_and_nothing_else_is() {
    on_each_database(async |mut server| {
        let ada = server.api().sign_up("ada").await;
        let notes = ada.group("notes", &[]).await;
        let soup = file(&ada, "soup.png", samples::plain("png")).await;
        carry(&ada, notes, &[&soup]).await;
        let fresh = file(&ada, "fresh.png", samples::plain("gif")).await;
        server.stop().await;
        let media = server.data_dir().join("media");
        for path in LEFT_BEHIND {
            std::fs::create_dir_all(media.join(path).parent().unwrap()).unwrap();
            std::fs::write(media.join(path), "half").unwrap();
        }
        for path in kept(&server) {
            date(&media.join(path), SystemTime::now() - 2 * DAY);
        }
        let on_its_way = media.join("files/ffeeddccbbaa99887766554433221100#1");
        std::fs::write(&on_its_way, "half").unwrap();

        server.restart().await;

        let swept = async || {
            while LEFT_BEHIND.iter().any(|path| media.join(path).exists()) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        soon("a sweep", swept()).await;
        for file in [&soup, &fresh] {
            assert_eq!(fetch(&ada, &file["url"]).await.status, 200);
            assert_eq!(fetch(&ada, &file["thumbnail_url"]).await.status, 200);
        }
        assert!(on_its_way.exists(), "another server may be at it");
    })
    .await;
}

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn date(file: &Path, time: SystemTime) {
    std::fs::File::options().write(true).open(file).unwrap().set_modified(time).unwrap();
}
