//! A small world in which every path of the document leads somewhere.

use image::{DynamicImage, ImageFormat};
use reqwest::multipart::{Form, Part};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use std::io::Cursor;
use tests::{Answer, Api, Contract, Server, contract};

/// Ada's group with Ben in it, and one of each thing that a path can name. Cleo is signed up too.
pub struct Stage {
    pub server: Server,
    /// The owner of everything.
    pub ada: Api,
    pub lunch: i64,
    /// Ada's, in the group; it carries the file.
    pub message: i64,
    /// A picture of Ada's, so that it has a thumbnail.
    pub file: i64,
    /// Another session of Ada's.
    pub session: i64,
    /// Of an invitation to the group.
    pub code: String,
    pub contract: &'static Contract,
}

impl Stage {
    pub async fn set() -> Self {
        Self::on(Server::start().await).await
    }

    pub async fn on(server: Server) -> Self {
        let ada = server.api().sign_up("ada").await;
        for username in ["ben", "cleo"] {
            server.api().sign_up(username).await;
        }
        server.api().sign_in("ada").await;
        let sessions = ada.get("/me/sessions").await.expect(200);
        let elsewhere =
            sessions["items"].as_array().unwrap().iter().find(|session| session["current"] == false);
        let session = id(elsewhere.unwrap());
        let lunch = ada.group("lunch", &["ben"]).await;
        let file = id(&upload(&ada, "plan.png", picture()).await.expect(201));
        let carrying = json!({"text": "the plan", "attachments": [file]});
        let message = id(&ada.post(&format!("/chats/{lunch}/messages"), carrying).await.expect(201));
        let invite = ada.post(&format!("/chats/{lunch}/invites"), json!({})).await.expect(201);
        let code = invite["code"].as_str().unwrap().to_owned();
        Self { server, ada, lunch, message, file, session, code, contract: contract().await }
    }

    /// A path of the document that leads to what is there.
    pub fn filled(&self, path: &str) -> String {
        let thing = match path.split('/').nth(1) {
            Some("attachments") => self.file,
            Some("me") => self.session,
            _ => self.lunch,
        };
        path.replace("{id}", &thing.to_string())
            .replace("{message_id}", &self.message.to_string())
            .replace("{username}", "ben")
            .replace("{code}", &self.code)
            .replace("{reaction}", "yum")
    }

    /// A call of Ada's, with the body that the document gives as an example where it takes JSON.
    pub fn call(&self, method: &str, path: &str, filled: &str) -> RequestBuilder {
        let request = self.ada.request(method.parse().unwrap(), filled);
        let body = &self.contract.operation(method, path).unwrap()["requestBody"]["content"];
        match &body["application/json"]["example"] {
            Value::Null => request,
            example => request.json(example),
        }
    }

    /// The operations for which this holds, as method, path, and what the document says of them.
    pub fn operations(&self, of: impl Fn(&Value) -> bool) -> Vec<(String, String, &'static Value)> {
        let contract = self.contract;
        let all = contract.operations().into_iter().map(|(method, path)| {
            let operation = contract.operation(&method, &path).unwrap();
            (method, path, operation)
        });
        all.filter(|(.., operation)| of(operation)).collect()
    }

    /// Those that take a JSON body.
    pub fn taking_json(&self) -> Vec<(String, String, &'static Value)> {
        let found =
            self.operations(|operation| operation["requestBody"]["content"]["application/json"].is_object());
        assert!(found.len() >= 15, "{}", found.len());
        found
    }
}

/// The names of an operation's parameters that stand there: `path`, `query`.
pub fn parameters(operation: &Value, place: &str) -> Vec<String> {
    let all = operation["parameters"].as_array().into_iter().flatten();
    let here = all.filter(|parameter| parameter["in"] == place);
    here.map(|parameter| parameter["name"].as_str().unwrap().to_owned()).collect()
}

/// Uploads a file.
pub async fn upload(by: &Api, filename: &str, bytes: Vec<u8>) -> Answer {
    let form = Form::new().part("file", Part::bytes(bytes).file_name(filename.to_owned()));
    by.send(by.request(Method::POST, "/attachments").multipart(form)).await
}

/// A PNG, large enough to have a thumbnail.
pub fn picture() -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::new_rgb8(1600, 1200).write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

pub fn id(thing: &Value) -> i64 {
    thing["id"].as_i64().unwrap()
}
