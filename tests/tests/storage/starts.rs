//! Natter does not start with a bucket that it can't use, and says why.

use crate::people::{fetch, upload};
use s3_for_tests::{BUCKET, KEY, S3, SECRET};
use tests::{Options, Server};

/// What is printed when a start with these options fails.
async fn refused(options: &Options, command: &[&str]) -> String {
    let server = Server::start().await;
    let output = server.cli_with(options, command, "").await;
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(!output.status.success(), "{said}");
    assert!(said.contains("media_url"), "{said}");
    for secret in [SECRET, KEY, "hunter"] {
        assert!(!said.contains(secret), "{said}");
    }
    said
}

fn in_bucket(url: &str) -> Options {
    Options::default().setting("media_url", url)
}

#[tokio::test]
async fn wrong_keys_and_a_missing_bucket_stop_the_start_and_are_named() {
    let s3 = S3::start().await;
    let cases = [
        (s3.url_with(KEY, "hunter3"), "403 Forbidden: SignatureDoesNotMatch"),
        (s3.url_with("AKIABEN", SECRET), "NotSignedUp"),
        (s3.url().replace(BUCKET, "elsewhere"), "NoSuchBucket"),
    ];
    for (url, said) in cases {
        let told = refused(&in_bucket(&url), &["serve"]).await;

        assert!(told.contains(said) && told.contains(&s3.endpoint()), "{told}");
    }
}

#[tokio::test]
async fn a_bucket_that_may_not_be_written_to_stops_the_start() {
    let s3 = S3::start().await;
    s3.forbid("PutObject");

    let told = refused(&in_bucket(&s3.url()), &["serve"]).await;

    assert!(told.contains("cannot be written to: 403 Forbidden: AccessDenied"), "{told}");
}

#[tokio::test]
async fn a_server_that_is_away_stops_the_start() {
    let mut s3 = S3::start().await;
    s3.stop().await;

    let told = refused(&in_bucket(&s3.url()), &["serve"]).await;

    assert!(told.contains("Connection refused"), "{told}");
}

#[tokio::test]
async fn an_address_that_is_not_understood_is_refused_with_what_is_allowed() {
    for wrong in ["?colour=red", "?region=", "?endpoint=nowhere", "/a//b", ":9000"] {
        let url = format!("s3://{KEY}:hunter2@{BUCKET}{wrong}");

        let told = refused(&in_bucket(&url), &["config", "check"]).await;

        assert!(told.contains("allowed is a folder, or s3://KEY:SECRET@BUCKET/PREFIX?endpoint="), "{told}");
        assert!(told.contains(&format!("s3://***@{BUCKET}{wrong}")), "{told}");
    }
}

#[tokio::test]
async fn a_check_of_the_settings_shows_the_bucket_without_its_key_and_asks_nobody() {
    let mut s3 = S3::start().await;
    s3.stop().await;
    let server = Server::start().await;

    let checked = server.cli_with(&in_bucket(&s3.url()), &["config", "check"], "").await;

    let said = String::from_utf8_lossy(&checked.stdout).into_owned();
    assert!(checked.status.success(), "{said}");
    assert!(said.contains(&format!("s3://***@{BUCKET}/natter?endpoint={}", s3.endpoint())), "{said}");
    assert!(!said.contains(KEY), "{said}");
}

#[tokio::test]
async fn keys_may_come_from_the_environment() {
    let s3 = S3::start().await;
    let server = Server::with(|options| {
        options
            .setting("media_url", &s3.url_without_key())
            .environment_variable("AWS_ACCESS_KEY_ID", KEY)
            .environment_variable("AWS_SECRET_ACCESS_KEY", SECRET)
    })
    .await;
    let ada = server.api().sign_up("ada").await;

    let file = upload(&ada, "plan.txt", b"the plan".to_vec()).await.expect(201);

    assert_eq!(fetch(&ada, &file).await.bytes, b"the plan");
}

#[tokio::test]
async fn over_https_the_certificate_has_to_be_one_that_the_system_knows() {
    let s3 = S3::start_secure().await;
    let told = refused(&in_bucket(&s3.url()), &["serve"]).await;
    assert!(told.contains("certificate"), "{told}");

    let certificate = s3.certificate();
    let server = Server::with(|options| {
        let options = options.setting("media_url", &s3.url());
        options.environment_variable("SSL_CERT_FILE", certificate.to_str().unwrap())
    })
    .await;
    let ada = server.api().sign_up("ada").await;
    let file = upload(&ada, "plan.txt", b"the plan".to_vec()).await.expect(201);
    assert_eq!(fetch(&ada, &file).await.bytes, b"the plan");
}
