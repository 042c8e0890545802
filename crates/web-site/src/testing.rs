//! The site on a store in memory, for the tests of this crate: a browser without script.

use std::{
    cell::RefCell,
    ops::Range,
    sync::{Arc, OnceLock},
};

use actix_web::{
    App,
    http::{Method, header},
    test::{self, TestRequest},
    web::{self, Bytes},
};
use domain::{
    Event, Timestamp,
    attachments::{NewAttachment, sweep::Kept},
    memory::{MemoryStore, SharedStore},
    users::accounts::Registration,
};
use futures_util::{
    future::{BoxFuture, FutureExt},
    stream::{self, BoxStream, StreamExt},
};
use slog::{Discard, Logger, o};
use web_common::{
    SiteSettings, State, Store,
    auth::{Accounts, Lifetimes, Passwords, Sessions},
    media::{Media, MediaError, Opened, Stored},
    throttle::Throttles,
    uploads::Uploads,
};

use crate::SiteConfig;

pub(crate) const PASSWORD: &str = "correct horse battery";
const DAY: std::time::Duration = std::time::Duration::from_secs(24 * 60 * 60);

/// A server.
pub(crate) struct World {
    state: State,
}

/// What was answered.
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) headers: header::HeaderMap,
    pub(crate) html: String,
}

impl Page {
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.html);
        self
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    pub(crate) fn location(&self) -> &str {
        self.header("location")
    }
}

impl World {
    /// One that has its admin, called `root`.
    pub(crate) fn new() -> Self {
        Self::of(MemoryStore::new().and_admin("root"))
    }

    pub(crate) fn of(mut store: MemoryStore) -> Self {
        store.set_now(Timestamp::from_system_clock());
        let sessions: Arc<OnceLock<Sessions>> = Arc::default();
        let known = sessions.clone();
        let store = SharedStore::new(store).heard_by(move |notice| {
            if let (Event::SessionsEnded { sessions, .. }, Some(known)) = (&*notice.event, known.get()) {
                known.forget(sessions);
            }
        });
        let port = Store::new(Arc::new(store));
        let lifetimes = Lifetimes { idle: 14 * DAY, absolute: 90 * DAY };
        let passwords = Passwords::new(2).expect("passwords");
        let rule = |text: &str| text.parse().expect("a rule");
        let state = State {
            sessions: Sessions::new(port.clone(), lifetimes),
            accounts: Accounts::new(port.clone(), passwords, lifetimes, Registration::Open),
            throttles: Throttles::new(rule("unlimited"), rule("5/hour"), rule("unlimited")),
            uploads: Uploads::default(),
            media: Arc::new(NoMedia),
            site: Arc::new(SiteSettings {
                public_url: "http://here".to_owned(),
                messages_to_load: 3,
                trusted_proxies: Vec::new(),
                cors_origins: Vec::new(),
                setup_token: Some("the-token".to_owned()),
            }),
            log: Logger::root(Discard, o!()),
            store: port,
        };
        let _ = sessions.set(state.sessions.clone());
        Self { state }
    }

    /// The same, to which these may sign up.
    pub(crate) fn open_to(mut self, registration: Registration) -> Self {
        let (store, lifetimes) = (self.state.store.clone(), self.state.sessions.lifetimes());
        self.state.accounts =
            Accounts::new(store, Passwords::new(2).expect("passwords"), lifetimes, registration);
        self
    }

    pub(crate) fn browser(&self) -> Browser<'_> {
        Browser { world: self, cookie: RefCell::default() }
    }

    /// Somebody who has just signed up.
    pub(crate) async fn person(&self, username: &str) -> Browser<'_> {
        let browser = self.browser();
        let form = [("username", username), ("password", PASSWORD)];
        browser.post("/signup", &form).await.expect(303);
        browser
    }
}

/// One person's browser.
pub(crate) struct Browser<'a> {
    world: &'a World,
    pub(crate) cookie: RefCell<Option<String>>,
}

