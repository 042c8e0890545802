//! What chats promise, on a store in memory.

use actix_web::http::Method;
use serde_json::{Value, json};

use crate::testing::World;

#[actix_web::test]
async fn who_makes_a_group_is_its_owner() {
    let world = World::with(&["ana", "ben"]);
    let token = world.token("ana");
    let body = json!({"name": "Lunch", "members": ["BEN", "ana"], "visibility": "public"});

    let answered = world.call(Method::POST, "/chats", Some(&token), Some(body)).await;

    let location = answered.header("location").unwrap().to_owned();
    let chat = answered.expect(201);
    assert_eq!(location, format!("/api/v1/chats/{}", chat["id"]));
    assert_eq!((&chat["my_role"], &chat["member_count"]), (&json!("owner"), &json!(2)));
    assert_eq!((&chat["kind"], &chat["visibility"]), (&json!("group"), &json!("public")));
    assert_eq!(chat["notifications"], json!({"level": "all", "muted_until": null}));
}

#[actix_web::test]
async fn nobody_unknown_is_put_into_a_group() {
    let world = World::with(&["ana"]);
    let body = json!({"name": "Lunch", "members": ["nobody"]});

    let refused = world.call(Method::POST, "/chats", Some(&world.token("ana")), Some(body)).await.refused();

    assert_eq!(refused, [("members".to_owned(), "unknown_user".to_owned())]);
}

#[actix_web::test]
async fn a_stranger_cannot_tell_a_chat_from_none() {
    let world = World::with(&["ana", "ben"]);
    let lunch = world.store.lock().group("Lunch", "ana", &[]);
    let ben = world.token("ben");
    for (method, below, body) in [
        (Method::GET, "", None),
        (Method::PATCH, "", Some(json!({"name": "Mine"}))),
        (Method::DELETE, "", None),
        (Method::POST, "/join", None),
        (Method::GET, "/members", None),
        (Method::POST, "/members", Some(json!({"username": "ben"}))),
        (Method::GET, "/messages", None),
        (Method::POST, "/messages", Some(json!({"text": "hi"}))),
        (Method::PUT, "/read", Some(json!({"seq": 1}))),
        (Method::PUT, "/notifications", Some(json!({"level": "none"}))),
    ] {
        let call = async |chat: String| {
            world
                .call(method.clone(), &format!("/chats/{chat}{below}"), Some(&ben), body.clone())
                .await
                .expect(404)
        };
        let there = call(lunch.to_string()).await;
        assert_eq!(there, call("9007199254740991".to_owned()).await, "{method} {below}");
        assert_eq!(there, call("none".to_owned()).await, "{method} {below}");
    }
}

#[actix_web::test]
async fn a_stranger_sees_the_outside_of_a_public_chat_and_may_join() {
    let world = World::with(&["ana", "ben"]);
    let lunch = {
        let mut store = world.store.lock();
        let lunch = store.public_group("Lunch", "ana", &[]);
        store.say("ana", lunch, "secret soup");
        lunch
    };
    let ben = world.token("ben");
    let get = async |path: String| world.call(Method::GET, &path, Some(&ben), None).await;

    let seen = get(format!("/chats/{lunch}")).await.expect(200);
    assert_eq!((&seen["name"], &seen["member_count"]), (&json!("Lunch"), &json!(1)));
    assert_eq!(
        (&seen["my_role"], &seen["last_seq"], &seen["created_by"]),
        (&json!(null), &json!(0), &json!(null))
    );
    assert!(!seen.to_string().contains("soup"));
    assert_eq!(get(format!("/chats/{lunch}/messages")).await.expect(403)["type"], "/problems/not-a-member");
    let listed = get("/chats/public?query=lun".to_owned()).await.expect(200);
    assert_eq!(listed["items"][0]["id"], json!(lunch.get()));

    let joined =
        world.call(Method::POST, &format!("/chats/{lunch}/join"), Some(&ben), None).await.expect(200);

    assert_eq!((&joined["my_role"], &joined["unread_count"]), (&json!("member"), &json!(0)));
    assert_eq!(joined["last_message"]["text"], "secret soup");
}

