//! What is asked: an operation on a scene, by one actor.

use crate::actors::{Actor, Cast, id, name};
use crate::marks::word;
use crate::scene::{Place, Scene};
use crate::table::Row;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Cursor;
use tests::{Answer, Api, PASSWORD};

/// For each placeholder, what fits but was never there.
const NEVER: [(&str, &str); 4] = [
    ("id", "9007199254740991"),
    ("message_id", "9007199254740991"),
    ("username", "never.was.here"),
    ("code", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
];

/// A request that can be made again.
#[derive(Clone)]
pub struct Call {
    pub api: Api,
    pub method: Method,
    pub path: String,
    pub body: Body,
}

/// What a request carries.
#[derive(Clone)]
pub enum Body {
    Nothing,
    Json(Value),
    File,
    Picture,
}

impl Call {
    /// The operation of a row on its scene.
    pub async fn new(cast: &mut Cast<'_>, row: &Row, scene: &Scene, actor: Actor, succeeds: bool) -> Self {
        let api = caller(cast, row, actor, succeeds).await;
        let (method, _) = row.operation.split_once(' ').expect("a method and a path");
        let method = method.parse().expect("a method");
        let path = filled(row.path(), &scene.named) + &query(row, scene);
        let body = body(cast, row, scene, (actor, &api));
        Self { api, method, path, body }
    }

    /// The same about what was never there: once for each thing that is named.
    pub fn twins(&self, row: &Row, scene: &Scene) -> Vec<Self> {
        let placeholders = NEVER.into_iter().filter(|(name, _)| row.path().contains(&format!("{{{name}}}")));
        placeholders
            .map(|(name, never)| {
                let mut named = scene.named.clone();
                named.insert(name, never.to_owned());
                Self { path: filled(row.path(), &named) + &query(row, scene), ..self.clone() }
            })
            .collect()
    }

    /// The same, naming what was never there beside the path.
    pub fn body_twin(&self, row: &Row) -> Option<Self> {
        let never: i64 = NEVER[0].1.parse().expect("a number");
        let body = |body| Some(Self { body: Body::Json(body), ..self.clone() });
        match row.variant() {
            "reply" => body(json!({"text": "a reply", "reply_to": never})),
            "file" => body(json!({"text": "a file", "attachments": [never]})),
            "to-hidden" => body(json!({"chat_ids": [never]})),
            "in" => {
                let (path, _) = self.path.rsplit_once('=').expect("a query");
                Some(Self { path: format!("{path}={never}"), ..self.clone() })
            }
            _ => None,
        }
    }

    /// Makes the request, with these headers.
    pub async fn ask_with(&self, method: &Method, headers: &[(&str, &str)]) -> Answer {
        let mut request = self.api.request(method.clone(), &self.path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = match &self.body {
            Body::Nothing => request,
            Body::Json(body) => request.json(body),
            Body::File => request.multipart(form("notes.txt", b"notes".into())),
            Body::Picture => request.header("Content-Type", "image/png").body(picture()),
        };
        self.api.send(request).await
    }

    /// Makes the request.
    pub async fn ask(&self) -> Answer {
        self.ask_with(&self.method, &[]).await
    }
}

/// Who asks: somebody else in their place where it would end them or their session.
async fn caller(cast: &mut Cast<'_>, row: &Row, actor: Actor, succeeds: bool) -> Api {
    match row.operation.as_str() {
        "DELETE /me" | "PUT /me/password" if succeeds => cast.understudy(actor).await,
        "POST /auth/logout" | "POST /auth/refresh" if actor.is_signed_in() => {
            cast.another_session(actor).await
        }
        _ => cast.api(actor),
    }
}

fn filled(path: &str, named: &BTreeMap<&'static str, String>) -> String {
    named.iter().fold(path.to_owned(), |path, (name, value)| path.replace(&format!("{{{name}}}"), value))
}

fn query(row: &Row, scene: &Scene) -> String {
    let Scene { inside, outside, chat, .. } = scene;
    match (row.operation.as_str(), row.variant()) {
        ("GET /chats/public", _) => format!("?query={outside}"),
        ("GET /chats/{id}/messages", "changed") => "?changed_after=0".to_owned(),
        ("GET /search", "in") => format!("?q={inside}&chat_id={chat}"),
        ("GET /search", _) => format!("?q={inside}"),
        _ => String::new(),
    }
}

fn body(cast: &Cast<'_>, row: &Row, scene: &Scene, (actor, api): (Actor, &Api)) -> Body {
    let (variant, inside) = (row.variant(), &scene.inside);
    Body::Json(match row.operation.as_str() {
        "POST /attachments" => return Body::File,
        "PUT /me/avatar" => return Body::Picture,
        "POST /users" if variant == "taken" => {
            json!({"username": name(&cast.bystander), "password": PASSWORD})
        }
        "POST /users" => json!({"username": word("user"), "password": PASSWORD}),
        "POST /auth/token" => json!({"username": cast.name(actor), "password": PASSWORD}),
        "POST /auth/refresh" => {
            let token = if variant == "access" { api.token.clone() } else { api.refresh_token.clone() };
            json!({"refresh_token": token.unwrap_or_else(|| "bm9ib2R5.bm9ib2R5".to_owned())})
        }
        "PATCH /me" => json!({"bio": "Plants and trains."}),
        "DELETE /me" => json!({"password": if variant == "wrong" { "something else" } else { PASSWORD }}),
        "PUT /me/password" => {
            let current = if variant == "wrong" { "something else" } else { PASSWORD };
            json!({"current_password": current, "new_password": "seventeen green bottles"})
        }
        "POST /chats" if variant == "gone" => json!({"name": "lunch", "members": [cast.name(Actor::Gone)]}),
        "POST /chats" => json!({"name": "lunch", "members": [name(&cast.bystander)]}),
        "PATCH /chats/{id}" if variant == "visibility" => json!({"visibility": "public"}),
        "PATCH /chats/{id}" => json!({"name": "Dinner"}),
        "PUT /chats/{id}/notifications" => json!({"level": "mentions"}),
        "PUT /chats/{id}/read" => json!({"seq": 1, "unread": true}),
        "POST /chats/{id}/members" => new_member(cast, variant, actor),
        "PATCH /chats/{id}/members/{username}" if variant == "oneself" => json!({"role": "member"}),
        "PATCH /chats/{id}/members/{username}" => json!({"role": "admin"}),
        "POST /chats/{id}/invites" => json!({}),
        "POST /conversations/{username}" => json!({"text": "hello"}),
        "POST /chats/{id}/messages" => match variant {
            "again" | "reused" => json!({"text": format!("I say {inside}"), "client_id": inside}),
            "reply" => json!({"text": "a reply", "reply_to": cast.hidden.1}),
            "file" => json!({"text": "a file", "attachments": [scene.foreign]}),
            _ => json!({"text": "hello"}),
        },
        "PATCH /chats/{id}/messages/{message_id}" => json!({"text": "something else"}),
        "POST /chats/{id}/messages/{message_id}/forward" => match variant {
            "to-hidden" => json!({"chat_ids": [cast.hidden.0]}),
            "to-public" => json!({"chat_ids": [scene.foreign]}),
            "to-gone" => json!({"usernames": [cast.name(Actor::Gone)]}),
            _ => json!({"usernames": [name(&cast.bystander)], "comment": "look"}),
        },
        _ => return Body::Nothing,
    })
}

fn new_member(cast: &Cast<'_>, variant: &str, actor: Actor) -> Value {
    match variant {
        "as-admin" => json!({"username": name(&cast.newcomer), "role": "admin"}),
        "there" => json!({"username": name(&cast.bystander)}),
        "gone" => json!({"username": cast.name(Actor::Gone)}),
        "oneself" => json!({"username": cast.name(actor)}),
        _ => json!({"username": name(&cast.newcomer)}),
    }
}

/// Uploads a file; its id.
pub async fn upload(by: &Api, filename: &str, bytes: Vec<u8>) -> i64 {
    let request = by.request(Method::POST, "/attachments").multipart(form(filename, bytes));
    id(&by.send(request).await.expect(201))
}

fn form(filename: &str, bytes: Vec<u8>) -> Form {
    Form::new().part("file", Part::bytes(bytes).file_name(filename.to_owned()))
}

/// A picture that is worth a thumbnail.
pub fn picture() -> Vec<u8> {
    let mut png = Cursor::new(Vec::new());
    let pixels = image::RgbImage::from_fn(600, 400, |x, y| image::Rgb([(x % 256) as u8, (y % 256) as u8, 7]));
    pixels.write_to(&mut png, image::ImageFormat::Png).expect("it can be written");
    png.into_inner()
}

/// What the chat looks like to those in it, and their own lists to the actor and the bystander: what must not change
/// by what is refused.
pub async fn outlook(cast: &Cast<'_>, scene: &Scene, actor: Actor) -> Vec<Value> {
    let mut looks = Vec::new();
    let mut look = async |api: &Api, path: &str| looks.push(steady(api.get(path).await.body));
    let (owner, member) = (cast.api(Actor::Owner), cast.api(Actor::Member));
    let chat = format!("/chats/{}", scene.chat);
    let readers = match scene.place {
        Place::Private | Place::Public => vec![&owner],
        Place::Direct => vec![&owner, &member],
        Place::Abandoned => vec![&owner],
        Place::Nowhere | Place::Deleted => vec![],
    };
    for reader in readers {
        look(reader, &chat).await;
        look(reader, &format!("{chat}/messages")).await;
        look(reader, &format!("{chat}/members")).await;
    }
    if matches!(scene.place, Place::Private | Place::Public) {
        look(&owner, &format!("{chat}/invites")).await;
    }
    look(&cast.bystander, "/chats?limit=2").await;
    if actor.is_signed_in() {
        let api = cast.api(actor);
        look(&api, "/chats?limit=2").await;
        look(&api, "/me").await;
    }
    looks
}

/// Without what changes by itself.
fn steady(mut value: Value) -> Value {
    match &mut value {
        Value::Object(fields) => {
            fields.retain(|name, _| name != "online" && name != "last_seen_at");
            fields.values_mut().for_each(|field| *field = steady(field.take()));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| *item = steady(item.take())),
        _ => {}
    }
    value
}
