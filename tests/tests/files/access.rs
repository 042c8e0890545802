//! Who may read a file: whoever can read a message that carries it, as long as they can.

use crate::form::*;
use crate::samples;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Answer, Api, Server, on_each_database};

/// Ways to a file: each must be as closed as the others.
struct Ways {
    /// The file and its thumbnail, each with its `ETag`.
    urls: [(Value, String); 2],
}

impl Ways {
    /// To a picture that its uploader, at least, may read.
    async fn to(uploader: &Api, file: &Value) -> Self {
        let tagged = async |url: &Value| {
            let answer = fetch(uploader, url).await;
            (url.clone(), answer.header("etag").unwrap().to_owned())
        };
        Self { urls: [tagged(&file["url"]).await, tagged(&file["thumbnail_url"]).await] }
    }

    /// Tries each: whole, its headers only, in part (a thumbnail has none), and as a client that has it already.
    async fn tried(&self, by: &Api) -> Vec<Answer> {
        let mut answers = Vec::new();
        for (url, etag) in &self.urls {
            answers.push(fetch(by, url).await);
            answers.push(by.send(by.request(Method::HEAD, path(url))).await);
            answers.push(fetch_with(by, url, ("Range", "bytes=0-1")).await);
            answers.push(fetch_with(by, url, ("If-None-Match", etag)).await);
        }
        answers
    }

    #[track_caller]
    fn statuses(answers: &[Answer]) -> Vec<u16> {
        answers.iter().map(|answer| answer.status).collect()
    }

    async fn expect_open(&self, to: &Api) {
        let who = to.username.as_deref().unwrap_or("nobody");
        assert_eq!(
            Self::statuses(&self.tried(to).await),
            [[200, 200, 206, 304], [200, 200, 200, 304]].concat(),
            "open to {who}"
        );
    }

    async fn expect_closed(&self, to: &Api) {
        let who = to.username.as_deref().unwrap_or("nobody");
        let answers = self.tried(to).await;
        assert_eq!(Self::statuses(&answers), [404; 8], "closed to {who}");
        let nowhere = to.get("/attachments/9999999").await;
        for answer in answers.iter().filter(|answer| !answer.call.starts_with("HEAD")) {
            assert_eq!(
                told(answer),
                told(&nowhere),
                "closed to {who}, and not to be told from what is not there"
            );
        }
    }
}

/// What an answer tells, but for its time and id.
fn told(answer: &Answer) -> (u16, Vec<(String, String)>, Value) {
    let mut body = answer.body.clone();
    if let Some(id) = body.get_mut("request_id") {
        *id = Value::Null;
    }
    let is_told = |name: &str| !["date", "x-request-id"].contains(&name);
    let headers = answer.headers.iter().filter(|(name, _)| is_told(name.as_str()));
    let mut headers: Vec<_> =
        headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
    headers.sort();
    (answer.status, headers, body)
}

async fn people(server: &Server) -> (Api, Api, Api) {
    let api = server.api();
    (api.sign_up("ada").await, api.sign_up("ben").await, api.sign_up("cleo").await)
}

async fn picture(by: &Api) -> (Value, Ways) {
    let file = file(by, "soup.png", samples::plain("png")).await;
    let ways = Ways::to(by, &file).await;
    (file, ways)
}

async fn delete(by: &Api, message: &Value) {
    by.delete(&format!("/chats/{}/messages/{}", message["chat_id"], message["id"])).await.expect(204);
}

#[tokio::test]
async fn a_file_is_its_uploaders_alone_until_a_message_carries_it() {
    on_each_database(async |server| {
        let (ada, ben, cleo) = people(&server).await;
        let lunch = ada.group("lunch", &["ben"]).await;
        let (file, ways) = picture(&ada).await;
        ways.expect_open(&ada).await;
        ways.expect_closed(&ben).await;

        carry(&ada, lunch, &[&file]).await;

        ways.expect_open(&ada).await;
        ways.expect_open(&ben).await;
        ways.expect_closed(&cleo).await;
    })
    .await;
}

#[tokio::test]
async fn who_is_signed_out_is_asked_to_sign_in() {
    let server = Server::start().await;
    let (ada, ben, _) = people(&server).await;
    let lunch = ada.group("lunch", &["ben"]).await;
    let (file, ways) = picture(&ada).await;
    carry(&ada, lunch, &[&file]).await;
    ben.post("/auth/logout", Value::Null).await.expect(204);

    for caller in [server.api(), ben] {
        for answer in ways.tried(&caller).await {
            assert_eq!((answer.status, answer.header("etag")), (401, None));
        }
    }
}

