//! What happens while the canary sings: people say private things in many places, one of them is removed, and everybody
//! looks around.

use crate::actors::id;
use crate::calls::upload;
use crate::crawl::{self, Known, Received, SiteSocket};
use crate::marks::word;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tests::{Answer, Api, PASSWORD, Server, Site, Socket};

/// Everybody with a name.
const PEOPLE: [&str; 5] = ["ada", "ben", "eve", "dan", "root"];

/// Who is there, what was said, and what everybody has received.
pub struct Story {
    /// The word of each private thing.
    pub words: BTreeMap<&'static str, String>,
    /// What each has received.
    pub received: BTreeMap<&'static str, Received>,
    apis: BTreeMap<&'static str, Api>,
    sites: BTreeMap<&'static str, Site>,
    sockets: BTreeMap<&'static str, Socket>,
    site_sockets: BTreeMap<&'static str, SiteSocket>,
    known: Known,
    /// The private group, and the public one.
    group: i64,
    square: i64,
}

impl Story {
    /// Everybody signs in, and listens.
    pub async fn begin(server: &Server) -> Self {
        server.create_admin("root").await;
        let (mut apis, mut sites) = (BTreeMap::new(), BTreeMap::new());
        let (mut sockets, mut site_sockets) = (BTreeMap::new(), BTreeMap::new());
        let mut words = BTreeMap::new();
        for who in PEOPLE {
            let api =
                if who == "root" { server.api().sign_in(who).await } else { server.api().sign_up(who).await };
            let site = server.site();
            let typed = [("username", who), ("password", PASSWORD)];
            let page = site.fill("/login", "Sign in", &typed).await.expect(303);
            let cookie = page.headers["set-cookie"].to_str().expect("a cookie");
            let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
            sockets.insert(who, api.live().await);
            site_sockets.insert(who, SiteSocket::open(server, &cookie).await);
            if who == "ada" {
                let (_, secret) = cookie.split_once('=').expect("a name and a value");
                words.insert("cookie", secret.to_owned());
                words.insert("access", last_part(api.token.as_deref()));
                words.insert("refresh", last_part(api.refresh_token.as_deref()));
            }
            apis.insert(who, api);
            sites.insert(who, site);
        }
        apis.insert("nobody", server.api());
        sites.insert("nobody", server.site());
        let received = apis.keys().map(|who| (*who, Received::default())).collect();
        let people = PEOPLE.map(str::to_owned).into();
        let known = Known { chats: vec![], messages: vec![], files: vec![], people };
        Self { words, received, apis, sites, sockets, site_sockets, known, group: 0, square: 0 }
    }

    /// A new word for a thing.
    fn word(&mut self, thing: &'static str) -> String {
        let word = word(thing);
        self.words.insert(thing, word.clone());
        word
    }

    async fn found(&mut self, name: &str, body: Value) -> i64 {
        let mut body = body;
        body["name"] = json!(name);
        let chat = id(&self.apis["ada"].post("/chats", body).await.expect(201));
        self.known.chats.push(chat);
        chat
    }

    /// Ada says something; the path of the message.
    async fn say(&mut self, chat: i64, body: Value) -> String {
        let path = format!("/chats/{chat}/messages");
        let message = id(&self.apis["ada"].post(&path, body).await.expect(201));
        self.known.messages.push(message);
        format!("{path}/{message}")
    }

    async fn say_word(&mut self, chat: i64, thing: &'static str) -> String {
        let text = format!("It says {} here", self.word(thing));
        self.say(chat, json!({"text": text})).await
    }

    async fn send_file(&mut self, chat: i64, filename: &str, holding: &str) -> String {
        let file =
            upload(&self.apis["ada"], &format!("{filename}.txt"), format!("It holds {holding}.").into())
                .await;
        self.known.files.push(file);
        self.say(chat, json!({"text": "a file", "attachments": [file]})).await
    }