impl Browser<'_> {
    pub(crate) async fn get(&self, path: &str) -> Page {
        self.send(TestRequest::get().uri(path)).await
    }

    pub(crate) async fn post(&self, path: &str, form: &[(&str, &str)]) -> Page {
        self.send(Self::form(Method::POST, path, form)).await
    }

    /// As a script asks.
    pub(crate) async fn ask(&self, path: &str, form: &[(&str, &str)]) -> Page {
        let request = Self::form(Method::POST, path, form);
        self.send(request.insert_header((header::ACCEPT, "application/json"))).await
    }

    /// Makes a group; where it is.
    pub(crate) async fn make(&self, name: &str, members: &str) -> String {
        let made = self.post("/chats/new", &[("name", name), ("members", members)]).await.expect(303);
        made.location().to_owned()
    }

    /// Sends a message; where its own page is.
    pub(crate) async fn say(&self, chat: &str, text: &str) -> String {
        self.post(&format!("{chat}/messages"), &[("text", text)]).await.expect(303);
        let page = self.get(chat).await.expect(200);
        let id = page.html.rsplit("data-id=\"").next().and_then(|rest| rest.split('"').next());
        format!("{chat}/messages/{}", id.expect("a message"))
    }

    fn form(method: Method, path: &str, form: &[(&str, &str)]) -> TestRequest {
        let own = [(header::HOST, "here"), (header::ORIGIN, "http://here")];
        let request = TestRequest::default().method(method).uri(path);
        own.into_iter().fold(request, TestRequest::insert_header).set_form(form)
    }

    pub(crate) async fn send(&self, mut request: TestRequest) -> Page {
        if let Some(cookie) = &*self.cookie.borrow() {
            request = request.insert_header((header::COOKIE, cookie.clone()));
        }
        let World { state, .. } = self.world;
        let config = SiteConfig { cookie_key: [7; 64] };
        let app = App::new()
            .app_data(web::Data::new(state.clone()))
            .configure(|routes| crate::configure(routes, state, &config));
        let app = test::init_service(app).await;
        let response = test::call_service(&app, request.to_request()).await;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        for set in headers.get_all(header::SET_COOKIE).filter_map(|value| value.to_str().ok()) {
            let pair = set.split(';').next().unwrap_or_default();
            if pair.starts_with("natter=") {
                let gone = pair == "natter=";
                *self.cookie.borrow_mut() = (!gone).then(|| pair.to_owned());
            }
        }
        let html = String::from_utf8_lossy(&test::read_body(response).await).into_owned();
        Page { status, headers, html }
    }
}

/// A place that keeps no pictures.
struct NoMedia;

impl Media for NoMedia {
    fn keep_avatar(&self, _: Bytes) -> BoxFuture<'static, Result<String, MediaError>> {
        async { Ok("kept".to_owned()) }.boxed()
    }

    fn avatar(&self, _: &str, _: u16) -> BoxFuture<'static, Result<Option<Stored>, MediaError>> {
        async { Ok(None) }.boxed()
    }

    fn initials(&self, username: &str, _: &str, size: u16) -> String {
        format!("<svg>{username} {size}</svg>")
    }

    fn keep_file(&self, _: String, _: Bytes) -> BoxFuture<'static, Result<NewAttachment, MediaError>> {
        async { Err(MediaError::Away("nothing is kept".to_owned())) }.boxed()
    }

    fn file(&self, _: &str, _: Option<Range<u64>>) -> BoxFuture<'static, Result<Option<Opened>, MediaError>> {
        async { Ok(None) }.boxed()
    }

    fn kept(&self) -> BoxStream<'static, Result<Kept, MediaError>> {
        stream::empty().boxed()
    }

    fn forget(&self, _: Vec<String>) -> BoxFuture<'static, Result<(), MediaError>> {
        async { Ok(()) }.boxed()
    }
}
