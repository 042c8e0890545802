//! Files on their way to the server and back.

use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use tests::{Answer, Api, Server};

/// What begins and ends the parts of a form written by hand.
pub const BOUNDARY: &str = "cut-here";

/// Uploads a file by a form; what the server answers.
pub async fn upload(api: &Api, filename: &str, bytes: impl Into<Vec<u8>>) -> Answer {
    let part = Part::bytes(bytes.into()).file_name(filename.to_owned());
    let form = Form::new().part("file", part);
    api.send(api.request(Method::POST, "/attachments").multipart(form)).await
}

/// A file that is taken in.
pub async fn file(api: &Api, filename: &str, bytes: impl Into<Vec<u8>>) -> Value {
    upload(api, filename, bytes).await.expect(201)
}

/// Sends a message that carries files and says nothing.
pub async fn carry(api: &Api, chat: i64, files: &[&Value]) -> Value {
    let ids: Vec<&Value> = files.iter().map(|file| &file["id"]).collect();
    let body = json!({"text": "", "attachments": ids});
    api.post(&format!("/chats/{chat}/messages"), body).await.expect(201)
}

/// Fetches what a URL in a body names.
pub async fn fetch(api: &Api, url: &Value) -> Answer {
    api.get(path(url)).await
}

/// The same with one more header.
pub async fn fetch_with(api: &Api, url: &Value, header: (&str, &str)) -> Answer {
    api.send(api.request(Method::GET, path(url)).header(header.0, header.1)).await
}

/// The path below `/api/v1` of a URL in a body.
pub fn path(url: &Value) -> &str {
    url.as_str().unwrap().strip_prefix("/api/v1").expect("a path of the API")
}

/// A part of a form, written by hand: `disposition` is what follows `form-data; `.
pub fn part(disposition: &str, bytes: &[u8]) -> Vec<u8> {
    let head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; {disposition}\r\n\r\n");
    [head.as_bytes(), bytes, b"\r\n"].concat()
}

/// A form of parts written by hand.
pub fn form(parts: &[Vec<u8>]) -> Vec<u8> {
    [parts.concat(), format!("--{BOUNDARY}--\r\n").into_bytes()].concat()
}

/// Uploads a form written by hand.
pub async fn upload_form(api: &Api, form: Vec<u8>) -> Answer {
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    api.send(api.request(Method::POST, "/attachments").header("Content-Type", kind).body(form)).await
}

/// Every file in the server's media folder, as paths in it.
pub fn kept(server: &Server) -> Vec<String> {
    let media = server.data_dir().join("media");
    let mut kept = Vec::new();
    let mut folders = vec![media.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            match path.is_dir() {
                true => folders.push(path),
                false => kept.push(path.strip_prefix(&media).unwrap().to_str().unwrap().to_owned()),
            }
        }
    }
    kept.sort();
    kept
}
