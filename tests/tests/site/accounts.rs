//! Setting up, signing up, in and out; profiles.

use crate::{person, with_admin};
use image::{DynamicImage, ImageFormat, RgbImage};
use std::io::Cursor;
use tests::{PASSWORD, Server, on_each_database};

#[tokio::test]
async fn signed_out_one_is_led_to_the_sign_in_page_and_back() {
    let server = Server::start().await;
    with_admin(&server).await;
    person(&server, "ada").await;
    let site = server.site();

    let led = site.get("/people").await;
    assert!(led.expect(303).location().starts_with("/login"));
    let page = site.open("/people").await;
    let signed_in = site.submit(&page, "Sign in", &[("username", "ada"), ("password", PASSWORD)]).await;

    assert_eq!(signed_in.expect(303).location(), "/people");
}

#[tokio::test]
async fn the_first_to_sign_up_sets_up_the_admin() {
    on_each_database(async |server| {
        let page = server.site().open("/signup").await.expect(200);

        assert_ne!(page.path, "/signup");
        assert!(page.has("input[name=username]") && page.has("input[name=password]"));
    })
    .await;
}

#[tokio::test]
async fn signing_up_signs_in_and_signing_out_ends_it() {
    on_each_database(async |server| {
        with_admin(&server).await;
        let ada = person(&server, "ada").await;

        let chats = ada.open("/chats").await.expect(200);
        assert_eq!(chats.path, "/chats");
        ada.post("/logout", &[]).await.expect(303);

        assert!(ada.get("/chats").await.expect(303).location().starts_with("/login"));
    })
    .await;
}

#[tokio::test]
async fn a_refused_form_comes_back_with_what_was_typed_and_why() {
    let server = Server::start().await;
    with_admin(&server).await;
    person(&server, "ada").await;
    let site = server.site();
    let typed = [("username", "ADA"), ("password", PASSWORD), ("first_name", "Ada \"<b>\" Byron")];

    let page = site.fill("/signup", "Sign up", &typed).await.expect(422);

    assert_eq!(page.attributes("input[name=username]", "value"), ["ADA"]);
    assert_eq!(page.attributes("input[name=first_name]", "value"), ["Ada \"<b>\" Byron"]);
    assert_eq!(page.attributes("input[name=username]", "aria-invalid"), ["true"]);
    assert!(!page.html.contains(PASSWORD));
}

#[tokio::test]
async fn an_avatar_is_uploaded_by_the_form_and_shown() {
    let server = Server::start().await;
    with_admin(&server).await;
    let ada = person(&server, "ada").await;
    let mut png = Cursor::new(Vec::new());
    DynamicImage::from(RgbImage::from_pixel(30, 30, image::Rgb([200, 0, 0])))
        .write_to(&mut png, ImageFormat::Png)
        .unwrap();
    let profile = ada.open("/settings/profile").await.expect(200);
    let [field] = profile.attributes("input[type=file]", "name").try_into().unwrap();
    let [action] = profile.attributes("form:has(input[type=file])", "action").try_into().unwrap();

    ada.upload(&action, &field, "me.png", png.into_inner()).await.expect(303);

    let shown = ada.open("/settings/profile").await.attributes("main img", "src");
    let picture = ada.request(reqwest::Method::GET, &shown[0]).send().await.unwrap();
    assert_eq!(picture.headers()["content-type"], "image/jpeg");
}