#[actix_web::test]
async fn a_member_may_not_change_what_an_owner_may() {
    let world = World::with(&["ana", "ben"]);
    let lunch = world.store.lock().group("Lunch", "ana", &["ben"]);
    let path = format!("/chats/{lunch}");
    let change =
        async |token: &str, body: Value| world.call(Method::PATCH, &path, Some(token), Some(body)).await;
    let (ana, ben) = (world.token("ana"), world.token("ben"));

    assert_eq!(change(&ben, json!({"name": "Mine"})).await.expect(403)["type"], "/problems/not-allowed");
    let changed = change(&ana, json!({"name": "Dinner", "description": "At eight"})).await.expect(200);
    assert_eq!((&changed["name"], &changed["description"]), (&json!("Dinner"), &json!("At eight")));
    assert_eq!(change(&ana, json!({"description": null})).await.expect(200)["description"], json!(null));
    assert_eq!(
        change(&ana, json!({"name": null})).await.refused(),
        [("name".to_owned(), "required".to_owned())]
    );
    world.call(Method::DELETE, &path, Some(&ben), None).await.expect(403);
    world.call(Method::DELETE, &path, Some(&ana), None).await.expect(204);
    world.call(Method::GET, &path, Some(&ana), None).await.expect(404);
}

#[actix_web::test]
async fn a_direct_chat_has_no_name_to_change() {
    let world = World::with(&["ana", "ben"]);
    let chat = world.store.lock().direct("ana", "ben");
    let body = Some(json!({"name": "Us"}));

    let problem = world.call(Method::PATCH, &format!("/chats/{chat}"), Some(&world.token("ana")), body).await;

    assert_eq!(problem.expect(409)["type"], "/problems/direct-chat");
}

#[actix_web::test]
async fn the_chat_with_the_newest_message_comes_first_over_pages() {
    let world = World::with(&["ana"]);
    let mut expected: Vec<i64> = {
        let mut store = world.store.lock();
        (0..4).map(|n| store.group(&format!("group {n}"), "ana", &[]).get()).collect()
    };
    world.store.lock().say("ana", domain::ChatId::new(expected[1]), "hello");
    let newest = expected.remove(1);
    expected.reverse();
    expected.insert(0, newest);
    let token = world.token("ana");

    let first = world.call(Method::GET, "/chats?limit=3", Some(&token), None).await.expect(200);
    let cursor = first["next_cursor"].as_str().unwrap();
    let second =
        world.call(Method::GET, &format!("/chats?limit=3&cursor={cursor}"), Some(&token), None).await;

    let second = second.expect(200);
    let items = first["items"].as_array().unwrap().iter().chain(second["items"].as_array().unwrap());
    assert_eq!(items.map(|chat| chat["id"].as_i64().unwrap()).collect::<Vec<_>>(), expected);
    assert_eq!(second["next_cursor"], json!(null));
}

#[actix_web::test]
async fn marks_and_bells_are_ones_own() {
    let world = World::with(&["ana", "ben"]);
    let lunch = {
        let mut store = world.store.lock();
        let lunch = store.group("Lunch", "ana", &["ben"]);
        for n in 0..3 {
            store.say("ana", lunch, &format!("number {n}"));
        }
        lunch
    };
    let ben = world.token("ben");
    let put = async |below: &str, body: Value| {
        world.call(Method::PUT, &format!("/chats/{lunch}/{below}"), Some(&ben), Some(body)).await
    };
    let seen =
        async || world.call(Method::GET, &format!("/chats/{lunch}"), Some(&ben), None).await.expect(200);

    put("read", json!({"seq": 2})).await.expect(204);
    put("read", json!({"seq": 1})).await.expect(204);
    assert_eq!((&seen().await["unread_count"], &seen().await["read_seq"]), (&json!(1), &json!(2)));
    put("read", json!({"seq": 2, "unread": true})).await.expect(204);
    assert_eq!(seen().await["unread_count"], 2);
    assert_eq!(put("read", json!({"seq": -1})).await.refused()[0].1, "out_of_range");

    put("notifications", json!({"level": "mentions", "muted_until": "2026-12-24T18:00:00+01:00"}))
        .await
        .expect(204);
    let expected = json!({"level": "mentions", "muted_until": "2026-12-24T17:00:00.000000Z"});
    assert_eq!(seen().await["notifications"], expected);
    assert_eq!(
        put("notifications", json!({"level": "all", "muted_until": "soon"})).await.refused()[0].0,
        "muted_until"
    );
}