    /// Everything private is said, while eve is still there.
    pub async fn talk(&mut self) {
        let (name, about) = (self.word("name"), self.word("about"));
        let all = json!(["ben", "eve"]);
        self.group =
            self.found(&name, json!({"members": all, "description": format!("About {about}")})).await;
        self.square =
            self.found("square", json!({"members": ["ben", "eve", "dan"], "visibility": "public"})).await;
        let (group, square) = (self.group, self.square);
        let (ada, ben) = (self.apis["ada"].clone(), self.apis["ben"].clone());
        self.say_word(square, "square").await;

        let said = self.say_word(group, "text").await;
        let reply = self.word("reply");
        let target: i64 = said.rsplit('/').next().and_then(|id| id.parse().ok()).expect("an id");
        let body = json!({"text": reply, "reply_to": target});
        self.known.messages.push(id(&ben.post(&format!("/chats/{group}/messages"), body).await.expect(201)));
        let reaction = self.word("reaction");
        ben.put(&format!("{said}/reactions/{reaction}"), Value::Null).await.expect(204);
        let edited = self.say_word(group, "edited").await;
        ada.patch(&edited, json!({"text": "what I meant"})).await.expect(200);
        let deleted = self.say_word(group, "deleted").await;
        ada.post(
            &format!("/chats/{group}/messages"),
            json!({"text": "in reply", "reply_to": last_id(&deleted)}),
        )
        .await
        .expect(201);
        ada.delete(&deleted).await.expect(204);
        let (filename, bytes) = (self.word("filename"), self.word("filebytes"));
        self.send_file(group, &filename, &bytes).await;
        let gone = self.word("gonefile");
        let carrier = self.send_file(group, &gone, &gone).await;
        ada.delete(&carrier).await.expect(204);
        self.tell_others().await;
    }

    /// What is said beside the group: to ben alone, forwarded, deleted, and of ada herself.
    async fn tell_others(&mut self) {
        let (group, square, ada) = (self.group, self.square, self.apis["ada"].clone());
        let (direct, comment) = (self.word("direct"), self.word("comment"));
        let opened = ada.write_to("ben", &direct).await;
        self.known.chats.push(opened["chat_id"].as_i64().expect("a chat"));
        self.known.messages.push(id(&opened));
        let forwarded = self.say_word(group, "forwarded").await;
        let to_square =
            ada.post(&format!("{forwarded}/forward"), json!({"chat_ids": [square]})).await.expect(201);
        self.known.messages.push(id(&to_square["items"][0]));
        let to_ben = json!({"usernames": ["ben"], "comment": comment});
        ada.post(&format!("{forwarded}/forward"), to_ben).await.expect(201);
        let bygone = self.word("bygone");
        let past = self.found(&bygone, json!({"members": ["ben", "eve"], "visibility": "public"})).await;
        self.say(past, json!({"text": bygone})).await;
        let file = self.word("bygonefile");
        self.send_file(past, &file, &file).await;
        ada.delete(&format!("/chats/{past}")).await.expect(204);
        let made = ada.post(&format!("/chats/{group}/invites"), json!({})).await.expect(201);
        self.words.insert("code", made["code"].as_str().expect("a code").to_owned());
        let email = format!("{}@example.org", self.word("email"));
        ada.patch("/me", json!({"email": email, "first_name": "Ada"})).await.expect(200);
    }

    /// Eve is removed. What members received before does not count: they may have heard what stood then.
    pub async fn part(&mut self) {
        self.apis["ada"].delete(&format!("/chats/{}/members/eve", self.group)).await.expect(204);
        for who in ["ada", "ben", "eve"] {
            self.received.insert(who, Received::default());
        }
    }

    /// What is said once eve is gone.
    pub async fn go_on(&mut self) {
        let (group, ada) = (self.group, self.apis["ada"].clone());
        let later = self.say_word(group, "later").await;
        self.apis["ben"].put(&format!("{later}/reactions/soup"), Value::Null).await.expect(204);
        let text = format!("Once more {} and {}", self.words["later"], self.words["text"]);
        ada.patch(&later, json!({"text": text})).await.expect(200);
        let file = self.word("laterfile");
        self.send_file(group, &file, &file).await;
        let renamed = self.word("renamed");
        let name = format!("{} {renamed}", self.words["name"]);
        ada.patch(&format!("/chats/{group}"), json!({"name": name})).await.expect(200);
        ada.patch("/me", json!({"bio": "Plants and trains.", "last_name": "Silva"})).await.expect(200);
        self.sockets
            .get_mut("ada")
            .expect("a socket")
            .send(json!({"type": "typing", "chat_id": group}))
            .await;
        self.apis["ben"].put(&format!("/chats/{group}/read"), json!({"seq": 99})).await.expect(204);
        let path = format!("/chats/{group}/members/ben");
        ada.patch(&path, json!({"role": "admin"})).await.expect(200);
        ada.patch(&path, json!({"role": "member"})).await.expect(200);
        let query = self.word("query");
        let searched = ada.get(&format!("/search?q={query}")).await;
        self.keep("ada", searched);
    }

