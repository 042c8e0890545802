//! What invitations promise, on a store in memory.

use actix_web::http::Method;
use serde_json::{Value, json};

use crate::testing::{Answered, World};

/// A group of ana's with ben in it; cleo is outside.
fn lunch() -> (World, String) {
    let world = World::with(&["ana", "ben", "cleo"]);
    let lunch = world.store.lock().group("Lunch", "ana", &["ben"]);
    (world, format!("/chats/{lunch}/invites"))
}

async fn call(world: &World, by: &str, method: Method, path: &str, body: Option<Value>) -> Answered {
    world.call(method, path, Some(&world.token(by)), body).await
}

#[actix_web::test]
async fn who_has_the_link_sees_where_it_leads_and_joins() {
    let (world, invites) = lunch();
    let body = json!({"expires_in": 3600, "max_uses": 1});

    let answered = call(&world, "ana", Method::POST, &invites, Some(body)).await;

    let location = answered.header("location").unwrap().to_owned();
    let invite = answered.expect(201);
    assert_eq!((invite["url"].as_str(), &invite["uses"]), (Some(location.as_str()), &json!(0)));
    assert_eq!((&invite["max_uses"], &invite["created_by"]["username"]), (&json!(1), &json!("ana")));
    let path = location.strip_prefix("/api/v1").unwrap();
    let seen = world.call(Method::GET, path, None, None).await.expect(200);
    let mut names: Vec<&String> = seen.as_object().unwrap().keys().collect();
    names.sort();
    assert_eq!(names, ["description", "invited_by", "member_count", "name"]);
    assert_eq!((&seen["name"], &seen["member_count"]), (&json!("Lunch"), &json!(2)));
    let accept = format!("{path}/accept");
    world.call(Method::POST, &accept, None, None).await.expect(401);
    let chat = call(&world, "cleo", Method::POST, &accept, None).await.expect(200);
    assert_eq!((&chat["my_role"], &chat["member_count"]), (&json!("member"), &json!(3)));
    call(&world, "cleo", Method::POST, &accept, None).await.expect(200);
    world.call(Method::GET, path, None, None).await.expect(404);
    let listed = call(&world, "ana", Method::GET, &invites, None).await.expect(200);
    assert_eq!((&listed["items"][0]["uses"], &listed["next_cursor"]), (&json!(1), &json!(null)));
}

#[actix_web::test]
async fn only_owners_and_admins_invite() {
    let (world, invites) = lunch();
    let made = call(&world, "ana", Method::POST, &invites, Some(json!({}))).await.expect(201);
    let one = format!("{invites}/{}", made["code"].as_str().unwrap());

    for (by, status) in [("ben", 403), ("cleo", 404)] {
        call(&world, by, Method::POST, &invites, Some(json!({}))).await.expect(status);
        call(&world, by, Method::GET, &invites, None).await.expect(status);
        call(&world, by, Method::DELETE, &one, None).await.expect(status);
    }
    call(&world, "ana", Method::DELETE, &one, None).await.expect(204);
    call(&world, "ana", Method::DELETE, &one, None).await.expect(404);
    world
        .call(Method::GET, made["url"].as_str().unwrap().trim_start_matches("/api/v1"), None, None)
        .await
        .expect(404);
}

#[actix_web::test]
async fn bounds_of_an_invitation_are_held() {
    let (world, invites) = lunch();
    let refused = async |body: Value| call(&world, "ana", Method::POST, &invites, Some(body)).await.refused();

    let both = refused(json!({"expires_in": 0, "max_uses": 10_001})).await;
    assert_eq!(both, [("expires_in", "out_of_range"), ("max_uses", "out_of_range")].map(own));
    assert_eq!(refused(json!({"expires_in": "soon"})).await, [own(("expires_in", "wrong_type"))]);
    assert_eq!(refused(json!({"forever": true})).await, [own(("forever", "unknown_field"))]);
    let nothing = world.call(Method::GET, "/invites/none", None, None).await.expect(404);
    assert_eq!(
        nothing,
        world.call(Method::GET, &format!("/invites/{}", "x".repeat(43)), None, None).await.expect(404)
    );
}

fn own((field, code): (&str, &str)) -> (String, String) {
    (field.to_owned(), code.to_owned())
}

#[actix_web::test]
async fn invitations_come_in_pages_the_newest_first() {
    let (world, invites) = lunch();
    let mut codes = Vec::new();
    for _ in 0..5 {
        let made = call(&world, "ana", Method::POST, &invites, Some(json!({}))).await.expect(201);
        codes.insert(0, made["code"].clone());
    }
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let page =
            call(&world, "ana", Method::GET, &format!("{invites}?limit=2{cursor}"), None).await.expect(200);
        found.extend(page["items"].as_array().unwrap().iter().map(|item| item["code"].clone()));
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }

    assert_eq!(found, codes);
}
