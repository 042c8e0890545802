//! What every handler has at hand.

use std::{rc::Rc, sync::Arc};

use domain::ports::Hub;
use slog::Logger;

use crate::{
    auth::{Accounts, Sessions},
    media::Media,
    store::Store,
    throttle::Throttles,
    uploads::Uploads,
};

/// What every handler has at hand, on every worker: `web::Data<State>`.
#[derive(Clone)]
pub struct State {
    /// The store.
    pub store: Store,
    /// Which sessions are live.
    pub sessions: Sessions,
    /// Signing up and in.
    pub accounts: Accounts,
    /// How often who may do what.
    pub throttles: Throttles,
    /// Which files are on their way in.
    pub uploads: Uploads,
    /// Pictures and files.
    pub media: Arc<dyn Media>,
    /// What the operator chose.
    pub site: Arc<SiteSettings>,
    /// The application log.
    pub log: Logger,
}

/// What the web needs of the settings.
#[derive(Clone, Debug)]
pub struct SiteSettings {
    /// Under which address people reach the server, without a slash at the end.
    pub public_url: String,
    /// How many messages of a chat are loaded at first.
    pub messages_to_load: i64,
    /// Which proxies' `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<ipnet::IpNet>,
    /// Which origins may use the API from a browser.
    pub cors_origins: Vec<String>,
    /// The way to the set-up that was printed at the start, while no admin existed then.
    pub setup_token: Option<String>,
}

impl SiteSettings {
    /// Whether people reach the server by https, so that cookies can insist on it.
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

/// This worker's live events: `app_data`, as it lives on the worker's own thread.
#[derive(Clone)]
pub struct LocalHub(pub Rc<dyn Hub>);
