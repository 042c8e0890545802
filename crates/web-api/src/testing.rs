//! The API on a store in memory, for the tests of this crate.

use std::{ops::Range, sync::Arc};

use actix_web::{
    App,
    http::{Method, header::HeaderMap},
    test::{self, TestRequest},
    web::{self, Bytes},
};
use domain::{
    Event, Timestamp, Via,
    attachments::{NewAttachment, sweep::Kept},
    memory::{MemoryStore, SharedStore},
    ports::{Reads, UnitOfWork},
    users::{NewSession, SecretHash, SessionKind, accounts::Registration},
};
use futures_util::{
    future::{BoxFuture, FutureExt},
    stream::{self, BoxStream, StreamExt},
};
use serde_json::Value;
use slog::{Discard, Logger, o};
use web_common::{
    SiteSettings, State, Store,
    auth::{Accounts, Lifetimes, Passwords, Sessions},
    media::{Media, MediaError, Opened, Stored},
    throttle::Throttles,
    uploads::Uploads,
};

use crate::{ApiConfig, tokens::AccessTokens};

const DAY: std::time::Duration = std::time::Duration::from_secs(24 * 60 * 60);

/// A server with people in it.
pub(crate) struct World {
    /// What it knows.
    pub(crate) store: SharedStore,
    state: State,
    config: ApiConfig,
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Answered {
    /// The status.
    pub(crate) status: u16,
    /// The headers.
    pub(crate) headers: HeaderMap,
    /// The body, where it was JSON.
    pub(crate) json: Value,
    /// The body.
    pub(crate) bytes: Bytes,
}

impl Answered {
    /// The body, when the status is this one.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.json);
        self.json
    }

    /// A header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The fields that were refused, each with its code.
    #[track_caller]
    pub(crate) fn refused(self) -> Vec<(String, String)> {
        let json = self.expect(422);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        json["errors"].as_array().unwrap().iter().map(|e| (text(&e["field"]), text(&e["code"]))).collect()
    }
}

impl World {
    /// With these people.
    pub(crate) fn with(people: &[&str]) -> Self {
        let mut store = MemoryStore::with(people);
        store.set_now(Timestamp::from_system_clock());
        Self::of(store)
    }

    /// With this store.
    pub(crate) fn of(store: MemoryStore) -> Self {
        let sessions: Arc<std::sync::OnceLock<Sessions>> = Arc::default();
        let known = sessions.clone();
        let store = SharedStore::new(store).heard_by(move |notice| {
            if let (Event::SessionsEnded { sessions, .. }, Some(known)) = (&*notice.event, known.get()) {
                known.forget(sessions);
            }
        });
        let port = Store::new(Arc::new(store.clone()));
        let lifetimes = Lifetimes { idle: 14 * DAY, absolute: 90 * DAY };
        let state = State {
            sessions: Sessions::new(port.clone(), lifetimes),
            accounts: Accounts::new(port.clone(), Passwords::new(2).unwrap(), lifetimes, Registration::Open),
            throttles: Throttles::new(
                "40/hour".parse().unwrap(),
                "5/hour".parse().unwrap(),
                "unlimited".parse().unwrap(),
            ),
            uploads: Uploads::default(),
            media: Arc::new(Shelf),
            site: Arc::new(SiteSettings {
                public_url: "http://here".to_owned(),
                messages_to_load: 50,
                trusted_proxies: Vec::new(),
                cors_origins: Vec::new(),
                setup_token: None,
            }),
            log: Logger::root(Discard, o!()),
            store: port,
        };
        let _ = sessions.set(state.sessions.clone());
        Self { store, state, config: ApiConfig { jwt_key: [7; 32], issuer: "http://here".to_owned() } }
    }

    /// The same, to which these may sign up.
    pub(crate) fn open_to(mut self, registration: Registration) -> Self {
        let (store, lifetimes) = (self.state.store.clone(), self.state.sessions.lifetimes());
        self.state.accounts =
            Accounts::new(store, Passwords::new(2).expect("passwords"), lifetimes, registration);
        self
    }

    /// An access token of somebody, on a session of its own.
    pub(crate) fn token(&self, username: &str) -> String {
        let mut store = self.store.lock();
        let user = store.id(username);
        let name = format!("{username} {}", store.now().micros());
        let new = NewSession {
            user,
            kind: SessionKind::Api,
            secret: SecretHash::new(name.into_bytes()),
            refresh: None,
            user_agent: None,
            lasts: 90 * DAY,
        };
        let session = store.insert_session(&domain::Origin::anonymous(Via::Api), &new).unwrap();
        let now = Timestamp::from_system_clock().micros() / 1_000_000;
        AccessTokens::new(&self.config).issue(user, session.id, now).unwrap()
    }

    /// Calls the API, as somebody where a token is given.
    pub(crate) async fn call(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: Option<Value>,
    ) -> Answered {
        let mut request = TestRequest::default().method(method).uri(&format!("/api/v1{path}"));
        if let Some(token) = token {
            request = request.insert_header(("Authorization", format!("Bearer {token}")));
        }
        if let Some(body) = body {
            request = request.set_json(body);
        }
        self.send(request).await
    }

    /// Sends any request.
    pub(crate) async fn send(&self, request: TestRequest) -> Answered {
        let (state, config) = (self.state.clone(), self.config.clone());
        let app = App::new()
            .app_data(web::Data::new(state.clone()))
            .configure(move |routes| crate::configure(routes, &state, &config));
        let app = test::init_service(app).await;
        let response = test::call_service(&app, request.to_request()).await;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = test::read_body(response).await;
        let json = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Answered { status, headers, json, bytes }
    }
}

/// Takes everything and gives out the same each time.
struct Shelf;

impl Media for Shelf {
    fn keep_avatar(&self, _: Bytes) -> BoxFuture<'static, Result<String, MediaError>> {
        async { Ok("picture".to_owned()) }.boxed()
    }

    fn avatar(&self, _: &str, _: u16) -> BoxFuture<'static, Result<Option<Stored>, MediaError>> {
        async { Ok(Some(Stored { bytes: Bytes::from_static(b"picture"), content_type: "image/png" })) }
            .boxed()
    }

    fn initials(&self, username: &str, _: &str, size: u16) -> String {
        format!("<svg>{username} {size}</svg>")
    }

    fn keep_file(
        &self,
        filename: String,
        bytes: Bytes,
    ) -> BoxFuture<'static, Result<NewAttachment, MediaError>> {
        let new = NewAttachment {
            filename,
            content_type: "text/plain".to_owned(),
            bytes: i64::try_from(bytes.len()).unwrap(),
            size: None,
            key: String::from_utf8_lossy(&bytes).into_owned(),
            thumbnail: None,
        };
        async { Ok(new) }.boxed()
    }

    fn file(
        &self,
        key: &str,
        range: Option<Range<u64>>,
    ) -> BoxFuture<'static, Result<Option<Opened>, MediaError>> {
        let size = key.len() as u64;
        let part = range.map_or(key, |part| &key[part.start as usize..part.end as usize]);
        let parts = stream::iter([Ok(Bytes::from(part.to_owned()))]).boxed();
        async move { Ok(Some(Opened { size, parts })) }.boxed()
    }

    fn kept(&self) -> BoxStream<'static, Result<Kept, MediaError>> {
        stream::empty().boxed()
    }

    fn forget(&self, _: Vec<String>) -> BoxFuture<'static, Result<(), MediaError>> {
        async { Ok(()) }.boxed()
    }
}