    /// Secrets in places where they are refused: what is refused is not written down either.
    pub async fn fumble(&mut self, server: &Server) {
        let (password, wrong, malformed) =
            (self.word("password"), self.word("wrongword"), self.word("malformed"));
        let nobody = server.api();
        let account = json!({"username": "pia", "password": password});
        for path in ["/users", "/auth/token"] {
            let answer = nobody.post(path, account.clone()).await;
            assert!(answer.status < 300, "{answer:?}");
        }
        let guess = json!({"username": "ada", "password": wrong});
        let answers = [
            nobody.post("/auth/token", guess).await,
            nobody.post("/users", json!({"username": "x", "password": wrong})).await,
            nobody.with_token(Some(&malformed)).get("/me").await,
            nobody
                .send(nobody.request(Method::POST, "/auth/token").body(format!("{{\"password\": \"{wrong}")))
                .await,
            nobody.post("/auth/refresh", json!({"refresh_token": format!("{malformed}.{malformed}")})).await,
        ];
        for answer in answers {
            assert!(answer.status >= 400, "{answer:?}");
            self.keep("nobody", answer);
        }
        let site = server.site();
        let typed = [("username", "ada"), ("password", wrong.as_str())];
        let page = site.fill("/login", "Sign in", &typed).await;
        self.received.get_mut("nobody").expect("somebody").keep("login", page.html);
        let ada = &self.apis["ada"];
        let body = json!({"text": malformed, "unknown": malformed});
        ada.post(&format!("/chats/{}/messages", self.group), body).await.expect(422);
        ada.put("/me/password", json!({"current_password": wrong, "new_password": password}))
            .await
            .expect(422);
        let socket = self.sockets.get_mut("ada").expect("a socket");
        for frame in [format!("{{\"type\": \"{malformed}"), json!({"type": malformed}).to_string()] {
            socket.send_text(&frame).await;
            socket.expect("error").await;
        }
    }

    /// Keeps all that was heard up to now.
    pub async fn listen(&mut self) {
        let fence = word("fence");
        self.apis["ada"].write(self.square, &fence).await;
        for (who, socket) in &mut self.sockets {
            let mut frames = Vec::new();
            if *who == "root" {
                frames = socket.heard().await;
            }
            while *who != "root"
                && frames.last().is_none_or(|frame: &Value| frame["message"]["text"] != fence.as_str())
            {
                frames.push(socket.next().await);
            }
            let received = self.received.get_mut(who).expect("somebody");
            frames.iter().for_each(|frame| received.keep("a live frame", frame.to_string()));
        }
        for (who, socket) in self.site_sockets.iter_mut().filter(|(who, _)| **who != "root") {
            let heard = socket.until(&fence).await;
            self.received.get_mut(who).expect("somebody").keep("a live frame of the site", heard);
        }
    }

    /// Everybody opens all they can.
    pub async fn look_around(&mut self) {
        for (who, received) in &mut self.received {
            crawl::api(&self.apis[who], &self.known, received).await;
            crawl::site(&self.sites[who], &self.known, received).await;
        }
    }

    fn keep(&mut self, who: &'static str, answer: Answer) {
        let text = format!("{:?} {}", answer.headers, String::from_utf8_lossy(&answer.bytes));
        self.received.get_mut(who).expect("somebody").keep(answer.call, text);
    }
}

/// The last part of a token: the one that is a secret.
fn last_part(token: Option<&str>) -> String {
    token.and_then(|token| token.rsplit('.').next()).expect("a token").to_owned()
}

fn last_id(path: &str) -> i64 {
    path.rsplit('/').next().and_then(|id| id.parse().ok()).expect("an id")
}
