//! The bucket goes away, and comes back.

use crate::people::{carry, change_avatar, fetch, fetch_thumbnail, picture, upload};
use s3_for_tests::S3;
use tests::{Answer, Server};

fn is_put_off(answer: Answer) {
    assert!(answer.header("retry-after").is_some(), "{} names no time", answer.call);
    answer.expect_problem(503, "unavailable");
}

#[tokio::test]
async fn while_the_bucket_is_away_files_are_put_off_and_all_else_goes_on() {
    let mut s3 = S3::start().await;
    let server = Server::with(|options| options.setting("media_url", &s3.url())).await;
    let ada = server.api().sign_up("ada").await;
    let lunch = ada.group("lunch", &[]).await;
    let file = upload(&ada, "soup.png", picture(1_000, [200, 80, 0])).await.expect(201);
    change_avatar(&ada, picture(600, [220, 0, 0])).await.expect(204);
    let whole = fetch(&ada, &file).await.bytes;

    s3.stop().await;
    is_put_off(upload(&ada, "plan.txt", b"the plan".to_vec()).await);
    is_put_off(change_avatar(&ada, picture(600, [0, 0, 220])).await);
    is_put_off(fetch(&ada, &file).await);
    is_put_off(fetch_thumbnail(&ada, &file).await);
    is_put_off(ada.get("/users/ada/avatar").await);
    carry(&ada, lunch, &file).await;
    assert_eq!(ada.messages(lunch).await.len(), 1);
    let logged = server.stderr();
    assert!(!logged.contains("hunter") && !logged.contains(s3_for_tests::KEY), "{logged}");

    s3.restart().await;
    assert!(fetch(&ada, &file).await.bytes == whole);
    assert_eq!(ada.get("/users/ada/avatar").await.status, 200);
    let plan = upload(&ada, "plan.txt", b"the plan".to_vec()).await.expect(201);
    assert_eq!(fetch(&ada, &plan).await.bytes, b"the plan");
}

#[tokio::test]
async fn a_bucket_that_takes_requests_and_never_answers_holds_nobody_up() {
    let s3 = S3::start().await;
    let server = Server::with(|options| options.setting("media_url", &s3.url())).await;
    let ada = server.api().sign_up("ada").await;
    let file = upload(&ada, "plan.txt", b"the plan".to_vec()).await.expect(201);

    s3.stall(true);
    let (uploaded, fetched) = tests::soon("an answer", async {
        tokio::join!(upload(&ada, "late.txt", b"late".to_vec()), fetch(&ada, &file))
    })
    .await;
    is_put_off(uploaded);
    is_put_off(fetched);

    s3.stall(false);
    assert_eq!(fetch(&ada, &file).await.bytes, b"the plan");
}

#[tokio::test]
async fn a_bucket_that_goes_away_in_the_middle_of_a_file_ends_it_short() {
    let mut s3 = S3::start().await;
    let server = Server::with(|options| options.setting("media_url", &s3.url())).await;
    let ada = server.api().sign_up("ada").await;
    let file = upload(&ada, "large.bin", vec![7; LARGE]).await.expect(201);
    let path = format!("/attachments/{}", file["id"]);
    let mut answer = ada.request(reqwest::Method::GET, &path).send().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.content_length()), (200, Some(LARGE as u64)));
    let mut got = answer.chunk().await.unwrap().expect("a first part").len();

    s3.stop().await;
    let rest = async {
        loop {
            match answer.chunk().await {
                Ok(Some(part)) => got += part.len(),
                end => return end,
            }
        }
    };
    let end = tests::soon("the end", rest).await;

    assert!(end.is_err() && got < LARGE, "{got} bytes, then {end:?}");
    let told = "a file broke off while it was sent";
    let logged = async {
        while !server.stderr().contains(told) {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tests::soon("a line in the log", logged).await;
    s3.restart().await;
    assert_eq!(fetch(&ada, &file).await.bytes.len(), LARGE);
    assert_eq!(server.stderr().matches(told).count(), 1, "{}", server.stderr());
}

const LARGE: usize = 25 * 1024 * 1024;
