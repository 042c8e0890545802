//! What attachments promise, on a store in memory.

use actix_web::{http::Method, test::TestRequest};
use serde_json::{Value, json};

use crate::testing::{Answered, World};

async fn upload(world: &World, token: &str, text: &str) -> Answered {
    let form = format!(
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"plan.txt\"\r\n\r\n{text}\r\n--x--\r\n"
    );
    let request = TestRequest::post()
        .uri("/api/v1/attachments")
        .insert_header(("Authorization", format!("Bearer {token}")))
        .insert_header(("Content-Type", "multipart/form-data; boundary=x"))
        .set_payload(form);
    world.send(request).await
}

fn path(file: &Value) -> String {
    file["url"].as_str().unwrap().trim_start_matches("/api/v1").to_owned()
}

#[actix_web::test]
async fn a_file_is_seen_by_others_once_a_message_carries_it() {
    let world = World::with(&["ana", "ben", "cleo"]);
    let lunch = world.store.lock().group("Lunch", "ana", &["ben"]);
    let (ana, ben, cleo) = (world.token("ana"), world.token("ben"), world.token("cleo"));
    let answered = upload(&world, &ana, "the plan").await;
    assert!(answered.header("location").unwrap().starts_with("/api/v1/attachments/"));
    let file = answered.expect(201);
    assert_eq!((&file["filename"], &file["bytes"]), (&json!("plan.txt"), &json!(8)));
    let get = async |token: &str| world.call(Method::GET, &path(&file), Some(token), None).await;
    get(&ben).await.expect(404);

    let body = json!({"text": "", "attachments": [file["id"]]});
    let message = world
        .call(Method::POST, &format!("/chats/{lunch}/messages"), Some(&ana), Some(body))
        .await
        .expect(201);

    assert_eq!(message["attachments"], json!([file]));
    let got = get(&ben).await;
    assert_eq!((&got.bytes[..], got.header("x-content-type-options")), (&b"the plan"[..], Some("nosniff")));
    assert_eq!(got.header("content-disposition"), Some("attachment; filename=\"plan.txt\""));
    assert!(got.header("content-security-policy").unwrap().contains("sandbox"));
    get(&cleo).await.expect(404);
    world.call(Method::GET, &format!("{}/thumbnail", path(&file)), Some(&ben), None).await.expect(404);

    let message = format!("/chats/{lunch}/messages/{}", message["id"]);
    world.call(Method::DELETE, &message, Some(&ana), None).await.expect(204);
    get(&ben).await.expect(404);
}

#[actix_web::test]
async fn a_form_without_a_file_is_refused() {
    let world = World::with(&["ana"]);
    let token = world.token("ana");
    let send = async |kind: &'static str, body: &'static str| {
        let request = TestRequest::post()
            .uri("/api/v1/attachments")
            .insert_header(("Authorization", format!("Bearer {token}")))
            .insert_header(("Content-Type", kind))
            .set_payload(body);
        world.send(request).await
    };

    assert_eq!(send("multipart/form-data; boundary=x", "--x--\r\n").await.refused()[0].0, "file");
    send("multipart/form-data", "--x--\r\n").await.expect(400);
    send("multipart/form-data; boundary=x", "nonsense").await.expect(400);
    send("image/png", "picture").await.expect(415);
}

#[actix_web::test]
async fn a_file_is_not_sent_again_to_who_has_it() {
    let world = World::with(&["ana"]);
    let token = world.token("ana");
    let file = upload(&world, &token, "the plan").await.expect(201);
    let etag =
        world.call(Method::GET, &path(&file), Some(&token), None).await.header("etag").unwrap().to_owned();

    let request = TestRequest::get()
        .uri(file["url"].as_str().unwrap())
        .insert_header(("Authorization", format!("Bearer {token}")))
        .insert_header(("If-None-Match", etag));

    assert_eq!(world.send(request).await.status, 304);
}
