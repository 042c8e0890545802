//! Everything that somebody can get to see: every address, followed or guessed, and every frame.

use futures_util::StreamExt;
use reqwest::Method;
use std::collections::{BTreeSet, VecDeque};
use tests::{Answer, Api, Page, Server, Site, contract, soon};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// More pages than there are: a crawl that reaches it went astray.
const PAGES: usize = 2_000;

/// What somebody received, and how.
#[derive(Debug, Default)]
pub struct Received(pub Vec<(String, Vec<u8>)>);

/// All ids and names that there are, for guessing.
pub struct Known {
    pub chats: Vec<i64>,
    pub messages: Vec<i64>,
    pub files: Vec<i64>,
    pub people: Vec<String>,
}

impl Received {
    /// Keeps some bytes.
    pub fn keep(&mut self, from: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        self.0.push((from.into(), bytes.into()));
    }

    fn keep_answer(&mut self, path: &str, answer: Answer) {
        self.keep(format!("GET {path} ({})", answer.status), answer.bytes);
        self.keep(format!("headers of GET {path}"), format!("{:?}", answer.headers));
    }

    fn keep_page(&mut self, page: Page) {
        self.keep(format!("page {} ({})", page.path, page.status), page.html);
        self.keep(format!("headers of page {}", page.path), format!("{:?}", page.headers));
    }
}

/// Asks for everything that the API's document lists, with every id there is.
pub async fn api(by: &Api, known: &Known, received: &mut Received) {
    let operations = contract().await.operations().into_iter();
    let paths: Vec<String> = operations.filter(|(method, _)| method == "GET").map(|(_, path)| path).collect();
    // Whoever has a code may look; here nobody but ada has one.
    for path in paths.iter().filter(|path| !path.contains("{code}") && *path != "/live") {
        for filled in fill(path, known) {
            received.keep_answer(&filled, by.get(&filled).await);
        }
    }
    for chat in &known.chats {
        for query in ["changed_after=0", "before=100", "after=0"] {
            let path = format!("/chats/{chat}/messages?{query}");
            received.keep_answer(&path, by.get(&path).await);
        }
        let path = format!("/search?q=zq*&chat_id={chat}");
        received.keep_answer(&path, by.get(&path).await);
    }
    for path in ["/search?q=zq*", "/users?query=zq", "/chats/public?query=zq", "/chats?limit=200"] {
        received.keep_answer(path, by.get(path).await);
    }
    for file in &known.files {
        let request = by.request(Method::GET, &format!("/attachments/{file}")).header("Range", "bytes=0-40");
        received.keep_answer("a part of a file", by.send(request).await);
    }
}

/// A path with its placeholders filled in, in every way.
fn fill(path: &str, known: &Known) -> Vec<String> {
    let ids = if path.starts_with("/attachments") { &known.files } else { &known.chats };
    let numbers = |ids: &[i64]| ids.iter().map(ToString::to_string).collect::<Vec<_>>();
    let values = [
        ("{id}", numbers(ids)),
        ("{message_id}", numbers(&known.messages)),
        ("{username}", known.people.clone()),
    ];
    values.into_iter().fold(vec![path.to_owned()], |paths, (placeholder, values)| {
        paths
            .into_iter()
            .flat_map(|path| match path.contains(placeholder) {
                true => values.iter().map(|value| path.replace(placeholder, value)).collect(),
                false => vec![path],
            })
            .collect()
    })
}

/// Opens every page that is linked or that can be guessed, as a browser and as the site's script do.
pub async fn site(site: &Site, known: &Known, received: &mut Received) {
    let mut waiting: VecDeque<String> = guesses(known).into();
    let mut seen = BTreeSet::new();
    while let Some(path) = waiting.pop_front() {
        if !seen.insert(path.clone()) {
            continue;
        }
        assert!(seen.len() < PAGES, "the site has no end: {path}");
        let page = site.get(&path).await;
        for (selector, attribute) in [("[href]", "href"), ("[src]", "src"), ("form", "action")] {
            let found = page.attributes(selector, attribute).into_iter();
            waiting.extend(found.filter(|link| is_of_somebody(link)));
        }
        if (300..400).contains(&page.status) {
            waiting.push_back(page.location());
        }
        received.keep_page(page);
        let script = site.request(Method::GET, &path).header("Accept", "application/json");
        received.keep_page(site.send(script).await);
    }
}

/// Whether it is a path of the site that reads differently to different people.
fn is_of_somebody(link: &str) -> bool {
    link.starts_with('/') && !link.starts_with("//") && !link.starts_with("/assets/")
}

fn guesses(known: &Known) -> Vec<String> {
    let mut paths: Vec<String> = [
        "/",
        "/chats",
        "/chats/new",
        "/chats/public?q=zq",
        "/people",
        "/people?q=zq",
        "/settings",
        "/settings/security",
    ]
    .map(str::to_owned)
    .into();
    for chat in &known.chats {
        for below in
            ["", "/settings", "/members", "/messages", "/messages?after=0", "/messages?before=100", "?at=1"]
        {
            paths.push(format!("/chats/{chat}{below}"));
        }
        for message in &known.messages {
            paths.push(format!("/chats/{chat}/messages/{message}"));
            paths.push(format!("/chats/{chat}/messages/{message}/source"));
            paths.push(format!("/chats/{chat}?reply_to={message}"));
        }
    }
    for person in &known.people {
        paths.extend([format!("/people/{person}"), format!("/avatars/{person}")]);
    }
    paths
}

/// A live socket of the site.
pub struct SiteSocket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl SiteSocket {
    /// Opens it with a session's cookie.
    pub async fn open(server: &Server, cookie: &str) -> Self {
        let url = server.url("/live").replacen("http", "ws", 1);
        let mut request = url.into_client_request().expect("a URL");
        request.headers_mut().insert("Cookie", cookie.parse().expect("a header"));
        request.headers_mut().insert("Origin", server.url("").parse().expect("a header"));
        let (stream, _) = soon("the handshake", connect_async(request)).await.expect("it is opened");
        Self(stream)
    }

    /// Everything heard until this word was.
    pub async fn until(&mut self, word: &str) -> String {
        let mut heard = String::new();
        while !heard.contains(word) {
            match soon("a frame", self.0.next()).await {
                Some(Ok(Message::Text(text))) => heard.push_str(&text),
                Some(Ok(_)) => {}
                end => panic!("the socket ended: {end:?}"),
            }
        }
        heard
    }
}