#[tokio::test]
async fn a_file_goes_with_the_membership_and_comes_with_it() {
    on_each_database(async |server| {
        let (ada, ben, cleo) = people(&server).await;
        let lunch = ada.group("lunch", &["ben"]).await;
        let (file, ways) = picture(&ada).await;
        carry(&ada, lunch, &[&file]).await;

        ada.delete(&format!("/chats/{lunch}/members/ben")).await.expect(204);
        ways.expect_closed(&ben).await;

        ada.post(&format!("/chats/{lunch}/members"), json!({"username": "cleo"})).await.expect(201);
        ways.expect_open(&cleo).await;
        cleo.delete(&format!("/chats/{lunch}/members/cleo")).await.expect(204);
        ways.expect_closed(&cleo).await;
    })
    .await;
}

#[tokio::test]
async fn the_files_of_a_public_chat_are_read_by_those_who_joined() {
    on_each_database(async |server| {
        let (ada, ben, _) = people(&server).await;
        let body = json!({"name": "lunch", "members": [], "visibility": "public"});
        let lunch = ada.post("/chats", body).await.expect(201)["id"].as_i64().unwrap();
        let (file, ways) = picture(&ada).await;
        carry(&ada, lunch, &[&file]).await;
        ways.expect_closed(&ben).await;

        ben.post(&format!("/chats/{lunch}/join"), json!({})).await.expect(200);

        ways.expect_open(&ben).await;
    })
    .await;
}

#[tokio::test]
async fn a_file_goes_with_its_message() {
    on_each_database(async |server| {
        let (ada, ben, _) = people(&server).await;
        let lunch = ada.group("lunch", &["ben"]).await;
        let (file, ways) = picture(&ada).await;
        let message = carry(&ada, lunch, &[&file]).await;

        delete(&ada, &message).await;

        ways.expect_closed(&ben).await;
    })
    .await;
}

#[tokio::test]
async fn a_file_goes_with_its_chat() {
    on_each_database(async |server| {
        let (ada, ben, _) = people(&server).await;
        let lunch = ada.group("lunch", &["ben"]).await;
        let (file, ways) = picture(&ada).await;
        carry(&ada, lunch, &[&file]).await;

        ada.delete(&format!("/chats/{lunch}")).await.expect(204);

        ways.expect_closed(&ben).await;
    })
    .await;
}

#[tokio::test]
async fn a_forwarded_file_is_read_where_it_went_whatever_becomes_of_its_source() {
    on_each_database(async |server| {
        let (ada, ben, cleo) = people(&server).await;
        let lunch = ada.group("lunch", &["ben"]).await;
        let (file, ways) = picture(&ada).await;
        let source = carry(&ada, lunch, &[&file]).await;
        let forward = format!("/chats/{lunch}/messages/{}/forward", source["id"]);

        let forwards = ben.post(&forward, json!({"usernames": ["cleo"]})).await.expect(201);
        assert_eq!(forwards["items"][0]["attachments"], json!([file]));
        ways.expect_open(&cleo).await;

        delete(&ada, &source).await;
        ways.expect_open(&cleo).await;
        ways.expect_open(&ben).await;

        delete(&ben, &forwards["items"][0]).await;
        ways.expect_closed(&cleo).await;
        ways.expect_closed(&ben).await;
    })
    .await;
}

#[tokio::test]
async fn a_file_outlives_the_account_of_its_uploader() {
    on_each_database(async |server| {
        let (ada, ben, _) = people(&server).await;
        let lunch = ada.group("lunch", &["ben"]).await;
        let (file, ways) = picture(&ada).await;
        let (unsent, ways_to_unsent) = picture(&ada).await;
        carry(&ada, lunch, &[&file]).await;

        ada.send(ada.request(Method::DELETE, "/me").json(&json!({"password": tests::PASSWORD})))
            .await
            .expect(204);

        ways.expect_open(&ben).await;
        ways_to_unsent.expect_closed(&ben).await;
        fetch(&ada, &unsent["url"]).await.expect(401);
    })
    .await;
}

#[tokio::test]
async fn what_can_be_no_id_is_not_there() {
    let server = Server::start().await;
    let ada = server.api().sign_up("ada").await;
    for id in ["0", "-1", "soup", "9223372036854775808", "1.5", "%00"] {
        ada.get(&format!("/attachments/{id}")).await.expect_problem(404, "not-found");
        ada.get(&format!("/attachments/{id}/thumbnail")).await.expect_problem(404, "not-found");
    }
}
