//! What searching promises, on a store in memory.

use actix_web::http::Method;
use serde_json::{Value, json};

use crate::testing::World;

async fn search(world: &World, by: &str, query: &str) -> Value {
    let path = format!("/search?{query}");
    world.call(Method::GET, &path, Some(&world.token(by)), None).await.expect(200)
}

fn texts(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|item| item["text"].as_str().unwrap()).collect()
}

fn lunch(messages: &[(&str, &str)]) -> (World, i64) {
    let world = World::with(&["ana", "ben", "cleo"]);
    let mut store = world.store.lock();
    let lunch = store.group("Lunch", "ana", &["ben"]);
    for (by, text) in messages {
        store.say(by, lunch, text);
    }
    drop(store);
    (world, lunch.get())
}

#[actix_web::test]
async fn what_is_found_is_a_message_with_its_hits_marked_and_harmless() {
    let (world, chat) = lunch(&[("ana", "<b>Pizza</b> & soup?"), ("ben", "no")]);

    let page = search(&world, "ben", "q=pizza").await;

    assert_eq!(texts(&page), ["<b>Pizza</b> & soup?"]);
    let found = &page["items"][0];
    assert_eq!(found["excerpt"], "&lt;b&gt;<mark>Pizza</mark>&lt;/b&gt; &amp; soup?");
    assert_eq!((&found["chat_id"], &found["author"]["username"]), (&json!(chat), &json!("ana")));
    assert_eq!(page["next_cursor"], json!(null));
    assert!(texts(&search(&world, "cleo", "q=pizza").await).is_empty());
}

#[actix_web::test]
async fn parameters_bound_the_search() {
    let (world, chat) = lunch(&[("ana", "pizza"), ("ben", "pizza!"), ("ben", "soup")]);

    assert_eq!(texts(&search(&world, "ana", "q=pizza&author=BEN").await), ["pizza!"]);
    assert_eq!(texts(&search(&world, "ana", "author=@ben").await), ["soup", "pizza!"]);
    assert_eq!(texts(&search(&world, "ana", "q=from:ana&author=ben").await).len(), 0);
    assert_eq!(texts(&search(&world, "ana", &format!("q=pizza&chat_id={chat}")).await).len(), 2);
    assert!(texts(&search(&world, "ana", &format!("q=pizza&chat_id={}", chat + 1_000)).await).is_empty());
    assert_eq!(texts(&search(&world, "ana", "q=pizza&after=2020-01-01").await).len(), 2);
    assert!(texts(&search(&world, "ana", "q=pizza&before=2020-01-01T00:00:00Z").await).is_empty());
    assert_eq!(texts(&search(&world, "ana", &format!("chat_id={chat}")).await).len(), 3);
    assert!(texts(&search(&world, "ana", "").await).is_empty());
}

#[actix_web::test]
async fn what_cannot_be_a_bound_is_refused_but_any_text_is_a_query() {
    let (world, _) = lunch(&[("ana", "pizza")]);
    let token = world.token("ana");
    let call =
        async |query: &str| world.call(Method::GET, &format!("/search?{query}"), Some(&token), None).await;

    for field in ["before", "after"] {
        let refused = call(&format!("{field}=yesterday")).await.refused();
        assert_eq!(refused, [(field.to_owned(), "invalid".to_owned())]);
    }
    assert_eq!(call("chat_id=0").await.refused()[0].0, "chat_id");
    for query in ["q=%22", "q=%00", "q=*&author=%40", "q=%28%28", "q=before:yesterday"] {
        call(query).await.expect(200);
    }
}

#[actix_web::test]
async fn what_is_found_comes_in_pages() {
    let (world, _) = lunch(&[("ana", "pizza 1"), ("ana", "pizza 2"), ("ana", "pizza 3")]);

    let first = search(&world, "ana", "q=pizza&limit=2").await;
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = search(&world, "ana", &format!("q=pizza&limit=2&cursor={cursor}")).await;

    assert_eq!((texts(&first), texts(&second)), (vec!["pizza 3", "pizza 2"], vec!["pizza 1"]));
    assert_eq!(second["next_cursor"], json!(null));
}
