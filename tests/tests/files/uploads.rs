//! Taking files in: what is answered, what a file is, and which forms are refused.

use crate::form::*;
use crate::samples;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Server, on_each_database};

#[tokio::test]
async fn an_uploaded_file_is_described_in_full() {
    on_each_database(async |server| {
        let ada = server.api().sign_up("ada").await;

        let answer = upload(&ada, "plan.txt", "the plan").await;

        let id = answer.body["id"].as_i64().unwrap();
        let url = format!("/api/v1/attachments/{id}");
        assert_eq!(answer.header("location"), Some(url.as_str()));
        assert!(answer.header("x-request-id").is_some_and(|id| !id.is_empty()));
        assert_eq!(answer.header("content-type"), Some("application/json"));
        let plan = json!({
            "id": id, "filename": "plan.txt", "content_type": "text/plain", "bytes": 8, "url": url,
        });
        assert_eq!(answer.expect(201), plan);
        assert_eq!(fetch(&ada, &plan["url"]).await.bytes, b"the plan");
    })
    .await;
}

#[tokio::test]
async fn a_picture_tells_its_size_and_has_a_thumbnail() {
    let server = Server::start().await;
    let ada = server.api().sign_up("ada").await;
    for kind in samples::KINDS {
        let picture = samples::plain(kind);

        let file = file(&ada, "soup", picture.clone()).await;

        let url = format!("/api/v1/attachments/{}", file["id"]);
        let expected = json!({
            "id": file["id"], "filename": "soup", "content_type": format!("image/{kind}"), "bytes": picture.len(),
            "width": 40, "height": 30, "url": url, "thumbnail_url": format!("{url}/thumbnail"),
        });
        assert_eq!(file, expected);
    }
}

#[tokio::test]
async fn an_upload_counts_as_a_request_and_a_download_does_not() {
    let server = Server::with(|options| options.setting("throttle.requests", "50/hour")).await;
    let ada = server.api().sign_up("ada").await;

    let answer = upload(&ada, "plan.txt", "the plan").await;

    assert_eq!(answer.header("ratelimit-limit"), Some("50"));
    let left = |name| answer.header(name).and_then(|left| left.parse::<u64>().ok());
    assert!(left("ratelimit-remaining").is_some_and(|left| left < 50));
    assert!(left("ratelimit-reset").is_some());
    assert_eq!(fetch(&ada, &answer.body["url"]).await.header("ratelimit-limit"), None);
}

