//! What members promise, on a store in memory.

use actix_web::http::Method;
use serde_json::{Value, json};

use crate::testing::World;

#[actix_web::test]
async fn members_are_added_promoted_and_removed() {
    let world = World::with(&["ana", "ben"]);
    let lunch = world.store.lock().group("Lunch", "ana", &[]);
    let ana = world.token("ana");
    let members = format!("/chats/{lunch}/members");
    let call = async |method: Method, below: &str, body: Option<Value>| {
        world.call(method, &format!("{members}{below}"), Some(&ana), body).await
    };

    let added = call(Method::POST, "", Some(json!({"username": "ben"}))).await;
    assert_eq!(added.header("location"), Some(format!("/api/v1{members}/ben").as_str()));
    assert_eq!(added.expect(201)["role"], "member");
    let again = call(Method::POST, "", Some(json!({"username": "ben", "role": "admin"}))).await.expect(200);
    assert_eq!(again["role"], "member");
    call(Method::PATCH, "/BEN", Some(json!({"role": "admin"}))).await.expect(200);
    let listed = call(Method::GET, "", None).await.expect(200);
    assert_eq!(
        (&listed["items"][1]["user"]["username"], &listed["items"][1]["role"]),
        (&json!("ben"), &json!("admin"))
    );
    assert_eq!(
        call(Method::PATCH, "/ana", Some(json!({"role": "member"}))).await.expect(409)["type"],
        "/problems/last-owner"
    );

    call(Method::DELETE, "/ben", None).await.expect(204);
    call(Method::DELETE, "/ben", None).await.expect(404);
    assert_eq!(
        call(Method::POST, "", Some(json!({"username": "nobody"}))).await.refused(),
        [("username".to_owned(), "unknown_user".to_owned())]
    );
    assert_eq!(
        call(Method::POST, "", Some(json!({"username": "ben", "role": "king"}))).await.refused()[0].1,
        "unknown_value"
    );
}

#[actix_web::test]
async fn members_come_in_pages_by_when_they_joined() {
    let world = World::with(&["ana", "ben", "cleo"]);
    let lunch = world.store.lock().group("Lunch", "cleo", &["ben", "ana"]);
    let token = world.token("ana");
    let page = async |query: &str| {
        world
            .call(Method::GET, &format!("/chats/{lunch}/members?limit=2{query}"), Some(&token), None)
            .await
            .expect(200)
    };

    let first = page("").await;
    let second = page(&format!("&cursor={}", first["next_cursor"].as_str().unwrap())).await;

    let items = first["items"].as_array().unwrap().iter().chain(second["items"].as_array().unwrap());
    let names: Vec<_> = items.map(|member| &member["user"]["username"]).collect();
    assert_eq!(names, ["cleo", "ben", "ana"]);
}
