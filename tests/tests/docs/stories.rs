//! The examples that run to their end, step by step.

use crate::run::{self, Told};
use crate::tools::{self, Tool};
use serde_json::{Value, json};
use tests::{Api, Options, Server};

/// The stories that are told here.
pub const TOLD: [&str; 6] = ["curl", "python", "javascript", "script", "httpie", "bot"];

/// The passwords of the page.
const ANAS: &str = "seventeen bottles";
const BENS: &str = "eighteen bottles";

#[tokio::test]
async fn in_curl() {
    let Some(program) = tools::all_of(&[tools::BASH, tools::CURL, tools::JQ]) else { return };
    let server = Server::with(|options| {
        ["messages", "sign_in", "requests"]
            .iter()
            .fold(options, |options, rule| options.default_setting(&format!("throttle.{rule}")))
    })
    .await;

    let told = run::tell(&server, program, "curl").await;

    assert_eq!(all(&told.values("sign up"), "/username"), ["ana", "ben"]);
    assert_eq!(all(&told.values("get a token"), "/username"), ["ana"]);
    let [sent, read] = &told.values("talk")[..] else { panic!("{}", told.text("talk")) };
    assert_eq!(sent["html"].as_str().unwrap().matches("<strong>one</strong>").count(), 1, "{sent}");
    assert_eq!(read["items"], json!([sent]));
    let [coming, conversation] = &told.values("write to one person")[..] else { panic!("two answers") };
    assert_eq!(conversation["items"], json!([coming]));
    assert_eq!(
        told.values("chats"),
        [
            json!({"id": coming["chat_id"], "name": null, "unread_count": 0}),
            json!({"id": sent["chat_id"], "name": "Lunch", "unread_count": 1}),
        ]
    );
    let forwarded = &told.values("react and forward")[0]["items"][0];
    assert_eq!(
        (&forwarded["chat_id"], &forwarded["forwarded_from"]["author"]),
        (&coming["chat_id"], &sent["author"])
    );
    assert!(told.text("send a file").ends_with("one soup, two spoons"), "{}", told.text("send a file"));
    refusal_is_as_shown(&told.values("a refusal")[0]);
    let [first, created, again, found] = &told.values("send twice")[..] else { panic!("two answers") };
    assert_eq!((first, created, found), (again, &json!(201), &json!(200)));
    let pace: Vec<_> = told.text("the pace").lines().filter_map(|line| line.split(':').next()).collect();
    for header in ["ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"] {
        assert!(pace.iter().any(|name| name.eq_ignore_ascii_case(header)), "{header} in {pace:?}");
    }
    assert!(told.text("the pace").contains(": 10"), "a user sends 10 a second: {}", told.text("the pace"));
    let changes = told.values("keep up");
    assert_eq!(all(&changes, "/text"), ["Soup at **one**, @ben?", "The order", "Tea?", "Cake!"]);
    assert!(all(&changes, "/rev").is_sorted_by_key(Value::as_i64));

    let ana = sign_in(&server, "ana", ANAS).await;
    let lunch = ana.messages(sent["chat_id"].as_i64().unwrap()).await;
    assert_eq!(lunch[0]["reactions"], json!([{"reaction": "👍", "count": 1, "usernames": ["ben"]}]));
}

#[tokio::test]
async fn in_python() {
    let Some(program) = tools::all_of(&[tools::PYTHON]) else { return };
    // One message less than the page sends, so that the last one has to wait.
    let server = with_people(|options| options.setting("throttle.messages", "4/minute")).await;

    let told = run::tell(&server, program, "python").await;

    let lunch = talked(&server, &told).await;
    assert_eq!(all(&lunch[1..], "/text"), ["Soup", "Bread", "Cheese", "Cake"]);
    assert!(told.text("wait when too fast").starts_with("wait "), "{}", told.text("wait when too fast"));
    assert_eq!(told.text("page through lists"), "['ana', 'ben', 'cleo']");
}

