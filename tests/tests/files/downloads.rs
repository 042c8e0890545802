//! Giving files out: headers that keep them harmless, parts, and what a client has already.

use crate::form::*;
use crate::samples;
use reqwest::Method;
use serde_json::Value;
use tests::{Answer, Api, Server};

#[tokio::test]
async fn a_file_can_do_nothing_where_it_is_opened() {
    let server = Server::start().await;
    let ada = server.api().sign_up("ada").await;
    let text = "text/plain";
    for (filename, bytes, content_type, disposition) in [
        ("page.html", b"<script>alert(1)</script>".to_vec(), text, "attachment"),
        ("soup.svg", b"<svg onload='alert(1)'/>".to_vec(), text, "attachment"),
        ("menu.pdf", b"%PDF-1.7".to_vec(), "application/pdf", "attachment"),
        ("run.js", b"alert(1)".to_vec(), text, "attachment"),
        ("soup.xml", b"<?xml version='1.0'?><a/>".to_vec(), text, "attachment"),
        ("run.exe", b"MZ\x90\0".to_vec(), "application/octet-stream", "attachment"),
        ("soup.png", samples::plain("png"), "image/png", "inline"),
        ("page.html", samples::plain("jpeg"), "image/jpeg", "inline"),
    ] {
        let file = file(&ada, filename, bytes.clone()).await;

        let answer = fetch(&ada, &file["url"]).await;

        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("content-type"), Some(content_type), "{filename}");
        let named = format!("{disposition}; filename=\"{filename}\"");
        assert_eq!(answer.header("content-disposition"), Some(named.as_str()));
        expect_harmless(&answer);
        assert_eq!(answer.header("content-length"), Some(bytes.len().to_string().as_str()));
        assert_eq!(answer.bytes, bytes);
    }
}

#[track_caller]
fn expect_harmless(answer: &Answer) {
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{}", answer.call);
    let policy = answer.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("sandbox"), "{policy}");
    assert!(!policy.contains("allow-"), "{policy}");
    assert_eq!(answer.header("cross-origin-resource-policy"), Some("same-origin"));
    let cached = answer.header("cache-control").unwrap();
    assert!(
        cached.contains("private") && (cached.contains("no-cache") || cached.contains("no-store")),
        "{cached}"
    );
    assert!(answer.header("etag").is_some_and(|etag| etag.starts_with('"')), "a strong one, for parts");
}

#[tokio::test]
async fn a_thumbnail_is_as_harmless_as_its_picture() {
    let server = Server::start().await;
    let ada = server.api().sign_up("ada").await;
    for kind in samples::KINDS {
        let file = file(&ada, "page.html", samples::plain(kind)).await;

        let answer = fetch(&ada, &file["thumbnail_url"]).await;

        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("content-type"), Some("image/jpeg"), "{kind}: nothing in it is transparent");
        assert!(answer.header("content-disposition").unwrap().starts_with("inline; "));
        expect_harmless(&answer);
        samples::pixels(&answer.bytes);
    }
}

#[tokio::test]
async fn a_name_of_any_kind_stands_in_the_header_after_rfc_6266() {
    let server = Server::start().await;
    let ada = server.api().sign_up("ada").await;
    for (sent, named) in [
        ("filename=\"menu 7.pdf\"", "filename=\"menu 7.pdf\""),
        ("filename=\"Übersicht.pdf\"", "filename=\"_bersicht.pdf\"; filename*=UTF-8''%C3%9Cbersicht.pdf"),
        ("filename=\"昼.txt\"", "filename=\"_.txt\"; filename*=UTF-8''%E6%98%BC.txt"),
        (
            "filename*=UTF-8''say%20%22hi%22.txt",
            "filename=\"say _hi_.txt\"; filename*=UTF-8''say%20%22hi%22.txt",
        ),
        ("filename*=UTF-8''50%25.txt", "filename=\"50_.txt\"; filename*=UTF-8''50%25.txt"),
        ("filename*=UTF-8''a%0D%0ASet-Cookie:%20x=1", "filename=\"aSet-Cookie: x=1\""),
        ("filename=\"a;b=c.txt\"", "filename=\"a;b=c.txt\""),
    ] {
        let part = part(&format!("name=\"file\"; {sent}"), b"soup");
        let file = upload_form(&ada, form(&[part])).await.expect(201);

        let answer = fetch(&ada, &file["url"]).await;

        assert_eq!(
            answer.header("content-disposition"),
            Some(format!("attachment; {named}").as_str()),
            "{sent}"
        );
        assert_eq!(answer.header("set-cookie"), None);
    }
}

#[tokio::test]
async fn what_a_client_has_already_is_not_sent_again() {
    let server = Server::start().await;
    let ada = server.api().sign_up("ada").await;
    let (one, other) =
        (file(&ada, "a", samples::plain("png")).await, file(&ada, "a", samples::plain("png")).await);
    for url in ["url", "thumbnail_url"] {
        let etag = tag(&ada, &one[url]).await;
        for known in [etag.clone(), format!("\"old\", {etag}"), format!("W/{etag}"), "*".to_owned()] {
            let answer = fetch_with(&ada, &one[url], ("If-None-Match", &known)).await;

            assert_eq!((answer.status, answer.bytes.len()), (304, 0), "{known}");
            assert_eq!(answer.header("etag"), Some(etag.as_str()));
            assert!(answer.header("cache-control").is_some_and(|cached| cached.contains("private")));
        }
        let answer = fetch_with(&ada, &other[url], ("If-None-Match", &etag)).await;
        assert_eq!(answer.status, 200, "another file is another file");
        // What is not the same any more is sent from its start.
        let answer = fetch_with(&ada, &one[url], ("If-None-Match", "\"old\"")).await;
        assert_eq!(answer.status, 200);
    }
}

