//! Pictures of people: set, shown in four sizes, changed, taken away.

use crate::samples::{self, RED, SECRET, is_like, pixels};
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use tests::{Answer, Api, Server, on_each_database};

const SIZES: [u32; 4] = [48, 96, 256, 512];

async fn set(api: &Api, kind: &str, bytes: impl Into<Vec<u8>>) -> Answer {
    let bytes: Vec<u8> = bytes.into();
    api.send(api.request(Method::PUT, "/me/avatar").header("Content-Type", kind).body(bytes)).await
}

async fn set_by_form(api: &Api, bytes: Vec<u8>) -> Answer {
    let form = Form::new().part("file", Part::bytes(bytes).file_name("me.txt"));
    api.send(api.request(Method::PUT, "/me/avatar").multipart(form)).await
}

async fn avatar(api: &Api, of: &str, query: &str) -> Answer {
    api.get(&format!("/users/{of}/avatar{query}")).await
}

async fn avatar_url(api: &Api, of: &str) -> Value {
    api.get(&format!("/users/{of}")).await.expect(200)["avatar_url"].clone()
}

#[tokio::test]
async fn a_picture_of_any_kind_is_taken_as_the_body_and_by_a_form() {
    let server = Server::start().await;
    let ada = server.api().sign_up("ada").await;
    for kind in samples::KINDS {
        for claimed in
            [format!("image/{kind}"), "image/x-anything".to_owned(), "application/octet-stream".to_owned()]
        {
            assert_eq!(set(&ada, &claimed, samples::plain(kind)).await.expect(204), Value::Null);
        }
        set_by_form(&ada, samples::plain(kind)).await.expect(204);
        assert_eq!(avatar(&ada, "ada", "").await.header("content-type"), Some("image/jpeg"), "{kind}");
    }
}

#[tokio::test]
async fn a_picture_is_given_square_in_each_size_and_made_anew() {
    on_each_database(async |server| {
        let ada = server.api().sign_up("ada").await;
        let ben = server.api().sign_up("ben").await;
        for kind in samples::KINDS {
            let telling = samples::telling(kind);
            set(&ada, &format!("image/{kind}"), telling.clone()).await.expect(204);

            for size in SIZES {
                let answer = avatar(&ben, "ada", &format!("?size={size}")).await;

                assert_eq!((answer.status, answer.header("content-type")), (200, Some("image/jpeg")));
                assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
                assert!(answer.header("cache-control").unwrap().contains("private"));
                let square = pixels(&answer.bytes);
                assert_eq!((square.width(), square.height()), (size, size));
                for words in [SECRET, b"Exif", b"xmpmeta", b"Comment"] {
                    assert!(!samples::holds(&answer.bytes, words), "{kind} at {size}");
                }
            }
            assert_eq!(pixels(&avatar(&ben, "ada", "").await.bytes).width(), 96);
        }
    })
    .await;
}

#[tokio::test]
async fn a_picture_taken_sideways_is_upright_and_of_a_moving_one_the_first_frame_is_shown() {
    let server = Server::start().await;
    let ada = server.api().sign_up("ada").await;

    set(&ada, "image/jpeg", samples::jpeg_held(&samples::red_over_blue(64, 64), 6)).await.expect(204);
    let upright = pixels(&avatar(&ada, "ada", "?size=512").await.bytes);
    set(&ada, "image/gif", samples::moving()).await.expect(204);
    let first = pixels(&avatar(&ada, "ada", "?size=512").await.bytes);

    assert!(is_like(&upright, (500, 256), RED), "above in the file is right when shown");
    assert!(is_like(&first, (256, 256), RED));
}

#[tokio::test]
async fn a_size_that_is_not_given_out_is_refused() {
    let server = Server::start().await;
    let ada = server.api().sign_up("ada").await;
    for (size, code) in [
        ("0", "out_of_range"),
        ("-48", "out_of_range"),
        ("47", "out_of_range"),
        ("100", "out_of_range"),
        ("1024", "out_of_range"),
        ("65632", "out_of_range"),
        ("big", "wrong_type"),
        ("48.5", "wrong_type"),
    ] {
        avatar(&ada, "ada", &format!("?size={size}")).await.expect_errors(&[("size", code)]);
    }
}

#[tokio::test]
async fn who_has_none_gets_initials_that_can_do_nothing() {
    let server = Server::start().await;
    let ada = server.api().sign_up("ada").await;

    let drawn = avatar(&ada, "ada", "?size=48").await;

    assert_eq!((drawn.status, drawn.header("content-type")), (200, Some("image/svg+xml")));
    let drawn_etag = drawn.header("etag").map(str::to_owned);
    let policy = drawn.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("sandbox"), "{policy}");
    let svg = String::from_utf8(drawn.bytes).unwrap();
    assert!(svg.contains("width=\"48\" height=\"48\"") && !svg.contains("script"), "{svg}");
    assert_ne!(avatar(&ada, "ada", "?size=512").await.header("etag"), drawn_etag.as_deref());
    avatar(&ada, "nobody", "").await.expect_problem(404, "not-found");
    avatar(&server.api(), "ada", "").await.expect_problem(401, "unauthenticated");
}

