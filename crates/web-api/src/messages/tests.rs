//! What messages promise, on a store in memory.

use actix_web::http::Method;
use domain::ChatId;
use serde_json::{Value, json};

use crate::testing::{Answered, World};

struct Lunch {
    world: World,
    chat: ChatId,
    ana: String,
    ben: String,
}

fn lunch() -> Lunch {
    let world = World::with(&["ana", "ben", "cleo"]);
    let chat = world.store.lock().group("Lunch", "ana", &["ben"]);
    let (ana, ben) = (world.token("ana"), world.token("ben"));
    Lunch { world, chat, ana, ben }
}

impl Lunch {
    async fn send(&self, token: &str, body: Value) -> Answered {
        self.call(Method::POST, token, "", Some(body)).await
    }

    async fn call(&self, method: Method, token: &str, below: &str, body: Option<Value>) -> Answered {
        self.world.call(method, &format!("/chats/{}/messages{below}", self.chat), Some(token), body).await
    }

    async fn say(&self, token: &str, text: &str) -> i64 {
        self.send(token, json!({"text": text})).await.expect(201)["id"].as_i64().unwrap()
    }
}

#[actix_web::test]
async fn a_message_is_answered_as_everyone_sees_it() {
    let lunch = lunch();

    let answered = lunch.send(&lunch.ana, json!({"text": " Soup, @ben? ", "client_id": "c-1"})).await;

    let location = answered.header("location").unwrap().to_owned();
    let message = answered.expect(201);
    assert_eq!(location, format!("/api/v1/chats/{}/messages/{}", lunch.chat, message["id"]));
    assert_eq!(
        (&message["text"], &message["seq"], &message["client_id"]),
        (&json!("Soup, @ben?"), &json!(1), &json!("c-1"))
    );
    assert_eq!((&message["mentions"], &message["author"]["username"]), (&json!(["ben"]), &json!("ana")));
    assert!(message["html"].as_str().unwrap().contains("Soup"));
    let seen = lunch.call(Method::GET, &lunch.ben, &format!("/{}", message["id"]), None).await.expect(200);
    assert_eq!(seen, message);
}

#[actix_web::test]
async fn the_same_client_id_makes_no_second_message() {
    let lunch = lunch();
    let body = json!({"text": "Soup?", "client_id": "c-1"});
    let first = lunch.send(&lunch.ana, body.clone()).await.expect(201);

    assert_eq!(lunch.send(&lunch.ana, body.clone()).await.expect(200), first);
    lunch.send(&lunch.ben, body.clone()).await.expect(201);
    let other = lunch.world.store.lock().group("Other", "ana", &[]);
    let elsewhere = lunch
        .world
        .call(Method::POST, &format!("/chats/{other}/messages"), Some(&lunch.ana), Some(body))
        .await;
    assert_eq!(elsewhere.expect(409)["type"], "/problems/client-id-in-use");
}

#[actix_web::test]
async fn what_cannot_be_sent_is_refused_field_by_field() {
    let lunch = lunch();
    for (body, expected) in [
        (json!({"text": "  "}), ("text", "required")),
        (json!({"text": "x".repeat(10_001)}), ("text", "too_long")),
        (json!({"text": "a\u{0}b"}), ("text", "invalid_character")),
        (json!({"text": 7}), ("text", "wrong_type")),
        (json!({"text": "hi", "client_id": "x".repeat(65)}), ("client_id", "too_long")),
        (json!({"text": "hi", "reply_to": 4711}), ("reply_to", "unknown_message")),
        (json!({"text": "hi", "reply_to": "4711"}), ("reply_to", "wrong_type")),
        (json!({"text": "hi", "attachments": [4711]}), ("attachments", "unknown_attachment")),
        (
            json!({"text": "hi", "attachments": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]}),
            ("attachments", "too_many"),
        ),
    ] {
        let refused = lunch.send(&lunch.ana, body.clone()).await.refused();
        assert_eq!(refused, [(expected.0.to_owned(), expected.1.to_owned())], "{body}");
    }
}

#[actix_web::test]
async fn history_goes_both_ways() {
    let lunch = lunch();
    {
        let mut store = lunch.world.store.lock();
        for n in 1..=7 {
            store.say("ana", lunch.chat, &format!("number {n}"));
        }
    }
    let page = async |query: &str| {
        let page = lunch.call(Method::GET, &lunch.ben, &format!("?{query}"), None).await.expect(200);
        let seqs: Vec<i64> = page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|message| message["seq"].as_i64().unwrap())
            .collect();
        (seqs, page["has_before"].as_bool().unwrap(), page["has_after"].as_bool().unwrap())
    };

    assert_eq!(page("limit=3").await, (vec![5, 6, 7], true, false));
    assert_eq!(page("limit=3&before=5").await, (vec![2, 3, 4], true, true));
    assert_eq!(page("limit=3&after=2").await, (vec![3, 4, 5], true, true));
    assert_eq!(page("after=7").await, (vec![], true, false));
    assert_eq!(page("").await.0.len(), 7);
    assert_eq!(page("changed_after=4&limit=2").await, (vec![3, 4], false, true));
    let refused = lunch.call(Method::GET, &lunch.ben, "?before=3&after=1", None).await.refused();
    assert_eq!(refused, [("before".to_owned(), "conflicting".to_owned())]);
    assert_eq!(lunch.call(Method::GET, &lunch.ben, "?before=-1&limit=0", None).await.refused().len(), 2);
}

