//! The examples that run until they are stopped.

use crate::run::{self, Running, until};
use crate::tools;
use serde_json::{Value, json};
use tests::{Api, Server};

/// The files that are started here.
pub const STARTED: [&str; 7] =
    ["listen.py", "bot.py", "bot.js", "bot.sh", "steady.py", "steady.js", "steady.sh"];

pub const DICE: [(&str, &str); 2] = [("NAME", "dice"), ("PASSWORD", "six sides and a table")];

#[tokio::test]
async fn who_listens_in_python_is_shown_what_happens() {
    let Some(program) = tools::all_of(&[tools::PYTHON_WEBSOCKETS]) else { return };
    let server = Server::start().await;
    let (ana, ben) = (server.api().sign_up("ana").await, server.api().sign_up("ben").await);

    let listening = run::start(&server, program, "listen.py", &[("TOKEN", ben.token.as_deref().unwrap())]);
    let ready = shown(&listening, "ready").await;
    let sent = ana.write_to("ben", "Soup?").await;

    assert_eq!(ready["user"]["username"], "ben");
    assert_eq!(shown(&listening, "message.created").await["message"], sent);
}

#[tokio::test]
async fn the_bots_in_python_answer_and_catch_up() {
    let Some(program) = tools::all_of(&[tools::PYTHON_WEBSOCKETS]) else { return };
    for bot in ["bot.py", "steady.py"] {
        rolls_for_whoever_mentions_it(program, bot).await;
    }
}

#[tokio::test]
async fn the_bots_in_javascript_answer_and_catch_up() {
    let Some(program) = tools::all_of(&[tools::NODE_WS]) else { return };
    for bot in ["bot.js", "steady.js"] {
        rolls_for_whoever_mentions_it(program, bot).await;
    }
}

#[tokio::test]
async fn the_bots_in_curl_answer_and_catch_up() {
    let Some(program) = tools::all_of(&[tools::BASH, tools::CURL, tools::JQ]) else { return };
    for bot in ["bot.sh", "steady.sh"] {
        rolls_for_whoever_mentions_it(program, bot).await;
    }
}

/// Makes the account as the page does, then talks to the bot, before and after a restart of the server.
async fn rolls_for_whoever_mentions_it(program: &str, bot: &str) {
    let Some(shell) = tools::all_of(&[tools::BASH, tools::CURL]) else { return };
    let mut server = Server::start().await;
    run::tell(&server, shell, "bot").await;
    let ana = server.api().sign_up("ana").await;
    let table = ana.group("Table", &["dice"]).await;
    let garden = ana.group("Garden", &["dice"]).await;

    let running = run::start(&server, program, bot, &DICE);
    ana.write(table, "Not for anybody").await;
    let asked = ana.write(table, "Roll, @dice!").await;
    let answers = answers_in(&ana, table, 1, &running).await;
    answered(&answers[0], &asked);

    server.restart().await;
    let asked = [ana.write(table, "Again, @dice").await, ana.write(table, "and again, @dice").await];
    let in_the_garden = ana.write(garden, "@dice: here, too").await;
    let answers = answers_in(&ana, table, 3, &running).await;
    answered(&answers[1], &asked[0]);
    answered(&answers[2], &asked[1]);
    answered(&answers_in(&ana, garden, 1, &running).await[0], &in_the_garden);

    // Started over, it answers nobody twice: the next answer is to the next question.
    drop(running);
    let running = run::start(&server, program, bot, &DICE);
    let asked = ana.write_to("dice", "Between us, @dice").await;
    let between_us = asked["chat_id"].as_i64().unwrap();
    answered(&answers_in(&ana, between_us, 1, &running).await[0], &asked);
    assert_eq!(said_by_the_bot(&ana, table).await.len(), 3);
    assert_eq!(said_by_the_bot(&ana, garden).await.len(), 1);
}

/// In the order in which it was said.
pub async fn said_by_the_bot(ana: &Api, chat: i64) -> Vec<Value> {
    let (mut said, mut seq) = (Vec::new(), 0);
    loop {
        let page = ana.get(&format!("/chats/{chat}/messages?after={seq}&limit=200")).await.expect(200);
        let items = page["items"].as_array().unwrap();
        said.extend(items.iter().filter(|message| message["author"]["username"] == "dice").cloned());
        if page["has_after"] == false {
            return said;
        }
        seq = items[items.len() - 1]["seq"].as_i64().unwrap();
    }
}

/// What the bot said in the chat, once it is as much as expected.
pub async fn answers_in(ana: &Api, chat: i64, expected: usize, running: &Running) -> Vec<Value> {
    let mut found = Vec::new();
    let look = async || {
        found = said_by_the_bot(ana, chat).await;
        (found.len() >= expected).then(|| found.clone())
    };
    until(&format!("{expected} answers"), running, look).await
}

#[track_caller]
fn answered(answer: &Value, asked: &Value) {
    let text = answer["text"].as_str().unwrap();
    let die = text.strip_prefix("It is a ").and_then(|text| text.strip_suffix('.'));
    assert!(die.is_some_and(|die| matches!(die, "1" | "2" | "3" | "4" | "5" | "6")), "{text}");
    assert_eq!(answer["reply_to"]["id"], asked["id"]);
    assert_eq!(answer["client_id"], json!(format!("dice-{}", asked["id"])));
}

/// The first frame of this type that the example has put out.
async fn shown(listening: &Running, kind: &str) -> Value {
    until(kind, listening, async || {
        let told = listening.told();
        let frames = told.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        frames.into_iter().find(|frame| frame["type"] == kind)
    })
    .await
}
