//! A program that talks to Natter over the JSON API.

use crate::Socket;
use crate::contract::{Asked, contract};
use crate::socket::Refused;
use reqwest::header::HeaderMap;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// The password of everyone in the tests.
pub const PASSWORD: &str = "soup at half past noon";

/// The path below which all calls are.
const BASE: &str = "/api/v1";

/// A caller of the API: nobody yet, or someone with an access token. Clones are the same caller.
///
/// Every answer is held against the server's own OpenAPI document: one that it does not describe fails the test.
#[derive(Clone, Debug)]
pub struct Api {
    client: Client,
    /// Scheme, host and port.
    base: String,
    /// Who signed in.
    pub username: Option<String>,
    /// The access token in use.
    pub token: Option<String>,
    /// What gets the next access token.
    pub refresh_token: Option<String>,
    /// What was called with success, by this caller and those who come from the same [`at`](Self::at).
    called: Arc<Mutex<BTreeSet<String>>>,
}

/// What the server answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The call, for messages: `POST /api/v1/chats`.
    pub call: String,
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The bytes of the body.
    pub bytes: Vec<u8>,
    /// The body, when it is JSON; else null.
    pub body: Value,
}

impl Api {
    /// A caller of the server at `base`, such as `http://127.0.0.1:9000`.
    pub fn at(base: &str) -> Self {
        // The server closes a connection that is idle for 5 s; no request may be on its way then.
        let idle = Duration::from_secs(2);
        let client = Client::builder().no_proxy().pool_idle_timeout(idle).build().expect("a client");
        let called = Arc::default();
        Self { client, base: base.to_owned(), username: None, token: None, refresh_token: None, called }
    }

    /// The operations of the document that were called with success so far, such as `GET /chats/{id}`: by this
    /// caller, and by all others that come from the same [`at`](Self::at).
    pub fn called(&self) -> BTreeSet<String> {
        self.called.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note(&self, operation: String) {
        self.called.lock().unwrap_or_else(PoisonError::into_inner).insert(operation);
    }

    /// The same caller over another way, such as a [`Cable`](crate::Cable).
    #[must_use]
    pub fn over(&self, base: &str) -> Self {
        Self { base: base.to_owned(), ..self.clone() }
    }

    /// The same caller with another token, or none.
    #[must_use]
    pub fn with_token(&self, token: Option<&str>) -> Self {
        Self { token: token.map(str::to_owned), ..self.clone() }
    }

    /// Makes an account with [`PASSWORD`] and signs in with it.
    pub async fn sign_up(&self, username: &str) -> Self {
        self.post("/users", json!({"username": username, "password": PASSWORD})).await.expect(201);
        self.sign_in(username).await
    }

    /// Signs in with [`PASSWORD`].
    pub async fn sign_in(&self, username: &str) -> Self {
        let account = json!({"username": username, "password": PASSWORD});
        let tokens = self.with_token(None).post("/auth/token", account).await.expect(200);
        let token = |name: &str| tokens[name].as_str().map(str::to_owned);
        Self {
            username: Some(username.to_owned()),
            token: token("access_token"),
            refresh_token: token("refresh_token"),
            ..self.clone()
        }
    }

    /// Makes a group chat with these people; its id.
    pub async fn group(&self, name: &str, members: &[&str]) -> i64 {
        let chat = self.post("/chats", json!({"name": name, "members": members})).await.expect(201);
        chat["id"].as_i64().expect("a chat has an id")
    }

    /// Sends a message; the message.
    pub async fn write(&self, chat: i64, text: &str) -> Value {
        self.post(&format!("/chats/{chat}/messages"), json!({"text": text})).await.expect(201)
    }

    /// Sends a message to one person; the message.
    pub async fn write_to(&self, username: &str, text: &str) -> Value {
        self.post(&format!("/conversations/{username}"), json!({"text": text})).await.expect(201)
    }

    /// The newest messages of a chat, the oldest of them first.
    pub async fn messages(&self, chat: i64) -> Vec<Value> {
        let page = self.get(&format!("/chats/{chat}/messages")).await.expect(200);
        page["items"].as_array().expect("a list").clone()
    }

    /// GET of a path below `/api/v1`.
    pub async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, None).await
    }

    /// POST of a JSON body.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.call(Method::POST, path, Some(body)).await
    }

    /// PUT of a JSON body; `Value::Null` sends none.
    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.call(Method::PUT, path, Some(body).filter(|body| !body.is_null())).await
    }

    /// PATCH of a JSON body.
    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.call(Method::PATCH, path, Some(body)).await
    }

    /// DELETE without a body.
    pub async fn delete(&self, path: &str) -> Answer {
        self.call(Method::DELETE, path, None).await
    }

    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let request = self.request(method, path);
        self.send(if let Some(body) = body { request.json(&body) } else { request }).await
    }

    /// A request of a path below `/api/v1` with the caller's token, to be shaped further and [sent](Self::send).
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{BASE}{path}", self.base));
        if let Some(token) = &self.token { request.bearer_auth(token) } else { request }
    }

    /// Sends a request as it is.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        self.try_send(request).await.unwrap_or_else(|error| panic!("no answer: {error:?}"))
    }

    /// Sends a request that may find the server gone: an error is no answer, not a refusal.
    pub async fn try_send(&self, request: RequestBuilder) -> Result<Answer, reqwest::Error> {
        let request = request.build()?;
        let path = request.url().path();
        let call = format!("{} {path}", request.method());
        let below = path.strip_prefix(BASE).unwrap_or(path).to_owned();
        let asked = Asked { method: request.method().clone(), path: below };
        let response = self.client.execute(request).await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = response.bytes().await?.to_vec();
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        let answer = Answer { call, status, headers, bytes, body };
        let operation = contract().await.hold(&asked, &answer);
        if let Some(operation) = operation.filter(|_| status < 400 && asked.method != Method::HEAD) {
            self.note(operation);
        }
        Ok(answer)
    }

    /// Opens a live socket and waits until it is `ready`.
    pub async fn live(&self) -> Socket {
        let mut socket =
            self.try_live().await.unwrap_or_else(|refused| panic!("no live socket: {refused:?}"));
        socket.expect("ready").await;
        socket
    }

    /// Opens a live socket, or says with which status it was refused.
    pub async fn try_live(&self) -> Result<Socket, Refused> {
        let socket = Socket::open(&self.base, self.token.as_deref()).await?;
        self.note("GET /live".to_owned());
        Ok(socket)
    }
}

impl Answer {
    /// The body, when the status is the expected one; else the test fails and shows the answer.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        let body = String::from_utf8_lossy(&self.bytes);
        assert_eq!(self.status, status, "{} answered {body}", self.call);
        self.body
    }

    /// Checks that this is a refusal as the API describes it, with this status and `type`; the problem.
    #[track_caller]
    pub fn expect_problem(self, status: u16, kind: &str) -> Value {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{}", self.call);
        let problem = self.expect(status);
        assert_eq!(problem["status"], status);
        assert_eq!(problem["type"], format!("/problems/{kind}"));
        problem
    }

    /// The codes of the `errors` of a refused input: `[("username", "taken")]`.
    #[track_caller]
    pub fn expect_errors(self, errors: &[(&str, &str)]) {
        let problem = self.expect(422);
        let items = problem["errors"].as_array().unwrap_or_else(|| panic!("no errors in {problem}"));
        let codes: Vec<_> = items.iter().map(|item| (text(&item["field"]), text(&item["code"]))).collect();
        assert_eq!(codes, errors, "{problem}");
    }

    /// A header as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