#[tokio::test]
async fn what_a_client_has_is_not_sent_again_until_it_changes() {
    on_each_database(async |server| {
        let ada = server.api().sign_up("ada").await;
        let ben = server.api().sign_up("ben").await;
        let mut seen: Vec<(String, Value)> = Vec::new();
        for picture in [None, Some("png"), Some("moving"), None] {
            match picture {
                Some("moving") => set(&ada, "image/gif", samples::moving()).await.expect(204),
                Some(kind) => set(&ada, "image/png", samples::plain(kind)).await.expect(204),
                None => ada.delete("/me/avatar").await.expect(204),
            };
            let etag = avatar(&ben, "ada", "").await.header("etag").unwrap().to_owned();
            let url = avatar_url(&ben, "ada").await;
            if let Some((old, old_url)) = seen.last() {
                assert_eq!(known(&ben, "", old).await.status, 200, "it has changed");
                assert_ne!((old, old_url), (&etag, &url));
                assert!(old != &etag && old_url != &url);
            }

            let again = known(&ben, "", &etag).await;

            assert_eq!(
                (again.status, again.bytes.len(), again.header("etag")),
                (304, 0, Some(etag.as_str()))
            );
            seen.push((etag, url));
        }
        assert_eq!(seen[0], seen[3], "initials as before");
    })
    .await;
}

async fn known(api: &Api, query: &str, etag: &str) -> Answer {
    let request = api.request(Method::GET, &format!("/users/ada/avatar{query}"));
    api.send(request.header("If-None-Match", etag)).await
}

#[tokio::test]
async fn each_size_has_a_tag_of_its_own() {
    let server = Server::start().await;
    let ada = server.api().sign_up("ada").await;
    set(&ada, "image/png", samples::plain("png")).await.expect(204);
    let etag = avatar(&ada, "ada", "?size=48").await.header("etag").unwrap().to_owned();

    assert_eq!(known(&ada, "?size=48", &etag).await.status, 304);
    assert_eq!(known(&ada, "?size=512", &etag).await.status, 200);
}

#[tokio::test]
async fn a_changed_picture_is_heard_by_everyone() {
    on_each_database(async |server| {
        let ada = server.api().sign_up("ada").await;
        let cleo = server.api().sign_up("cleo").await;
        let mut at_cleos = cleo.live().await;

        set(&ada, "image/png", samples::plain("png")).await.expect(204);
        let changed = at_cleos.expect("user.updated").await;
        let url = avatar_url(&cleo, "ada").await;
        ada.delete("/me/avatar").await.expect(204);
        let taken_away = at_cleos.expect("user.updated").await;

        assert_eq!((&changed["user"]["username"], &changed["user"]["avatar_url"]), (&json!("ada"), &url));
        assert_eq!(cleo.get(url.as_str().unwrap().strip_prefix("/api/v1").unwrap()).await.status, 200);
        assert_eq!(taken_away["user"]["avatar_url"], avatar_url(&cleo, "ada").await);
        assert_ne!(taken_away["user"]["avatar_url"], url);
    })
    .await;
}

#[tokio::test]
async fn the_picture_of_one_is_not_changed_by_another() {
    let server = Server::start().await;
    let ada = server.api().sign_up("ada").await;
    let ben = server.api().sign_up("ben").await;
    // The same picture is kept once: taking one's own away leaves the other's.
    for api in [&ada, &ben] {
        set(api, "image/png", samples::plain("png")).await.expect(204);
    }

    ada.delete("/me/avatar").await.expect(204);

    assert_eq!(avatar(&ada, "ada", "").await.header("content-type"), Some("image/svg+xml"));
    assert_eq!(avatar(&ada, "ben", "").await.header("content-type"), Some("image/jpeg"));
}

#[tokio::test]
async fn what_is_no_picture_is_refused_and_the_old_one_stays() {
    let server = Server::start().await;
    let ada = server.api().sign_up("ada").await;
    set(&ada, "image/png", samples::plain("png")).await.expect(204);
    let before = avatar(&ada, "ada", "").await.bytes;
    let whole = samples::plain("png");
    for (bytes, code) in [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(), "not_a_picture"),
        (b"<!doctype html>".to_vec(), "not_a_picture"),
        (Vec::new(), "not_a_picture"),
        (whole[..whole.len() / 2].to_vec(), "damaged"),
        (samples::claiming("png", 60_000), "too_many_pixels"),
        (samples::claiming("gif", 60_000), "too_many_pixels"),
    ] {
        set(&ada, "image/png", bytes.clone()).await.expect_errors(&[("file", code)]);
        set_by_form(&ada, bytes).await.expect_errors(&[("file", code)]);
    }
    for kind in ["text/html", "application/json", "application/x-www-form-urlencoded"] {
        set(&ada, kind, whole.clone()).await.expect_problem(415, "unsupported-media-type");
    }
    set(&server.api(), "image/png", whole).await.expect_problem(401, "unauthenticated");

    assert_eq!(avatar(&ada, "ada", "").await.bytes, before);
}