#[actix_web::test]
async fn only_its_author_edits_a_message_and_a_deleted_one_keeps_its_place() {
    let lunch = lunch();
    let id = lunch.say(&lunch.ben, "Soop").await;
    let path = format!("/{id}");
    let edit = async |token: &str, text: &str| {
        lunch.call(Method::PATCH, token, &path, Some(json!({"text": text}))).await
    };

    edit(&lunch.ana, "Mine").await.expect(403);
    let edited = edit(&lunch.ben, "Soup").await.expect(200);
    assert!(edited["edited_at"].is_string() && edited["text"] == "Soup");
    lunch.call(Method::DELETE, &lunch.ana, &path, None).await.expect(204);

    let left = lunch.call(Method::GET, &lunch.ben, &path, None).await.expect(200);
    assert_eq!((&left["text"], &left["html"], &left["seq"]), (&json!(""), &json!(""), &json!(1)));
    assert!(left["deleted_at"].is_string());
    assert_eq!(edit(&lunch.ben, "Again").await.expect(409)["type"], "/problems/message-deleted");
}

#[actix_web::test]
async fn reactions_come_and_go() {
    let lunch = lunch();
    let id = lunch.say(&lunch.ana, "Soup?").await;
    let react = async |method: Method, reaction: &str| {
        lunch.call(method, &lunch.ben, &format!("/{id}/reactions/{reaction}"), None).await
    };

    react(Method::PUT, "%F0%9F%91%8D").await.expect(204);
    react(Method::PUT, "%F0%9F%91%8D").await.expect(204);
    let message = lunch.call(Method::GET, &lunch.ana, &format!("/{id}"), None).await.expect(200);
    assert_eq!(message["reactions"], json!([{"reaction": "👍", "count": 1, "usernames": ["ben"]}]));
    react(Method::DELETE, "%F0%9F%91%8D").await.expect(204);
    react(Method::DELETE, "%F0%9F%91%8D").await.expect(204);
    assert_eq!(
        react(Method::PUT, "seventeen-letters").await.refused(),
        [("reaction".to_owned(), "too_long".to_owned())]
    );
}

#[actix_web::test]
async fn a_forward_goes_to_chats_and_people_and_names_its_source_to_who_may_see_it() {
    let lunch = lunch();
    let id = lunch.say(&lunch.ana, "Soup at one").await;
    let team = lunch.world.store.lock().group("Team", "ben", &["cleo"]);
    let body = json!({"chat_ids": [team.get()], "usernames": ["cleo"], "comment": "See", "client_id": "f-1"});
    let forward =
        async |body| lunch.call(Method::POST, &lunch.ben, &format!("/{id}/forward"), Some(body)).await;

    let forwards = forward(body.clone()).await.expect(201);

    let items = forwards["items"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    assert_eq!((&items[0]["chat_id"], &items[0]["text"]), (&json!(team.get()), &json!("Soup at one")));
    assert_eq!(items[1]["forwarded_from"]["author"]["username"], "ana");
    assert_eq!(forward(body).await.expect(201), forwards, "the same again");
    let source = format!("/chats/{team}/messages/{}/source", items[0]["id"]);
    let found = lunch.world.call(Method::GET, &source, Some(&lunch.ben), None).await.expect(200);
    assert_eq!(found, json!({"chat_id": lunch.chat.get(), "message_id": id}));
    lunch.world.call(Method::GET, &source, Some(&lunch.world.token("cleo")), None).await.expect(404);
    assert_eq!(forward(json!({})).await.refused()[0].1, "required");
    assert_eq!(
        forward(json!({"usernames": ["nobody"]})).await.refused()[0],
        ("usernames".to_owned(), "unknown_user".to_owned())
    );
}

#[actix_web::test]
async fn a_message_costs_a_token_and_a_forward_one_for_each() {
    let lunch = lunch();
    let id = lunch.say(&lunch.ana, "Soup?").await;
    // Of 40 permits one is spent.
    let wide = json!({"usernames": ["ben", "cleo"], "comment": "See"});
    let forward =
        async || lunch.call(Method::POST, &lunch.ana, &format!("/{id}/forward"), Some(wide.clone())).await;
    for _ in 0..9 {
        forward().await.expect(201);
    }

    let refused = forward().await;

    assert!(refused.header("retry-after").is_some());
    refused.expect(429);
    for _ in 0..3 {
        lunch.say(&lunch.ana, "Soup!").await;
    }
    lunch.send(&lunch.ana, json!({"text": "one too many"})).await.expect(429);
    lunch.say(&lunch.ben, "I still can").await;
}
