//! What nothing refers to is swept, and nothing else.

use crate::form::*;
use crate::samples;
use reqwest::Method;
use std::path::Path;
use std::time::{Duration, SystemTime};
use tests::{Api, Server, on_each_database, soon};
use tokio_postgres::NoTls;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What a server that was killed has kept and not noted.
const LOST: [&str; 4] = [
    "files/00112233445566778899aabbccddeeff",
    "thumbnails/00112233445566778899aabbccddeeff.jpg",
    "avatars/00112233445566778899aabbccddeeff/512.jpg",
    "probe/00112233445566778899aabbccddeeff",
];
/// What somebody else keeps in the same folder.
const OTHERS: [&str; 3] =
    ["files/README.txt", "backups/00112233445566778899aabbccddeeff", "avatars/default.png"];

async fn change_avatar(api: &Api, kind: &str) {
    let request = api.request(Method::PUT, "/me/avatar").header("Content-Type", "image/png");
    api.send(request.body(samples::plain(kind))).await.expect(204);
}

fn plant(media: &Path, files: &[&str]) {
    for file in files {
        std::fs::create_dir_all(media.join(file).parent().unwrap()).unwrap();
        std::fs::write(media.join(file), "planted").unwrap();
    }
}

/// Makes all that is kept two days older.
fn age(server: &Server) {
    for file in kept(server) {
        let file = std::fs::File::options().write(true).open(server.data_dir().join("media").join(file));
        file.unwrap().set_modified(SystemTime::now() - 2 * DAY).unwrap();
    }
}

async fn gone(server: &Server, files: &[String]) {
    let gone = async {
        while kept(server).iter().any(|file| files.contains(file)) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    soon("a sweep", gone).await;
}

#[tokio::test]
async fn only_what_is_lost_and_old_is_swept() {
    on_each_database(async |mut server| {
        let (ada, ben) = (server.api().sign_up("ada").await, server.api().sign_up("ben").await);
        let notes = ada.group("notes", &[]).await;
        let soup = file(&ada, "soup.png", samples::plain("png")).await;
        carry(&ada, notes, &[&soup]).await;
        let draft = file(&ada, "draft.png", samples::plain("gif")).await;
        change_avatar(&ada, "png").await;
        let replaced = kept(&server).into_iter().filter(|file| file.starts_with("avatars"));
        let swept: Vec<String> = LOST.iter().map(ToString::to_string).chain(replaced).collect();
        change_avatar(&ada, "jpeg").await;
        change_avatar(&ben, "jpeg").await;
        server.stop().await;
        let media = server.data_dir().join("media");
        plant(&media, &LOST);
        plant(&media, &OTHERS);
        age(&server);
        let young = "files/ffeeddccbbaa99887766554433221100";
        plant(&media, &[young]);
        let stay: Vec<String> = kept(&server).into_iter().filter(|file| !swept.contains(file)).collect();

        server.restart().await;

        gone(&server, &swept).await;
        assert_eq!(kept(&server), stay);
        for file in [&soup, &draft] {
            assert_eq!(fetch(&ada, &file["url"]).await.bytes.len() as u64, file["bytes"].as_u64().unwrap());
            assert_eq!(fetch(&ada, &file["thumbnail_url"]).await.status, 200);
        }
        for name in ["ada", "ben"] {
            let shown = ada.get(&format!("/users/{name}/avatar?size=48")).await;
            assert_eq!(shown.header("content-type"), Some("image/jpeg"));
        }
    })
    .await;
}

#[tokio::test]
async fn a_picture_that_was_taken_away_is_swept() {
    on_each_database(async |mut server| {
        let (ada, ben) = (server.api().sign_up("ada").await, server.api().sign_up("ben").await);
        change_avatar(&ada, "png").await;
        let of_ada = kept(&server);
        change_avatar(&ben, "png").await;
        let of_ben: Vec<String> = kept(&server).into_iter().filter(|file| !of_ada.contains(file)).collect();
        assert_eq!((of_ada.len(), of_ben.len()), (4, 4), "of the same picture, but each their own");
        ada.delete("/me/avatar").await.expect(204);
        server.stop().await;
        age(&server);

        server.restart().await;

        gone(&server, &of_ada).await;
        assert_eq!(kept(&server), of_ben);
    })
    .await;
}

#[tokio::test]
async fn files_that_another_database_knows_are_left_to_it() {
    on_each_database(async |mut server| {
        server.stop().await;
        plant(&server.data_dir().join("media"), &LOST);
        age(&server);
        let there = kept(&server);

        server.restart().await;

        let told = async {
            while !server.stderr().contains("no file in media_url is known to this database") {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        soon("a warning", told).await;
        assert_eq!(kept(&server), there);
    })
    .await;
}

/// Makes all notes of files two days older, where the test can reach the database.
async fn age_notes(server: &Server) -> bool {
    let Some(url) = server.database_url() else { return false };
    let (client, connection) = tokio_postgres::connect(&url, NoTls).await.unwrap();
    tokio::spawn(connection);
    let age = format!("UPDATE attachments SET created_at = created_at - {}", 2 * DAY.as_micros());
    client.batch_execute(&age).await.unwrap();
    true
}

#[tokio::test]
async fn what_no_message_carries_goes_with_its_bytes_be_it_the_last() {
    on_each_database(async |mut server| {
        let ada = server.api().sign_up("ada").await;
        let draft = file(&ada, "draft.png", samples::plain("png")).await;
        let bytes = kept(&server);
        assert_eq!(bytes.len(), 2, "the file and its thumbnail");
        if !age_notes(&server).await {
            return;
        }

        server.restart().await;

        gone(&server, &bytes).await;
        fetch(&ada, &draft["url"]).await.expect_problem(404, "not-found");
    })
    .await;
}
