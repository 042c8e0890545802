//! Signing up, in and out; profiles and avatars.

use image::{DynamicImage, ImageFormat, RgbImage};
use reqwest::Method;
use serde_json::json;
use std::io::Cursor;
use tests::{Api, PASSWORD, Server, on_each_database};

#[tokio::test]
async fn who_signs_up_is_answered_with_the_user_and_where_it_is() {
    on_each_database(async |server| {
        let account =
            json!({"username": "Ada", "password": PASSWORD, "first_name": "Ada", "last_name": "Lovelace"});

        let answer = server.api().post("/users", account).await;

        assert_eq!(answer.header("location"), Some("/api/v1/users/Ada"));
        let user = answer.expect(201);
        assert_eq!(user["username"], "Ada");
        assert_eq!(user["display_name"], "Ada Lovelace");
        assert_eq!((&user["role"], &user["status"]), (&json!("member"), &json!("active")));
        assert!(!user.to_string().contains(PASSWORD));
    })
    .await;
}

#[tokio::test]
async fn a_username_is_taken_in_any_case_of_letters() {
    on_each_database(async |server| {
        server.api().sign_up("ada").await;

        let again = json!({"username": "ADA", "password": PASSWORD});

        server.api().post("/users", again).await.expect_errors(&[("username", "taken")]);
    })
    .await;
}

#[tokio::test]
async fn one_username_goes_to_one_person_however_many_ask_at_once() {
    on_each_database(async |server| {
        let sign_up = |_| {
            let api = server.api();
            tokio::spawn(async move {
                api.post("/users", json!({"username": "ada", "password": PASSWORD})).await.status
            })
        };
        let mut statuses = Vec::new();
        for answer in (0..8).map(sign_up).collect::<Vec<_>>() {
            statuses.push(answer.await.unwrap());
        }

        statuses.sort_unstable();
        assert_eq!(statuses, [201, 422, 422, 422, 422, 422, 422, 422]);
    })
    .await;
}

