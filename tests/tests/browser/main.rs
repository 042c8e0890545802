//! The site in a real Chromium, with script.

mod conversation;

use serde_json::json;
use tests::{Browser, PASSWORD, Server};

/// Signs up by the form; one stands at the chats then.
async fn sign_up(browser: &Browser, base: &str, username: &str) {
    browser.visit(&format!("{base}/signup")).await;
    browser.type_into("Username", username).await;
    browser.type_into("Password", PASSWORD).await;
    browser.press("Sign up").await;
    browser.until("being signed up", "return location.pathname !== '/signup'", vec![]).await;
}

/// Writes into the composer and presses Enter.
async fn write(browser: &Browser, text: &str) {
    browser.field("Message").await.send_keys(&format!("{text}\n")).await.expect("the composer takes text");
}

/// Waits until the conversation shows this text exactly once.
async fn sees_once(browser: &Browser, text: &str) {
    let script = "return [...document.querySelectorAll('[role=log] article')].filter(e => e.innerText.includes(arguments[0])).length === 1";
    browser.until(&format!("{text:?} once"), script, vec![json!(text)]).await;
}

/// Two browsers and a server that is set up; nothing when there is no browser.
async fn two() -> Option<(Server, Browser, Browser)> {
    let (ada, ben) = (Browser::start().await?, Browser::start().await?);
    let server = Server::start().await;
    server.create_admin("root").await;
    Some((server, ada, ben))
}