#[tokio::test]
async fn in_javascript() {
    let Some(program) = tools::all_of(&[tools::NODE]) else { return };
    let server = with_people(|options| options).await;

    let told = run::tell(&server, program, "javascript").await;

    assert_eq!(talked(&server, &told).await.len(), 1);
}

#[tokio::test]
async fn the_five_steps_of_a_script() {
    let Some(program) = tools::all_of(&[tools::BASH, tools::CURL, tools::JQ]) else { return };
    let server = Server::start().await;

    let told = run::tell(&server, program, "script").await;

    assert_eq!(all(&told.values("add a user"), "/username"), ["cleo", "dan"]);
    let sent = told.values("send a message");
    assert_eq!(all(&sent, "/author/username"), ["cleo", "dan"]);
    let chat = sent[0]["chat_id"].clone();
    assert_eq!(told.values("list chats"), [json!([chat, "Deliveries", "I fetch it"])]);
    assert_eq!(told.text("read the chat"), "1 cleo: The parcel is here\n2 dan: I fetch it");
    let cleo = sign_in(&server, "cleo", "nineteen bottles").await;
    assert_eq!(cleo.messages(chat.as_i64().unwrap()).await, sent);
}

#[tokio::test]
async fn with_httpie() {
    const TOOLS: [Tool; 3] = [tools::BASH, tools::HTTPIE, tools::JQ];
    let Some(program) = tools::all_of(&TOOLS) else { return };
    let server = with_people(|options| options).await;

    let told = run::tell(&server, program, "httpie").await;

    let users = &told.values("see all users")[0]["items"];
    assert_eq!(all(users.as_array().unwrap(), "/username"), ["ana", "ben", "cleo"]);
    let sent = told.values("message ana");
    assert_eq!(all(&sent, "/text"), ["Is there soup left?"]);
    assert_eq!(told.values("read the conversation")[0]["items"], json!(sent));
    let ana = sign_in(&server, "ana", ANAS).await;
    assert_eq!(ana.get("/conversations/ben").await.expect(200)["items"], json!(sent));
}

/// The people of the page, and one more.
async fn with_people(options: impl FnOnce(Options) -> Options) -> Server {
    let server = Server::with(options).await;
    for (username, password) in [("ana", ANAS), ("ben", BENS), ("cleo", tests::PASSWORD)] {
        let account = json!({"username": username, "password": password});
        server.api().post("/users", account).await.expect(201);
    }
    server
}

async fn sign_in(server: &Server, username: &str, password: &str) -> Api {
    let account = json!({"username": username, "password": password});
    let tokens = server.api().post("/auth/token", account).await.expect(200);
    server.api().with_token(tokens["access_token"].as_str())
}

/// Both languages say the same, and it is stored: the messages, as ben reads them.
async fn talked(server: &Server, told: &Told) -> Vec<Value> {
    assert_eq!(told.text("get a token"), "ana");
    assert_eq!(told.text("talk"), "ana wrote: Soup at **one**, @ben?");
    let ben = sign_in(server, "ben", BENS).await;
    let chats = ben.get("/chats").await.expect(200);
    assert_eq!(all(chats["items"].as_array().unwrap(), "/name"), ["Lunch"]);
    let messages = ben.messages(chats["items"][0]["id"].as_i64().unwrap()).await;
    assert_eq!(messages[0]["text"], "Soup at **one**, @ben?");
    messages
}

/// The page shows the same refusal, but for its id.
fn refusal_is_as_shown(refused: &Value) {
    let shown = crate::examples::all().into_iter().find(|example| example.code.contains("/problems/"));
    let mut shown: Value = serde_json::from_str(&shown.unwrap().code).unwrap();
    shown["request_id"] = refused["request_id"].clone();
    assert_eq!(*refused, shown);
}

/// The same part of each value.
fn all(values: &[Value], pointer: &str) -> Vec<Value> {
    values.iter().map(|value| value.pointer(pointer).cloned().unwrap_or_default()).collect()
}