async fn tag(api: &Api, url: &Value) -> String {
    fetch(api, url).await.header("etag").unwrap().to_owned()
}

#[tokio::test]
async fn a_part_is_given_as_asked_for() {
    let server = Server::start().await;
    let ada = server.api().sign_up("ada").await;
    let file = file(&ada, "digits.txt", "0123456789").await;
    for (range, part, content_range) in [
        ("bytes=0-3", "0123", "bytes 0-3/10"),
        ("bytes=4-4", "4", "bytes 4-4/10"),
        ("bytes=7-", "789", "bytes 7-9/10"),
        ("bytes=-2", "89", "bytes 8-9/10"),
        ("bytes=-99", "0123456789", "bytes 0-9/10"),
        ("bytes=8-99", "89", "bytes 8-9/10"),
        ("bytes=0-", "0123456789", "bytes 0-9/10"),
    ] {
        let answer = fetch_with(&ada, &file["url"], ("Range", range)).await;

        assert_eq!((answer.status, &answer.bytes[..]), (206, part.as_bytes()), "{range}");
        assert_eq!(answer.header("content-range"), Some(content_range));
        assert_eq!(answer.header("content-length"), Some(part.len().to_string().as_str()));
        assert_eq!(answer.header("content-type"), Some("text/plain"));
        expect_harmless(&answer);
    }
}

#[tokio::test]
async fn a_part_beyond_the_end_is_refused_with_the_size() {
    let server = Server::start().await;
    let ada = server.api().sign_up("ada").await;
    let file_of = async |text: &'static str| file(&ada, "digits.txt", text).await;
    let (digits, nothing) = (file_of("0123456789").await, file_of("").await);
    for (file, range, content_range) in [
        (&digits, "bytes=10-", "bytes */10"),
        (&digits, "bytes=99-100", "bytes */10"),
        (&digits, "bytes=-0", "bytes */10"),
        (&nothing, "bytes=0-", "bytes */0"),
    ] {
        let answer = fetch_with(&ada, &file["url"], ("Range", range)).await;

        assert_eq!(answer.header("content-range"), Some(content_range), "{range}");
        answer.expect_problem(416, "range-not-satisfiable");
    }
}

#[tokio::test]
async fn several_parts_and_what_is_no_part_get_the_whole() {
    let server = Server::start().await;
    let ada = server.api().sign_up("ada").await;
    let file = file(&ada, "digits.txt", "0123456789").await;
    for range in [
        "bytes=0-1,4-5",
        "bytes=5-2",
        "bytes=",
        "bytes=a-b",
        "bytes",
        "lines=1-2",
        "bytes=0-99999999999999999999",
    ] {
        let answer = fetch_with(&ada, &file["url"], ("Range", range)).await;

        assert_eq!((answer.status, &answer.bytes[..]), (200, &b"0123456789"[..]), "{range}");
        assert_eq!(answer.header("content-range"), None);
        assert_eq!(answer.header("accept-ranges"), Some("bytes"));
    }
}

#[tokio::test]
async fn a_part_is_only_given_of_what_the_client_has_begun_to_read() {
    let server = Server::start().await;
    let ada = server.api().sign_up("ada").await;
    let file = file(&ada, "digits.txt", "0123456789").await;
    let etag = tag(&ada, &file["url"]).await;
    for (known, status) in [
        (etag.clone(), 206),
        ("\"old\"".to_owned(), 200),
        (format!("W/{etag}"), 200),
        ("Sat, 21 Nov 2026 11:00:00 GMT".to_owned(), 200),
    ] {
        let request = ada.request(Method::GET, path(&file["url"])).header("Range", "bytes=5-");
        let answer = ada.send(request.header("If-Range", &known)).await;

        assert_eq!(answer.status, status, "{known}");
    }
}

#[tokio::test]
async fn a_look_at_the_headers_sends_no_bytes() {
    let server = Server::start().await;
    let ada = server.api().sign_up("ada").await;
    let file = file(&ada, "soup.png", samples::plain("png")).await;
    for url in ["url", "thumbnail_url"] {
        let whole = fetch(&ada, &file[url]).await;
        // A part is something of GET alone (RFC 9110, 14.2).
        for range in ["", "bytes=0-1", "bytes=9999999-"] {
            let request = ada.request(Method::HEAD, path(&file[url])).header("Range", range);
            let answer = ada.send(request).await;

            assert_eq!((answer.status, answer.bytes.len()), (200, 0), "{range}");
            for name in ["content-length", "content-type", "content-disposition", "etag", "accept-ranges"] {
                assert_eq!(answer.header(name), whole.header(name), "{name}");
            }
            expect_harmless(&answer);
        }
    }
}

#[tokio::test]
async fn a_thumbnail_is_given_whole() {
    let server = Server::start().await;
    let ada = server.api().sign_up("ada").await;
    let file = file(&ada, "soup.png", samples::plain("png")).await;
    let whole = fetch(&ada, &file["thumbnail_url"]).await;
    assert_eq!(whole.header("accept-ranges"), None);

    let answer = fetch_with(&ada, &file["thumbnail_url"], ("Range", "bytes=2-5")).await;

    assert!(answer.status == 200 && answer.bytes == whole.bytes);
}

#[tokio::test]
async fn what_is_no_picture_has_no_thumbnail() {
    let server = Server::start().await;
    let ada = server.api().sign_up("ada").await;
    let file = file(&ada, "notes.txt", "soup").await;

    ada.get(&format!("{}/thumbnail", path(&file["url"]))).await.expect_problem(404, "not-found");
}
