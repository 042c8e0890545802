//! What people do with files.

use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use std::io::Cursor;
use tests::{Answer, Api};

/// A picture of one colour, as PNG.
pub fn picture(side: u32, colour: [u8; 3]) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let pixels = image::RgbImage::from_pixel(side, side, image::Rgb(colour));
    pixels.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

pub async fn upload(by: &Api, filename: &str, bytes: Vec<u8>) -> Answer {
    send(by, Method::POST, "/attachments", filename, bytes).await
}

pub async fn change_avatar(by: &Api, bytes: Vec<u8>) -> Answer {
    send(by, Method::PUT, "/me/avatar", "me.png", bytes).await
}

async fn send(by: &Api, method: Method, path: &str, filename: &str, bytes: Vec<u8>) -> Answer {
    let form = Form::new().part("file", Part::bytes(bytes).file_name(filename.to_owned()));
    by.send(by.request(method, path).multipart(form)).await
}

/// Sends a message that carries the file, for others to see it.
pub async fn carry(by: &Api, chat: i64, file: &Value) -> Value {
    let body = json!({"text": "look", "attachments": [file["id"]]});
    by.post(&format!("/chats/{chat}/messages"), body).await.expect(201)
}

/// Fetches a file by its id.
pub async fn fetch(by: &Api, file: &Value) -> Answer {
    by.get(&format!("/attachments/{}", file["id"])).await
}

pub async fn fetch_thumbnail(by: &Api, file: &Value) -> Answer {
    by.get(&format!("/attachments/{}/thumbnail", file["id"])).await
}
