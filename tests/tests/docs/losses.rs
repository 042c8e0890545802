//! What the bots that lose nothing must not lose: a mention among many at once, among more than a page, among more than is replayed.

use crate::bots::{DICE, answers_in};
use crate::run::{self, Running};
use crate::tools::{self, Tool};
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tests::{Api, Options, Server};

const PYTHON: (&[Tool], &str) = (&[tools::PYTHON_WEBSOCKETS], "steady.py");
const JAVASCRIPT: (&[Tool], &str) = (&[tools::NODE_WS], "steady.js");
const CURL: (&[Tool], &str) = (&[tools::BASH, tools::CURL, tools::JQ], "steady.sh");

/// More than a `resume` replays of a chat.
const TOO_MUCH: usize = 501;

#[tokio::test]
async fn the_steady_bot_in_python_answers_a_burst() {
    answers_a_burst(PYTHON).await;
}

#[tokio::test]
async fn the_steady_bot_in_javascript_answers_a_burst() {
    answers_a_burst(JAVASCRIPT).await;
}

#[tokio::test]
async fn the_steady_bot_in_curl_answers_a_burst() {
    answers_a_burst(CURL).await;
}

#[tokio::test]
async fn the_bot_of_thirty_lines_in_curl_answers_a_burst_too() {
    answers_a_burst((CURL.0, "bot.sh")).await;
}

#[tokio::test]
async fn the_steady_bot_in_python_answers_what_came_while_it_did_not_run() {
    answers_what_came_while_it_did_not_run(PYTHON).await;
}

#[tokio::test]
async fn the_steady_bot_in_javascript_answers_what_came_while_it_did_not_run() {
    answers_what_came_while_it_did_not_run(JAVASCRIPT).await;
}

#[tokio::test]
async fn the_steady_bot_in_curl_answers_what_came_while_it_did_not_run() {
    answers_what_came_while_it_did_not_run(CURL).await;
}

#[tokio::test]
async fn the_steady_bot_in_python_fetches_what_is_too_much_to_be_told() {
    fetches_what_is_too_much_to_be_told(PYTHON).await;
}

#[tokio::test]
async fn the_steady_bot_in_javascript_fetches_what_is_too_much_to_be_told() {
    fetches_what_is_too_much_to_be_told(JAVASCRIPT).await;
}

/// Thirty mentions at once, of which the bot may answer ten in a second.
async fn answers_a_burst((needed, bot): (&[Tool], &str)) {
    let Some(program) = tools::all_of(needed) else { return };
    let (server, ana, table) = table(|options| options.default_setting("throttle.messages")).await;
    let people = join_all(["ben", "cleo", "dan"].map(async |name| {
        let person = server.api().sign_up(name).await;
        ana.post(&format!("/chats/{table}/members"), json!({"username": name})).await.expect(201);
        person
    }))
    .await;
    let bot = run::start(&server, program, bot, &DICE);
    let mut asked = vec![ana.write(table, "Roll, @dice!").await];
    each_answered_once(&ana, table, &asked, &bot).await;

    asked.extend(join_all((0..30).map(|n| people[n % 3].write(table, "@dice"))).await);

    each_answered_once(&ana, table, &asked, &bot).await;
}

/// More than a page, with a mention on its first page and one behind it.
async fn answers_what_came_while_it_did_not_run((needed, bot): (&[Tool], &str)) {
    let Some(program) = tools::all_of(needed) else { return };
    let (server, ana, table) = table(|options| options).await;
    let mut bot = run::start(&server, program, bot, &DICE);
    let mut asked = vec![ana.write(table, "Roll, @dice!").await];
    each_answered_once(&ana, table, &asked, &bot).await;

    bot.stop().await;
    asked.push(ana.write(table, "Where are you, @dice?").await);
    for n in 0..54 {
        ana.write(table, &format!("Not for the bot, {n}")).await;
    }
    asked.push(ana.write(table, "Still there, @dice?").await);
    for n in 0..4 {
        ana.write(table, &format!("Not for the bot either, {n}")).await;
    }
    bot.start_over();

    each_answered_once(&ana, table, &asked, &bot).await;
}

/// The bot runs on, but its connection is broken.
async fn fetches_what_is_too_much_to_be_told((needed, bot): (&[Tool], &str)) {
    let Some(program) = tools::all_of(needed) else { return };
    let (server, ana, table) = table(|options| options).await;
    let cable = server.cable().await;
    let bot = run::start_at(&cable.url(""), program, bot, &DICE);
    let mut asked = vec![ana.write(table, "Roll, @dice!").await];
    each_answered_once(&ana, table, &asked, &bot).await;

    cable.cut();
    asked.push(ana.write(table, "Where are you, @dice?").await);
    for some in (0..TOO_MUCH).collect::<Vec<_>>().chunks(50) {
        join_all(some.iter().map(|_| ana.write(table, "Not for the bot"))).await;
    }
    asked.push(ana.write(table, "Still there, @dice?").await);
    cable.mend();

    each_answered_once(&ana, table, &asked, &bot).await;
}

/// A server, ana, and a chat of hers with the bot.
async fn table(options: impl FnOnce(Options) -> Options) -> (Server, Api, i64) {
    let server = Server::with(options).await;
    let account = json!({"username": DICE[0].1, "password": DICE[1].1});
    server.api().post("/users", account).await.expect(201);
    let ana = server.api().sign_up("ana").await;
    let table = ana.group("Table", &["dice"]).await;
    (server, ana, table)
}

async fn each_answered_once(ana: &Api, chat: i64, asked: &[Value], bot: &Running) {
    let answers = answers_in(ana, chat, asked.len(), bot).await;
    let ids = |values: &[Value], pointer: &str| -> BTreeSet<_> {
        values.iter().map(|value| value.pointer(pointer).and_then(Value::as_i64)).collect()
    };
    assert_eq!(answers.len(), asked.len(), "{}", bot.told());
    assert_eq!(ids(&answers, "/reply_to/id"), ids(asked, "/id"), "{}", bot.told());
}
