//! What a search is narrowed down to: all of it has to hold.

use tests::{Api, on_each_database};

#[tokio::test]
async fn every_condition_of_a_search_holds() {
    on_each_database(async |server| {
        let (ada, ben) = (server.api().sign_up("ada").await, server.api().sign_up("ben").await);
        let lunch = ada.group("lunch", &["ben"]).await;
        let other = ada.group("other plans", &["ben"]).await;
        ada.write(lunch, "soup").await;
        ben.write(lunch, "bread").await;
        ben.write(other, "cake").await;

        let nothing: [&str; 0] = [];
        for (query, texts) in [
            ("q=from:ada+from:ben".to_owned(), &nothing[..]),
            ("q=from:ben+from:@BEN+in:lunch".to_owned(), &["bread"]),
            ("q=in:lunch+in:other".to_owned(), &[]),
            ("q=in:other+in:plans".to_owned(), &["cake"]),
            ("q=from:ada&author=ben".to_owned(), &[]),
            ("q=from:ben+in:lunch&author=ben".to_owned(), &["bread"]),
            (format!("q=in:lunch&chat_id={other}"), &[]),
            ("q=FROM:ben+In:lunch".to_owned(), &["bread"]),
            ("q=before:2020-01-01+before:9000-01-01".to_owned(), &[]),
            ("q=after:9000-01-01+after:2020-01-01".to_owned(), &[]),
            ("q=before:2020-01-01&before=9000-01-01".to_owned(), &[]),
            ("q=after:9000-01-01&after=2020-01-01".to_owned(), &[]),
            ("q=AFTER:2020-01-01&before=9000-01-01".to_owned(), &["cake", "bread", "soup"]),
        ] {
            assert_eq!(found(&ada, &query).await, texts, "{query}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_chat_alone_is_a_condition() {
    on_each_database(async |server| {
        let (ada, ben) = (server.api().sign_up("ada").await, server.api().sign_up("ben").await);
        let lunch = ada.group("lunch", &[]).await;
        let other = ada.group("other", &[]).await;
        ada.write(lunch, "soup").await;
        ada.write(other, "cake").await;
        ada.write(lunch, "bread").await;

        assert_eq!(found(&ada, &format!("chat_id={lunch}")).await, ["bread", "soup"]);
        assert_eq!(found(&ada, &format!("q=+&chat_id={other}")).await, ["cake"]);
        let first = ada.get(&format!("/search?chat_id={lunch}&limit=1")).await.expect(200);
        let cursor = first["next_cursor"].as_str().unwrap();
        assert_eq!(found(&ada, &format!("chat_id={lunch}&cursor={cursor}")).await, ["soup"]);
        for stranger in [format!("chat_id={lunch}"), "chat_id=9007199254740991".to_owned(), String::new()] {
            assert_eq!(found(&ben, &stranger).await, [""; 0], "{stranger}");
        }
    })
    .await;
}

async fn found(by: &Api, query: &str) -> Vec<String> {
    let found = by.get(&format!("/search?{query}")).await.expect(200);
    let items = found["items"].as_array().unwrap();
    items.iter().map(|message| message["text"].as_str().unwrap().to_owned()).collect()
}
