//! What me promise, on a store in memory.

use actix_web::{http::Method, test::TestRequest};
use serde_json::json;

use crate::testing::World;

const PASSWORD: &str = "seventeen bottles";

#[actix_web::test]
async fn what_is_absent_stays_and_null_clears() {
    let world = World::with(&["ana"]);
    let token = world.token("ana");
    let change = async |body| world.call(Method::PATCH, "/me", Some(&token), Some(body)).await;
    change(json!({"first_name": "Ana", "last_name": "Silva", "bio": "Plants"})).await.expect(200);

    let user = change(json!({"last_name": null})).await.expect(200);

    assert_eq!(user["display_name"], "Ana");
    assert_eq!((&user["last_name"], &user["bio"]), (&json!(null), &json!("Plants")));
    assert_eq!(change(json!({"bio": ""})).await.refused(), [("bio".to_owned(), "required".to_owned())]);
    assert_eq!(change(json!({"username": "anna"})).await.refused()[0].1, "unknown_field");
    assert_eq!(change(json!({"bio": "x".repeat(501)})).await.refused()[0].1, "too_long");
}

#[actix_web::test]
async fn a_changed_password_ends_every_other_session() {
    let world = World::with(&[]);
    let account = json!({"username": "ana", "password": PASSWORD});
    world.call(Method::POST, "/users", None, Some(account.clone())).await.expect(201);
    let pair = world.call(Method::POST, "/auth/token", None, Some(account)).await.expect(200);
    let (here, elsewhere) = (pair["access_token"].as_str().unwrap(), world.token("ana"));
    let change = async |current: &str, new: &str| {
        let body = json!({"current_password": current, "new_password": new});
        world.call(Method::PUT, "/me/password", Some(here), Some(body)).await
    };

    assert_eq!(
        change("wrong one", "eighteen bottles").await.refused(),
        [("current_password".to_owned(), "wrong".to_owned())]
    );
    assert_eq!(
        change(PASSWORD, "password").await.refused(),
        [("new_password".to_owned(), "common".to_owned())]
    );
    change(PASSWORD, "eighteen bottles").await.expect(204);

    world.call(Method::GET, "/me", Some(here), None).await.expect(200);
    world.call(Method::GET, "/me", Some(&elsewhere), None).await.expect(401);
}

#[actix_web::test]
async fn an_account_is_deleted_with_its_password_only() {
    let world = World::with(&["ben"]);
    let account = json!({"username": "ana", "password": PASSWORD});
    world.call(Method::POST, "/users", None, Some(account)).await.expect(201);
    let token = world.token("ana");
    let delete = async |password: &str| {
        world.call(Method::DELETE, "/me", Some(&token), Some(json!({"password": password}))).await
    };

    assert_eq!(delete("wrong one").await.refused(), [("password".to_owned(), "wrong".to_owned())]);
    delete(PASSWORD).await.expect(204);

    world.call(Method::GET, "/me", Some(&token), None).await.expect(401);
    world.call(Method::GET, "/users/ana", Some(&world.token("ben")), None).await.expect(404);
}

#[actix_web::test]
async fn one_sees_and_ends_ones_own_sessions() {
    let world = World::with(&["ana", "ben"]);
    let (here, elsewhere, bens) = (world.token("ana"), world.token("ana"), world.token("ben"));

    let sessions = world.call(Method::GET, "/me/sessions", Some(&here), None).await.expect(200);

    let items = sessions["items"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    let other = items.iter().find(|session| session["current"] == false).unwrap();
    assert_eq!(other["kind"], "api");
    let path = format!("/me/sessions/{}", other["id"]);
    world.call(Method::DELETE, &path, Some(&bens), None).await.expect(404);
    world.call(Method::DELETE, &path, Some(&here), None).await.expect(204);
    world.call(Method::GET, "/me", Some(&elsewhere), None).await.expect(401);
    world.call(Method::DELETE, "/me/sessions/none", Some(&here), None).await.expect(404);
}

#[actix_web::test]
async fn a_picture_comes_as_the_body_or_in_a_form_and_its_address_changes_with_it() {
    let world = World::with(&["ana"]);
    let token = world.token("ana");
    let put = async |kind: &'static str, body: &'static str| {
        let request = TestRequest::put()
            .uri("/api/v1/me/avatar")
            .insert_header(("Authorization", format!("Bearer {token}")))
            .insert_header(("Content-Type", kind))
            .set_payload(body);
        world.send(request).await.status
    };

    assert_eq!(put("image/png", "picture").await, 204);
    let form = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\npicture\r\n--x--\r\n";
    assert_eq!(put("multipart/form-data; boundary=x", form).await, 204);
    assert_eq!(put("multipart/form-data; boundary=x", "--x--\r\n").await, 422);
    assert_eq!(put("application/json", "{}").await, 415);
    let me = world.call(Method::GET, "/me", Some(&token), None).await.expect(200);
    assert_eq!(me["avatar_url"], "/api/v1/users/ana/avatar?v=picture");
    world.call(Method::DELETE, "/me/avatar", Some(&token), None).await.expect(204);
    let me = world.call(Method::GET, "/me", Some(&token), None).await.expect(200);
    assert_eq!(me["avatar_url"], "/api/v1/users/ana/avatar");
}
