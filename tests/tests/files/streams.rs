//! Files go out part by part: little of them is in memory, and nobody gets more than they may have.

use crate::form::*;
use crate::pictures::peak_memory;
use reqwest::{Method, Response};
use serde_json::Value;
use std::fs::File;
use tests::{Api, Server, on_each_database, soon};

const MIB: usize = 1024 * 1024;
const LARGE: usize = 25 * MIB;

/// Begins to fetch a file, and reads its first part.
async fn begin(api: &Api, file: &Value) -> (Response, usize) {
    let mut answer = api.request(Method::GET, path(&file["url"])).send().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.content_length()), (200, Some(LARGE as u64)));
    let begun = answer.chunk().await.unwrap().expect("a first part").len();
    (answer, begun)
}

/// Reads on; how much came, and whether it came to the announced end.
async fn finish((mut answer, begun): (Response, usize)) -> (usize, bool) {
    let mut got = begun;
    let reading = async {
        loop {
            match answer.chunk().await {
                Ok(Some(part)) => got += part.len(),
                Ok(None) => return true,
                Err(_) => return false,
            }
        }
    };
    let is_whole = soon("the end", reading).await;
    (got, is_whole)
}

#[tokio::test]
async fn many_who_read_slowly_cost_little_memory() {
    let server = Server::start().await;
    let ada = server.api().sign_up("ada").await;
    let large = file(&ada, "large", vec![7; LARGE]).await;
    let before = peak_memory(&server);

    let mut reading = Vec::new();
    for _ in 0..20 {
        reading.push(begin(&ada, &large).await);
    }
    for reader in reading {
        assert_eq!(finish(reader).await, (LARGE, true));
    }

    let grown = peak_memory(&server).saturating_sub(before);
    assert!(grown < 50, "{grown} MiB");
}

#[tokio::test]
async fn a_download_ends_with_what_allows_it() {
    on_each_database(async |server| {
        let (ada, elsewhere) = (server.api().sign_up("ada").await, server.api().sign_up("ben").await);
        let large = file(&ada, "large", vec![7; LARGE]).await;
        // Ada keeps it where only she reads it, so that she can send it again.
        carry(&ada, ada.group("notes", &[]).await, &[&large]).await;
        for way in ["removed from the chat", "message deleted", "signed out"] {
            let lunch = ada.group("lunch", &["ben"]).await;
            let message = carry(&ada, lunch, &[&large]).await;
            let ben = elsewhere.sign_in("ben").await;
            let reading = begin(&ben, &large).await;

            match way {
                "removed from the chat" => ada.delete(&format!("/chats/{lunch}/members/ben")).await,
                "message deleted" => ada.delete(&format!("/chats/{lunch}/messages/{}", message["id"])).await,
                _ => ben.post("/auth/logout", Value::Null).await,
            }
            .expect(204);
            // It is asked anew four times a second.
            tokio::time::sleep(std::time::Duration::from_millis(300)).await;

            let (got, is_whole) = finish(reading).await;
            assert!(!is_whole && got < LARGE, "{way}: {got} bytes");
            if way != "message deleted" {
                ada.delete(&format!("/chats/{lunch}/messages/{}", message["id"])).await.expect(204);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_file_that_is_not_as_it_was_noted_is_not_sent() {
    let server = Server::start().await;
    let ada = server.api().sign_up("ada").await;
    let digits = file(&ada, "digits.txt", "0123456789").await;
    let kept = server.data_dir().join("media").join(&kept(&server)[0]);

    for size in [9, 11] {
        File::options().write(true).open(&kept).unwrap().set_len(size).unwrap();

        fetch(&ada, &digits["url"]).await.expect_problem(500, "internal");
        fetch_with(&ada, &digits["url"], ("Range", "bytes=0-3")).await.expect_problem(500, "internal");
        let head = ada.send(ada.request(Method::HEAD, path(&digits["url"]))).await;
        assert_eq!(head.status, 500);
    }
    assert!(server.stderr().contains("has 9 bytes and had 10"), "{}", server.stderr());
    std::fs::remove_file(&kept).unwrap();
    fetch(&ada, &digits["url"]).await.expect_problem(404, "not-found");
    let head = ada.send(ada.request(Method::HEAD, path(&digits["url"]))).await;
    assert_eq!(head.status, 404);
}
