//! What tests of this crate stand on: a state over a store in memory.

use std::{ops::Range, sync::Arc, time::Duration};

use actix_web::web::Bytes;
use domain::{
    SessionId,
    attachments::{NewAttachment, sweep::Kept},
    memory::{MemoryStore, SharedStore},
    ports::UnitOfWork,
    users::{NewSession, SecretHash, SessionKind, accounts::Registration},
};
use futures_util::{
    future::BoxFuture,
    stream::{self, BoxStream},
};
use slog::{Discard, Logger, o};

use crate::{
    SiteSettings, State, Store,
    auth::{Accounts, Lifetimes, Passwords, Sessions},
    media::{Media, MediaError, Opened, Stored},
    throttle::{Rule, Throttles},
    uploads::Uploads,
};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// All that handlers need, over `store`.
pub(crate) fn state(store: &SharedStore) -> State {
    let handle = Store::new(Arc::new(store.clone()));
    let lifetimes = Lifetimes { idle: 14 * DAY, absolute: 90 * DAY };
    let passwords = Passwords::new(1).expect("a decoy");
    State {
        store: handle.clone(),
        sessions: Sessions::new(handle.clone(), lifetimes),
        accounts: Accounts::new(handle, passwords, lifetimes, Registration::Open),
        throttles: Throttles::new(Rule::Unlimited, Rule::Unlimited, Rule::Unlimited),
        uploads: Uploads::default(),
        media: Arc::new(OnePicture),
        site: Arc::new(SiteSettings {
            public_url: "http://localhost:9000".to_owned(),
            messages_to_load: 50,
            trusted_proxies: Vec::new(),
            cors_origins: Vec::new(),
            setup_token: None,
        }),
        log: Logger::root(Discard, o!()),
    }
}

/// Signs somebody in.
pub(crate) fn session_of(store: &mut MemoryStore, username: &str) -> SessionId {
    let new = NewSession {
        user: store.id(username),
        kind: SessionKind::Api,
        secret: SecretHash::new(username.as_bytes().to_vec()),
        refresh: None,
        user_agent: None,
        lasts: 90 * DAY,
    };
    let by = store.caller(username).origin;
    store.insert_session(&by, &new).expect("a session").id
}

/// Knows one picture, `one.png`, in every size.
struct OnePicture;

impl Media for OnePicture {
    fn keep_avatar(&self, _: Bytes) -> BoxFuture<'static, Result<String, MediaError>> {
        Box::pin(async { Ok("one.png".to_owned()) })
    }

    fn avatar(&self, name: &str, size: u16) -> BoxFuture<'static, Result<Option<Stored>, MediaError>> {
        let bytes = Bytes::from(format!("{size} pixels"));
        let found = (name == "one.png").then_some(Stored { bytes, content_type: "image/png" });
        Box::pin(async move { Ok(found) })
    }

    fn initials(&self, username: &str, _: &str, size: u16) -> String {
        format!("<svg>{username} {size}</svg>")
    }

    fn keep_file(&self, _: String, _: Bytes) -> BoxFuture<'static, Result<NewAttachment, MediaError>> {
        Box::pin(async { Err(MediaError::Away("not in this test".to_owned())) })
    }

    fn file(&self, _: &str, _: Option<Range<u64>>) -> BoxFuture<'static, Result<Option<Opened>, MediaError>> {
        Box::pin(async { Ok(None) })
    }

    fn kept(&self) -> BoxStream<'static, Result<Kept, MediaError>> {
        Box::pin(stream::empty())
    }

    fn forget(&self, _: Vec<String>) -> BoxFuture<'static, Result<(), MediaError>> {
        Box::pin(async { Ok(()) })
    }
}