#[tokio::test]
async fn what_a_file_is_stands_in_its_bytes() {
    let server = Server::start().await;
    let ada = server.api().sign_up("ada").await;
    let page = b"<!doctype html><script>alert(1)</script>".to_vec();
    let drawing = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".to_vec();
    let (text, other) = ("text/plain", "application/octet-stream");
    for (filename, claimed, bytes, content_type) in [
        ("soup.png", "image/png", page.clone(), text),
        ("soup.svg", "image/svg+xml", drawing, text),
        ("page.html", "text/html", page, text),
        ("notes.txt", "text/plain", samples::plain("png"), "image/png"),
        ("page.html", "text/html", samples::plain("gif"), "image/gif"),
        ("both.gif", "image/gif", b"GIF89a\x01\0\x01\0//*/=alert(1)//".to_vec(), other),
        ("none.jpg", "image/jpeg", Vec::new(), other),
        ("soup.txt", "text/plain", b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom".to_vec(), "video/mp4"),
    ] {
        let said = format!("name=\"file\"; filename=\"{filename}\"\r\nContent-Type: {claimed}");
        let size = bytes.len();

        let file = upload_form(&ada, form(&[part(&said, &bytes)])).await.expect(201);

        assert_eq!(
            (&file["content_type"], &file["bytes"]),
            (&json!(content_type), &json!(size)),
            "{filename}"
        );
        assert_eq!(file["thumbnail_url"].is_string(), content_type.starts_with("image/"), "{filename}");
        let answer = fetch(&ada, &file["url"]).await;
        assert_eq!(answer.header("content-type"), Some(content_type), "{filename}");
        assert_eq!(answer.bytes, bytes, "{filename}");
    }
}

/// Made with a camera's name, a place and an author in Exif and XMP.
#[tokio::test]
async fn a_picture_that_is_not_shown_tells_nothing_of_its_maker_either() {
    let server = Server::start().await;
    let ada = server.api().sign_up("ada").await;
    let telling = include_bytes!("place.avif").to_vec();
    let holds = |bytes: &[u8], part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
    assert!(holds(&telling, b"SecretCam") && holds(&telling, b"Ana Secret"));

    let file = file(&ada, "place.avif", telling.clone()).await;

    assert_eq!((&file["content_type"], &file["bytes"]), (&json!("image/avif"), &json!(telling.len())));
    let kept = fetch(&ada, &file["url"]).await;
    assert!(kept.header("content-disposition").is_some_and(|told| told.starts_with("attachment")));
    assert!(!holds(&kept.bytes, b"SecretCam") && !holds(&kept.bytes, b"Ana Secret"));
    let damaged = telling[..telling.len() - 1].to_vec();
    upload(&ada, "place.avif", damaged).await.expect_errors(&[("file", "damaged")]);
}

#[tokio::test]
async fn what_is_appended_to_a_picture_is_gone() {
    let server = Server::start().await;
    let ada = server.api().sign_up("ada").await;
    for kind in samples::KINDS {
        let picture = samples::plain(kind);
        let both = [picture.as_slice(), b"PK\x03\x04<script>alert(1)</script>"].concat();

        let file = file(&ada, "both.html", both).await;

        assert_eq!(fetch(&ada, &file["url"]).await.bytes, picture, "{kind}");
        assert_eq!(file["bytes"], picture.len(), "{kind}");
    }
}

#[tokio::test]
async fn a_file_that_nobody_named_is_called_file() {
    let server = Server::start().await;
    let ada = server.api().sign_up("ada").await;

    let file = upload_form(&ada, form(&[part("name=\"file\"", b"the plan")])).await.expect(201);

    assert_eq!((&file["filename"], &file["bytes"]), (&json!("file"), &json!(8)));
}

#[tokio::test]
async fn a_form_without_exactly_one_file_is_refused() {
    let server = Server::start().await;
    let ada = server.api().sign_up("ada").await;
    let one = part("name=\"file\"; filename=\"a\"", b"a");

    let other = part("name=\"picture\"; filename=\"a\"", b"a");
    for (parts, error) in [
        (vec![], ("file", "required")),
        (vec![one.clone(), one.clone()], ("file", "too_many")),
        (vec![other.clone()], ("picture", "unknown_field")),
        (vec![one.clone(), other.clone()], ("picture", "unknown_field")),
        (vec![other, one], ("picture", "unknown_field")),
    ] {
        upload_form(&ada, form(&parts)).await.expect_errors(&[error]);
    }

    assert_eq!(kept(&server), [""; 0]);
}

#[tokio::test]
async fn what_is_no_form_is_refused() {
    let server = Server::start().await;
    let ada = server.api().sign_up("ada").await;
    let post = async |kind: &'static str, body: Vec<u8>| {
        let request = ada.request(Method::POST, "/attachments").header("Content-Type", kind).body(body);
        ada.send(request).await
    };
    let whole = form(&[part("name=\"file\"; filename=\"a\"", b"a")]);

    for kind in ["image/png", "application/json", "application/x-www-form-urlencoded", "multipart/mixed"] {
        post(kind, whole.clone()).await.expect_problem(415, "unsupported-media-type");
    }
    ada.send(ada.request(Method::POST, "/attachments")).await.expect_problem(415, "unsupported-media-type");
    post("multipart/form-data", whole.clone()).await.expect_problem(400, "malformed");
    let kind = "multipart/form-data; boundary=cut-here";
    post(kind, b"nonsense".to_vec()).await.expect_problem(400, "malformed");
    post(kind, whole[..whole.len() - 14].to_vec()).await.expect_problem(400, "malformed");

    assert_eq!(kept(&server), [""; 0]);
}

#[tokio::test]
async fn who_is_not_signed_in_uploads_nothing() {
    let server = Server::start().await;
    for caller in [server.api(), server.api().with_token(Some("not.a.token"))] {
        let answer = upload(&caller, "plan.txt", "the plan").await;

        assert!(answer.header("www-authenticate").is_some_and(|asked| asked.starts_with("Bearer")));
        answer.expect_problem(401, "unauthenticated");
    }
    assert_eq!(kept(&server), [""; 0]);
}

#[tokio::test]
async fn a_name_is_kept_in_any_script_and_made_harmless() {
    let server = Server::start().await;
    let ada = server.api().sign_up("ada").await;
    for (sent, kept) in [
        ("filename=\"Ferien – Übersicht.pdf\"", "Ferien – Übersicht.pdf"),
        ("filename=\"昼ごはん 🍜.txt\"", "昼ごはん 🍜.txt"),
        ("filename=\"x.txt\"; filename*=UTF-8''%D1%81%D1%83%D0%BF.txt", "суп.txt"),
        ("filename=\"../../etc/passwd\"", "passwd"),
        ("filename*=UTF-8''..%5C..%5Cboot.ini", "boot.ini"),
        ("filename*=UTF-8''a%00b%0D%0ASet-Cookie:%20x=1.txt", "abSet-Cookie: x=1.txt"),
        ("filename*=UTF-8''%E2%80%AEfdp.exe", "fdp.exe"),
        ("filename*=UTF-8''say%20%22hi%22.txt", "say \"hi\".txt"),
        ("filename=\".bashrc\"", "bashrc"),
        ("filename=\"\"", "file"),
        ("filename=\"...\"", "file"),
    ] {
        let part = part(&format!("name=\"file\"; {sent}"), b"soup");

        let file = upload_form(&ada, form(&[part])).await.expect(201);

        assert_eq!(file["filename"], kept, "{sent}");
    }
    let long = file(&ada, &format!("{}.pdf", "é".repeat(500)), "soup").await;
    assert_eq!(long["filename"], Value::from(format!("{}.pdf", "é".repeat(116))));
}
