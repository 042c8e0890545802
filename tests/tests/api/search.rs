//! Searching messages.

use serde_json::{Value, json};
use tests::{Api, Server, on_each_database};

#[tokio::test]
async fn what_was_just_said_is_found_by_words_phrases_and_beginnings() {
    on_each_database(async |server| {
        let (ada, _, lunch) = lunch(&server).await;
        for text in ["Soup at the café today", "The café is closed", "明日は東京都に行きます"] {
            ada.write(lunch, text).await;
        }

        assert_eq!(found(&ada, "cafe").await, ["The café is closed", "Soup at the café today"]);
        assert_eq!(found(&ada, "%22at+the+cafe%22").await, ["Soup at the café today"]);
        assert_eq!(found(&ada, "clos*").await, ["The café is closed"]);
        assert_eq!(found(&ada, "%E6%9D%B1%E4%BA%AC%E9%83%BD").await, ["明日は東京都に行きます"]);
        assert_eq!(found(&ada, "%E8%A1%8C").await, ["明日は東京都に行きます"]);
        assert_eq!(found(&ada, "from:ben+cafe").await, [""; 0]);
        let hit = ada.get("/search?q=soup").await.expect(200);
        assert_eq!(hit["items"][0]["excerpt"], "<mark>Soup</mark> at the café today");
    })
    .await;
}

#[tokio::test]
async fn what_changed_is_found_as_it_stands_and_what_is_gone_is_not() {
    on_each_database(async |server| {
        let (ada, _, lunch) = lunch(&server).await;
        let (first, second) = (ada.write(lunch, "apples").await, ada.write(lunch, "pears").await);

        let path = |message: &Value| format!("/chats/{lunch}/messages/{}", message["id"]);
        ada.patch(&path(&first), json!({"text": "plums"})).await.expect(200);
        ada.delete(&path(&second)).await.expect(204);

        assert_eq!(found(&ada, "plums").await, ["plums"]);
        assert_eq!(found(&ada, "apples").await, [""; 0]);
        assert_eq!(found(&ada, "pears").await, [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn only_ones_own_chats_are_searched_and_no_longer_after_leaving() {
    on_each_database(async |server| {
        let (ada, ben, lunch) = lunch(&server).await;
        let dan = server.api().sign_up("dan").await;
        ada.write(lunch, "a secret recipe").await;

        assert_eq!(found(&ben, "recipe").await, ["a secret recipe"]);
        assert_eq!(found(&dan, "recipe").await, [""; 0]);
        ada.delete(&format!("/chats/{lunch}/members/ben")).await.expect(204);

        assert_eq!(found(&ben, "recipe").await, [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn any_input_is_a_query() {
    on_each_database(async |server| {
        let (ada, _, lunch) = lunch(&server).await;
        ada.write(lunch, "quotes ' and (brackets)").await;

        for query in ["%22", "*", "%27", "(((", "a+OR", "NEAR(", "from:", "-x", "%3A%26%7C!", "%F0%9F%91%8D"]
        {
            ada.get(&format!("/search?q={query}")).await.expect(200);
        }
        assert_eq!(found(&ada, "(brackets").await, ["quotes ' and (brackets)"]);
    })
    .await;
}

async fn lunch(server: &Server) -> (Api, Api, i64) {
    let (ada, ben) = (server.api().sign_up("ada").await, server.api().sign_up("ben").await);
    let lunch = ada.group("lunch", &["ben"]).await;
    (ada, ben, lunch)
}

async fn found(by: &Api, query: &str) -> Vec<String> {
    let found = by.get(&format!("/search?q={query}")).await.expect(200);
    let items = found["items"].as_array().unwrap();
    items.iter().map(|message| message["text"].as_str().unwrap().to_owned()).collect()
}
