//! Killed in the middle of many senders, again and again.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;
use tests::{Api, on_each_database};
use tokio::task::JoinSet;

const SENDERS: usize = 100;
const KILLS: usize = 10;

/// What senders were told: the `client_id` of each acknowledged message, with its id and `seq`.
type Acknowledged = BTreeMap<String, (i64, i64)>;

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_loses_and_doubles_no_acknowledged_message() {
    on_each_database(async |mut server| {
        let ada = server.api().sign_up("ada").await;
        let chat = ada.group("storm", &[]).await;
        let mut acknowledged = Acknowledged::new();
        for round in 0..KILLS {
            let mut senders: JoinSet<Acknowledged> = (0..SENDERS)
                .map(|sender| send_until_gone(ada.clone(), chat, format!("{round}-{sender}")))
                .collect();
            // Each round dies at another moment of the work.
            tokio::time::sleep(Duration::from_millis(120 + 37 * round as u64)).await;
            server.kill().await;
            while let Some(told) = senders.join_next().await {
                acknowledged.extend(told.unwrap());
            }
            server.restart().await;
        }
        assert!(acknowledged.len() >= KILLS, "too little was sent to tell: {}", acknowledged.len());

        let stored = all_messages(&ada, chat).await;
        let seqs: Vec<i64> = stored.iter().map(|message| message["seq"].as_i64().unwrap()).collect();
        assert_eq!(seqs, (1..=i64::try_from(stored.len()).unwrap()).collect::<Vec<_>>(), "seq has no gap");
        let mut by_client_id = Acknowledged::new();
        for message in &stored {
            let place = (message["id"].as_i64().unwrap(), message["seq"].as_i64().unwrap());
            let doubled = by_client_id.insert(message["client_id"].as_str().unwrap().to_owned(), place);
            assert_eq!(doubled, None, "stored twice: {message}");
        }
        for (client_id, place) in &acknowledged {
            assert_eq!(by_client_id.get(client_id), Some(place), "{client_id} was acknowledged");
        }
        retries_change_nothing(&ada, chat, &acknowledged).await;
    })
    .await;
}

/// Sends one message after the other until there is no answer any more.
async fn send_until_gone(api: Api, chat: i64, name: String) -> Acknowledged {
    let mut acknowledged = Acknowledged::new();
    for n in 0.. {
        let client_id = format!("{name}-{n}");
        let body = json!({"text": format!("message {client_id}"), "client_id": client_id});
        let request = api.request(reqwest::Method::POST, &format!("/chats/{chat}/messages")).json(&body);
        let Ok(answer) = api.try_send(request).await else { break };
        if answer.status == 201 {
            let place = (answer.body["id"].as_i64().unwrap(), answer.body["seq"].as_i64().unwrap());
            acknowledged.insert(client_id, place);
        }
    }
    acknowledged
}

async fn all_messages(api: &Api, chat: i64) -> Vec<Value> {
    let mut messages: Vec<Value> = Vec::new();
    loop {
        let after = messages.last().map_or(0, |message| message["seq"].as_i64().unwrap());
        let page = api.get(&format!("/chats/{chat}/messages?after={after}&limit=200")).await.expect(200);
        messages.extend(page["items"].as_array().unwrap().iter().cloned());
        if !page["has_after"].as_bool().unwrap() {
            return messages;
        }
    }
}

async fn retries_change_nothing(api: &Api, chat: i64, acknowledged: &Acknowledged) {
    for (client_id, (id, seq)) in acknowledged.iter().take(20) {
        let body = json!({"text": "again", "client_id": client_id});
        let first = api.post(&format!("/chats/{chat}/messages"), body).await.expect(200);
        assert_eq!((first["id"].as_i64(), first["seq"].as_i64()), (Some(*id), Some(*seq)));
    }
}