#[tokio::test]
async fn a_refused_account_says_what_is_wrong_with_each_field() {
    let server = Server::start().await;

    let problem =
        server.api().post("/users", json!({"username": "a", "password": "short"})).await.expect(422);

    let fields: Vec<_> = problem["errors"].as_array().unwrap().iter().map(|error| &error["field"]).collect();
    assert_eq!(fields, ["username", "password"]);
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_name_are_answered_alike() {
    let server = Server::start().await;
    server.api().sign_up("ada").await;
    let refused = async |username: &str, password: &str| {
        let account = json!({"username": username, "password": password});
        let mut problem = server.api().post("/auth/token", account).await.expect(401);
        problem.as_object_mut().unwrap().remove("request_id");
        problem
    };

    assert_eq!(refused("ada", "not my password").await, refused("nobody", PASSWORD).await);
}

#[tokio::test]
async fn guessing_a_password_is_throttled() {
    let server = Server::with(|options| options.setting("throttle.sign_in", "3/minute")).await;
    let guess = json!({"username": "ada", "password": "not my password"});
    for _ in 0..3 {
        server.api().post("/auth/token", guess.clone()).await.expect(401);
    }

    let throttled = server.api().post("/auth/token", guess).await;

    assert!(throttled.header("retry-after").is_some());
    throttled.expect(429);
}

#[tokio::test]
async fn a_refresh_gives_a_new_pair_and_a_spent_one_ends_the_session() {
    on_each_database(async |server| {
        let ada = server.api().sign_up("ada").await;
        let spent = json!({"refresh_token": ada.refresh_token});

        let fresh = server.api().post("/auth/refresh", spent.clone()).await.expect(200);
        let renewed = server.api().with_token(fresh["access_token"].as_str());
        renewed.get("/me").await.expect(200);

        server.api().post("/auth/refresh", spent).await.expect(401);
        renewed.get("/me").await.expect(401);
        let next = json!({"refresh_token": fresh["refresh_token"]});
        server.api().post("/auth/refresh", next).await.expect(401);
    })
    .await;
}

#[tokio::test]
async fn a_refresh_token_is_no_access_token() {
    let server = Server::start().await;
    let ada = server.api().sign_up("ada").await;

    ada.with_token(ada.refresh_token.as_deref()).get("/me").await.expect(401);
}

#[tokio::test]
async fn signing_out_ends_the_access_token_at_once_and_for_good() {
    on_each_database(async |mut server| {
        let ada = server.api().sign_up("ada").await;
        let elsewhere = server.api().sign_in("ada").await;

        ada.post("/auth/logout", json!({})).await.expect(204);

        ada.get("/me").await.expect(401);
        elsewhere.get("/me").await.expect(200);
        server.restart().await;
        ada.get("/me").await.expect(401);
        elsewhere.get("/me").await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn a_changed_password_ends_every_other_session() {
    let server = Server::start().await;
    let ada = server.api().sign_up("ada").await;
    let elsewhere = server.api().sign_in("ada").await;
    let change =
        |current: &str| json!({"current_password": current, "new_password": "a quite different one"});

    let wrong = ada.put("/me/password", change("not my password")).await.status;
    assert!((400..500).contains(&wrong), "{wrong}");
    ada.put("/me/password", change(PASSWORD)).await.expect(204);

    ada.get("/me").await.expect(200);
    elsewhere.get("/me").await.expect(401);
    server.api().post("/auth/token", json!({"username": "ada", "password": PASSWORD})).await.expect(401);
}

#[tokio::test]
async fn a_profile_is_changed_field_by_field() {
    on_each_database(async |server| {
        let ada = server.api().sign_up("ada").await;
        let ben = server.api().sign_up("ben").await;
        ada.patch("/me", json!({"first_name": "Ada", "bio": "Engines"})).await.expect(200);

        let changed = ada.patch("/me", json!({"bio": null})).await.expect(200);

        assert_eq!(changed["first_name"], "Ada");
        assert_eq!(changed["bio"].as_str().unwrap_or_default(), "");
        assert_eq!(ben.get("/users/ada").await.expect(200)["display_name"], "Ada");
    })
    .await;
}

#[tokio::test]
async fn an_e_mail_address_is_for_oneself_only() {
    let server = Server::start().await;
    let account = json!({"username": "ada", "password": PASSWORD, "email": "ada@example.org"});
    server.api().post("/users", account).await.expect(201);
    let ben = server.api().sign_up("ben").await;

    let seen = ben.get("/users/ada").await.expect(200);

    assert!(!seen.to_string().contains("ada@example.org"));
}

#[tokio::test]
async fn everyone_is_listed_by_username_page_by_page() {
    on_each_database(async |server| {
        let ada = server.api().sign_up("ada").await;
        for username in ["cleo", "ben", "bea"] {
            server.api().sign_up(username).await;
        }

        let first = ada.get("/users?limit=3").await.expect(200);
        let cursor = first["next_cursor"].as_str().expect("there is more");
        let second = ada.get(&format!("/users?limit=3&cursor={cursor}")).await.expect(200);

        assert_eq!(usernames(&first), ["ada", "bea", "ben"]);
        assert_eq!(usernames(&second), ["cleo"]);
        assert!(second["next_cursor"].is_null());
        assert_eq!(usernames(&ada.get("/users?query=be").await.expect(200)), ["bea", "ben"]);
    })
    .await;
}

fn usernames(page: &serde_json::Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|user| user["username"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn an_avatar_is_seen_by_all_in_the_sizes_asked_for() {
    on_each_database(async |server| {
        let ada = server.api().sign_up("ada").await;
        let ben = server.api().sign_up("ben").await;

        upload(&ada, picture(ImageFormat::Png)).await.expect(204);

        for size in [48, 96, 256, 512] {
            let avatar = ben.get(&format!("/users/ada/avatar?size={size}")).await;
            let shown = image::load_from_memory(&avatar.bytes).expect("a picture");
            assert_eq!((shown.width(), shown.height()), (size, size));
            assert_eq!(avatar.header("x-content-type-options"), Some("nosniff"));
        }
    })
    .await;
}

#[tokio::test]
async fn an_avatar_of_every_kind_is_taken() {
    let server = Server::start().await;
    let ada = server.api().sign_up("ada").await;
    for kind in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Gif] {
        upload(&ada, picture(kind)).await.expect(204);
    }
}

#[tokio::test]
async fn what_is_no_picture_leaves_the_avatar_as_it_was() {
    let server = Server::start().await;
    let ada = server.api().sign_up("ada").await;
    upload(&ada, picture(ImageFormat::Png)).await.expect(204);
    let before = ada.get("/users/ada/avatar?size=96").await.bytes;

    for refused in
        [b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(), picture(ImageFormat::Png)[..60].to_vec()]
    {
        let status = upload(&ada, refused).await.status;
        assert!(matches!(status, 415 | 422), "{status}");
    }
    upload(&ada, vec![0; 6 * 1024 * 1024]).await.expect(413);

    assert_eq!(ada.get("/users/ada/avatar?size=96").await.bytes, before);
}

#[tokio::test]
async fn without_an_avatar_initials_are_drawn() {
    let server = Server::start().await;
    let ada = server.api().sign_up("ada").await;
    let drawn = ada.get("/users/ada/avatar?size=96").await;
    assert_eq!(drawn.header("content-type"), Some("image/svg+xml"));
    assert!(drawn.header("content-security-policy").is_some());

    upload(&ada, picture(ImageFormat::Png)).await.expect(204);
    assert_ne!(ada.get("/users/ada/avatar?size=96").await.bytes, drawn.bytes);
    ada.delete("/me/avatar").await.expect(204);

    assert_eq!(ada.get("/users/ada/avatar?size=96").await.bytes, drawn.bytes);
}

#[tokio::test]
async fn an_avatar_that_has_not_changed_is_not_sent_again() {
    let server = Server::start().await;
    let ada = server.api().sign_up("ada").await;
    upload(&ada, picture(ImageFormat::Png)).await.expect(204);
    let tag = ada.get("/users/ada/avatar?size=96").await.header("etag").expect("a tag").to_owned();
    let again = || ada.request(Method::GET, "/users/ada/avatar?size=96").header("If-None-Match", &tag);

    let unchanged = ada.send(again()).await;
    assert_eq!((unchanged.status, unchanged.bytes.len()), (304, 0));

    upload(&ada, picture(ImageFormat::Jpeg)).await.expect(204);
    assert_eq!(ada.send(again()).await.status, 200);
}

async fn upload(api: &Api, bytes: Vec<u8>) -> tests::Answer {
    api.send(api.request(Method::PUT, "/me/avatar").header("Content-Type", "image/png").body(bytes)).await
}

fn picture(kind: ImageFormat) -> Vec<u8> {
    let grey = if kind == ImageFormat::Png { 90 } else { 160 };
    let picture = DynamicImage::from(RgbImage::from_pixel(40, 30, image::Rgb([grey, grey, 200])));
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, kind).unwrap();
    bytes.into_inner()
}
