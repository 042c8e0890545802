//! What conversations promise, on a store in memory.

use actix_web::http::Method;
use serde_json::json;

use crate::testing::World;

#[actix_web::test]
async fn a_conversation_is_made_on_its_first_use() {
    let world = World::with(&["ana", "ben"]);
    let (ana, ben) = (world.token("ana"), world.token("ben"));

    let unused = world.call(Method::GET, "/conversations/ben", Some(&ana), None).await.expect(200);
    assert_eq!(unused, json!({"chat": null, "items": [], "has_before": false, "has_after": false}));
    let body = json!({"text": "Hello Ben", "client_id": "c-1"});
    let sent = world.call(Method::POST, "/conversations/ben", Some(&ana), Some(body.clone())).await;
    assert!(sent.header("location").unwrap().starts_with("/api/v1/chats/"));
    let message = sent.expect(201);
    assert_eq!(
        world.call(Method::POST, "/conversations/BEN", Some(&ana), Some(body)).await.expect(200),
        message
    );

    let read = world.call(Method::GET, "/conversations/ana", Some(&ben), None).await.expect(200);

    assert_eq!((&read["chat"]["kind"], &read["chat"]["peer"]["username"]), (&json!("direct"), &json!("ana")));
    assert_eq!(read["items"], json!([message]));
}

#[actix_web::test]
async fn nobody_can_be_written_to_who_is_not_there() {
    let world = World::with(&["ana"]);
    let ana = world.token("ana");

    world.call(Method::GET, "/conversations/nobody", Some(&ana), None).await.expect(404);
    world
        .call(Method::POST, "/conversations/nobody", Some(&ana), Some(json!({"text": "hi"})))
        .await
        .expect(404);
}
