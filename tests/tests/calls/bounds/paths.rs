//! What is counted over several calls, and what is bounded in a path.

use crate::stage::Stage;
use reqwest::Method;
use serde_json::{Value, json};
use tests::on_each_database;

#[tokio::test]
async fn a_reaction_is_an_emoji_or_a_word_of_at_most_16_characters() {
    on_each_database(async |server| {
        let stage = Stage::on(server).await;
        let gothic = "%F0%90%8D%88";
        let path = |reaction: &str| {
            let message = stage.filled("/chats/{id}/messages/{message_id}");
            format!("{message}/reactions/{reaction}")
        };
        for method in [Method::PUT, Method::DELETE] {
            let ask = async |reaction: &str| {
                stage.ada.send(stage.ada.request(method.clone(), &path(reaction))).await
            };
            for good in ["x", "%F0%9F%91%8D", &gothic.repeat(16), "a%2Fb", "%3F", "%25", "ship-it"] {
                ask(good).await.expect(204);
            }
            let twice = ask("%F0%9F%91%8D").await;
            twice.expect(204);
            for (bad, code) in [
                (&*gothic.repeat(17), "too_long"),
                ("%20", "required"),
                ("two%20words", "invalid_character"),
                ("a%0Ab", "invalid_character"),
                ("a%00b", "invalid_character"),
                ("a%C2%A0b", "invalid_character"),
            ] {
                ask(bad).await.expect_errors(&[("reaction", code)]);
            }
        }
        assert_eq!(stage.ada.messages(stage.lunch).await[0]["reactions"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn a_message_has_at_most_20_different_reactions() {
    on_each_database(async |server| {
        let stage = Stage::on(server).await;
        let ben = stage.server.api().sign_in("ben").await;
        let path = |n: u32| stage.filled(&format!("/chats/{{id}}/messages/{{message_id}}/reactions/r{n}"));
        for n in 0..20 {
            stage.ada.put(&path(n), Value::Null).await.expect(204);
        }

        ben.put(&path(20), Value::Null).await.expect_problem(409, "too-many-reactions");
        ben.put(&path(19), Value::Null).await.expect(204);
        stage.ada.delete(&path(3)).await.expect(204);
        ben.put(&path(20), Value::Null).await.expect(204);

        let reactions = stage.ada.messages(stage.lunch).await[0]["reactions"].clone();
        assert_eq!(reactions.as_array().unwrap().len(), 20);
        let both = json!({"reaction": "r19", "count": 2, "usernames": ["ada", "ben"]});
        assert!(reactions.as_array().unwrap().contains(&both), "{reactions}");
    })
    .await;
}

#[tokio::test]
async fn a_group_has_at_most_100_invitations() {
    let stage = Stage::set().await;
    let path = stage.filled("/chats/{id}/invites");
    // The stage has made one.
    for _ in 0..99 {
        stage.ada.post(&path, json!({})).await.expect(201);
    }

    stage.ada.post(&path, json!({})).await.expect_problem(409, "too-many-invites");
    stage.ada.delete(&format!("{path}/{}", stage.code)).await.expect(204);

    stage.ada.post(&path, json!({})).await.expect(201);
}

#[tokio::test]
async fn who_forwards_to_one_target_twice_sends_one_message() {
    let stage = Stage::set().await;
    let path = stage.filled("/chats/{id}/messages/{message_id}/forward");
    let to = json!({"chat_ids": [stage.lunch, stage.lunch], "usernames": ["ben", "BEN"]});

    let forwards = stage.ada.post(&path, to).await.expect(201);

    assert_eq!(forwards["items"].as_array().unwrap().len(), 2, "to the chat and to Ben");
}
