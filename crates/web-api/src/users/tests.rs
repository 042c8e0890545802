//! What users promise, on a store in memory.

use actix_web::{http::Method, test::TestRequest};
use domain::users::accounts::Registration;
use serde_json::json;

use crate::testing::{Answered, World};

#[actix_web::test]
async fn who_signs_up_is_answered_with_the_user_and_where_it_is() {
    let world = World::with(&[]);
    let body = json!({"username": "Ana", "password": "seventeen bottles", "email": "ana@example.org", "first_name": "Ana"});

    let answered = world.call(Method::POST, "/users", None, Some(body)).await;

    assert_eq!(answered.header("location"), Some("/api/v1/users/Ana"));
    let user = answered.expect(201);
    assert_eq!(
        (&user["username"], &user["role"], &user["email"]),
        (&json!("Ana"), &json!("member"), &json!("ana@example.org"))
    );
    assert_eq!(user["avatar_url"], "/api/v1/users/Ana/avatar");
}

#[actix_web::test]
async fn a_name_that_is_taken_reserved_or_none_is_told_beside_its_field() {
    let world = World::with(&["ana"]);
    let refused = async |username: &str| {
        let body = json!({"username": username, "password": "seventeen bottles"});
        world.call(Method::POST, "/users", None, Some(body)).await.refused()
    };

    assert_eq!(refused("ANA").await, [("username".to_owned(), "taken".to_owned())]);
    assert_eq!(refused("Admin").await, [("username".to_owned(), "reserved".to_owned())]);
    assert_eq!(refused("a b").await, [("username".to_owned(), "invalid_character".to_owned())]);
}

/// A server with ana's lunch, and the code of an invitation to it that holds once.
async fn inviting(registration: Registration) -> (World, String, String) {
    let world = World::with(&["ana"]).open_to(registration);
    let lunch = world.store.lock().group("lunch", "ana", &[]);
    let chat = format!("/chats/{lunch}");
    let once = Some(json!({"max_uses": 1}));
    let invite = world.call(Method::POST, &format!("{chat}/invites"), Some(&world.token("ana")), once).await;
    let code = invite.expect(201)["code"].as_str().unwrap().to_owned();
    (world, chat, code)
}

async fn sign_up(world: &World, username: &str, invite: Option<&str>) -> Answered {
    let body = json!({"username": username, "password": "seventeen bottles", "invite": invite});
    world.call(Method::POST, "/users", None, Some(body)).await
}

#[actix_web::test]
async fn who_signs_up_by_an_invitation_is_in_the_chat() {
    for registration in [Registration::Invite, Registration::Open] {
        let (world, chat, code) = inviting(registration).await;

        sign_up(&world, "ben", Some(&code)).await.expect(201);

        let seen = world.call(Method::GET, &chat, Some(&world.token("ben")), None).await.expect(200);
        assert_eq!((&seen["name"], &seen["my_role"]), (&json!("lunch"), &json!("member")));
    }
}

#[actix_web::test]
async fn codes_that_do_not_hold_are_answered_alike() {
    for registration in [Registration::Invite, Registration::Open] {
        let (world, _, used) = inviting(registration).await;
        sign_up(&world, "ben", Some(&used)).await.expect(201);
        let unknown = "x".repeat(43);

        for code in ["", "none", &unknown, &used, &"x".repeat(1_000)] {
            let mut refused = sign_up(&world, "cleo", Some(code)).await;
            let error = refused.json["errors"][0].take();
            assert_eq!(refused.status, 422);
            let expected = json!({"field": "invite", "code": "invalid", "message": error["message"]});
            assert_eq!((&error, &error["message"]), (&expected, &json!("is no invitation that holds")));
        }
        world.call(Method::GET, "/users/cleo", Some(&world.token("ana")), None).await.expect(404);
    }
}

#[actix_web::test]
async fn where_only_the_invited_sign_up_the_missing_code_is_named() {
    let (world, _, _) = inviting(Registration::Invite).await;

    let refused = sign_up(&world, "ana", None).await.refused();

    assert_eq!(refused, [("invite".to_owned(), "required".to_owned())]);
}

#[actix_web::test]
async fn a_closed_server_takes_nobody_not_even_the_invited() {
    let (world, _, code) = inviting(Registration::Closed).await;

    let refused = sign_up(&world, "ben", Some(&code)).await.expect(403);

    assert_eq!(refused["type"], "/problems/registration-closed");
}

#[actix_web::test]
async fn an_address_is_seen_by_its_owner_only() {
    let world = World::with(&["ana", "ben"]);
    let (ana, ben) = (world.token("ana"), world.token("ben"));
    world.call(Method::PATCH, "/me", Some(&ana), Some(json!({"email": "ana@example.org"}))).await.expect(200);

    let own = world.call(Method::GET, "/users/ana", Some(&ana), None).await.expect(200);
    let seen = world.call(Method::GET, "/users/ANA", Some(&ben), None).await.expect(200);

    assert_eq!(own["email"], "ana@example.org");
    assert!(seen.get("email").is_none());
}

#[actix_web::test]
async fn nobody_of_that_name_is_not_there() {
    let world = World::with(&["ana"]);
    let token = world.token("ana");
    for path in ["/users/nobody", "/users/x", "/users/nobody/avatar", "/users/%00%00%00"] {
        world.call(Method::GET, path, Some(&token), None).await.expect(404);
    }
}

#[actix_web::test]
async fn a_user_who_has_not_changed_is_not_sent_again() {
    let world = World::with(&["ana"]);
    let token = world.token("ana");
    let first = world.call(Method::GET, "/users/ana", Some(&token), None).await;
    let etag = first.header("etag").unwrap().to_owned();
    let again = async || {
        let request = TestRequest::get()
            .uri("/api/v1/users/ana")
            .insert_header(("Authorization", format!("Bearer {token}")))
            .insert_header(("If-None-Match", etag.clone()));
        world.send(request).await
    };

    let unchanged = again().await;
    assert_eq!((unchanged.status, unchanged.bytes.len()), (304, 0));
    assert_eq!(unchanged.header("etag"), Some(etag.as_str()));
    world.call(Method::PATCH, "/me", Some(&token), Some(json!({"bio": "Plants"}))).await.expect(200);
    assert_eq!(again().await.status, 200);
}

#[actix_web::test]
async fn people_are_found_by_any_part_of_their_names() {
    let world = World::with(&["ana", "ben", "hanna"]);
    let token = world.token("ben");

    let found = world.call(Method::GET, "/users?query=AN", Some(&token), None).await.expect(200);

    let names: Vec<_> = found["items"].as_array().unwrap().iter().map(|user| &user["username"]).collect();
    assert_eq!(names, ["ana", "hanna"]);
}

#[actix_web::test]
async fn a_picture_has_one_of_four_sizes() {
    let world = World::with(&["ana"]);
    let token = world.token("ana");
    let got = async |query: &str| {
        world.call(Method::GET, &format!("/users/ana/avatar{query}"), Some(&token), None).await
    };

    assert_eq!(got("").await.header("content-type"), Some("image/svg+xml"));
    assert_eq!(got("?size=512").await.status, 200);
    assert_eq!(got("?size=100").await.refused(), [("size".to_owned(), "out_of_range".to_owned())]);
    assert_eq!(got("?size=99999999").await.refused().len(), 1);
}
