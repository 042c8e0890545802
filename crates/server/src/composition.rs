//! All parts put together: the store, the hub, the web, and what runs beside them.

use std::{
    net::SocketAddr,
    sync::{Arc, OnceLock},
    thread::available_parallelism,
    time::Duration,
};

use actix_web::{App, HttpServer, dev::ServerHandle, web};
use anyhow::Context;
use domain::{
    Event, Notice, Timestamp, UserId,
    ports::{Dialect, Job, Store as _, StoreError, UnitOfWork},
    users::accounts::Registration,
};
use media::Storage;
use persistence::{Database, DatabaseUrl, Options};
use realtime::Hub;
use slog::{Logger, info, o, warn};
use web_common::{
    LocalHub, SiteSettings, State, Store,
    auth::{Accounts, Lifetimes, Passwords, Secret, Sessions},
    log::{self, Logs},
    middleware::{BodyPace, RequestContextLayer, SecurityHeaders},
    throttle::{ThrottleRequests, Throttles},
    uploads::Uploads,
};

use crate::{
    health,
    keys::{self, private_folder},
    pictures::Pictures,
    settings::{self, Settings},
    sweeping,
};

/// How many sockets one user may have open.
const SOCKETS_PER_USER: usize = 64;
/// How many looks at the database run side by side.
const READERS: u32 = 4;
/// How many jobs may wait for the writer.
const QUEUE: usize = 4_096;
/// A request's head has to be here by then, so that slow senders don't hold connections.
const HEAD_WITHIN: Duration = Duration::from_secs(10);
/// Requests that run when the server is told to stop get this long, in seconds.
const STOP_WITHIN: u64 = 10;
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The parts of a server that is ready to listen.
pub struct Composition {
    state: State,
    hub: Arc<Hub>,
    database: Arc<Database>,
    logs: Logs,
    site: web_site::SiteConfig,
    api: web_api::ApiConfig,
}

impl Composition {
    /// Opens logs, keys, files and the database, which is brought up to date.
    pub async fn of(settings: &Settings) -> anyhow::Result<Self> {
        refuse_what_is_not_built(settings)?;
        private_folder(&settings.data_dir)
            .with_context(|| format!("data_dir: cannot use {}", settings.data_dir.display()))?;
        let logs = log::open(&settings.log.dir, settings.log.level, settings.log.keep_days)?;
        let cookie_key = keys::load(&settings.keys_dir, "cookie.key")?;
        let jwt_key = keys::load(&settings.keys_dir, "token.key")?;
        let dialects: Vec<Arc<dyn Dialect>> = vec![web_api::voice(), web_site::voice()];
        let hub = Arc::new(Hub::new(dialects, SOCKETS_PER_USER));
        let sessions: Arc<OnceLock<Sessions>> = Arc::default();
        let database = open(settings, &logs.app, publisher(&hub, &sessions))?;
        let state = state(settings, &logs.app, &database).await?;
        // The publisher needs the sessions, which need the store: nothing is published before this.
        let _ = sessions.set(state.sessions.clone());
        remember_last_seen(&hub, &database);
        let public_url = state.site.public_url.clone();
        Ok(Self {
            state,
            hub,
            database,
            logs,
            site: web_site::SiteConfig { cookie_key },
            api: web_api::ApiConfig { jwt_key, issuer: public_url },
        })
    }

    /// Binds the addresses and begins to answer.
    pub fn listen(self, settings: &Settings) -> anyhow::Result<Running> {
        let Self { state, hub, database, logs, site, api } = self;
        let set_up_at = state
            .site
            .setup_token
            .as_ref()
            .map(|token| format!("{}/setup?token={token}", state.site.public_url));
        let (requests, workers) = (logs.requests.clone(), hub.clone());
        let app_state = web::Data::new(state.clone());
        let server = HttpServer::new(move || {
            let state = app_state.clone();
            App::new()
                .app_data(state.clone())
                .app_data(LocalHub(workers.worker()))
                .configure(health::configure)
                .configure(|routes| web_api::configure(routes, &state, &api))
                .configure(|routes| web_site::configure(routes, &state, &site))
                .wrap(ThrottleRequests::new(state.throttles.clone(), &[]))
                .wrap(BodyPace)
                .wrap(RequestContextLayer::new(&state, requests.clone()))
                .wrap(SecurityHeaders::new(&state))
        })
        .on_connect(web_common::live::on_connect)
        .client_request_timeout(HEAD_WITHIN)
        .shutdown_timeout(STOP_WITHIN)
        .disable_signals();
        let mut server = server;
        for address in &settings.listen.addresses {
            server = server.bind(address).with_context(|| format!("listen: cannot bind {address}"))?;
        }
        let addresses = server.addrs();
        info!(logs.app, "listening"; "addresses" => format!("{addresses:?}"));
        let server = server.run();
        let handle = server.handle();
        let serving = actix_web::rt::spawn(server);
        actix_web::rt::spawn(sweeping::run(state));
        Ok(Running { addresses, set_up_at, serving, handle, hub, database, logs })
    }
}

/// A server that answers.
pub struct Running {
    /// Where it listens.
    pub addresses: Vec<SocketAddr>,
    /// Where the first admin is made, while there is none.
    pub set_up_at: Option<String>,
    serving: actix_web::rt::task::JoinHandle<std::io::Result<()>>,
    handle: ServerHandle,
    hub: Arc<Hub>,
    database: Arc<Database>,
    logs: Logs,
}

impl Running {
    /// Waits for the word to stop, then: no new connections, sockets are told to come back, what was accepted is
    /// committed and answered.
    pub async fn until_stopped(self) {
        stop_signal().await;
        info!(self.logs.app, "stopping");
        self.hub.shutdown();
        self.handle.stop(true).await;
        if let Ok(Err(error)) = self.serving.await {
            warn!(self.logs.app, "the web server ended badly"; "error" => %error);
        }
        let database = self.database;
        let _ = web::block(move || database.close()).await;
        info!(self.logs.app, "stopped");
    }
}

/// The database that the settings name, as the persistence crate takes it.
pub fn database_url(settings: &Settings) -> anyhow::Result<DatabaseUrl> {
    Ok(match &settings.database {
        settings::Database::Sqlite(file) => {
            private_folder(&settings.data_dir)
                .with_context(|| format!("data_dir: cannot use {}", settings.data_dir.display()))?;
            DatabaseUrl::Sqlite(file.clone())
        }
        settings::Database::Postgres(url) => DatabaseUrl::Postgres(url.expose().to_owned()),
    })
}

/// Opens the database; what lands is handed to `publish`.
pub fn open(
    settings: &Settings,
    log: &Logger,
    publish: Box<dyn Fn(Vec<Notice>) + Send + Sync>,
) -> anyhow::Result<Arc<Database>> {
    let options = Options {
        url: database_url(settings)?,
        readers: READERS,
        queue: QUEUE,
        log: log.new(o!("part" => "database")),
        clock: Arc::new(Timestamp::from_system_clock),
    };
    Ok(Database::open(options, publish)?)
}

/// How long sessions last.
pub fn lifetimes(settings: &Settings) -> Lifetimes {
    Lifetimes { idle: DAY * settings.session.idle_days, absolute: DAY * settings.session.absolute_days }
}

/// Passwords are hashed on as many threads as there are cores.
pub fn passwords() -> anyhow::Result<Passwords> {
    Ok(Passwords::new(available_parallelism().map_or(1, std::num::NonZero::get))?)
}

/// Sessions that ended are forgotten before the job that ended them is answered; then everybody hears.
fn publisher(hub: &Arc<Hub>, sessions: &Arc<OnceLock<Sessions>>) -> Box<dyn Fn(Vec<Notice>) + Send + Sync> {
    let (hub, sessions) = (hub.clone(), sessions.clone());
    Box::new(move |notices| {
        for notice in &notices {
            if let (Event::SessionsEnded { sessions: ended, .. }, Some(sessions)) =
                (&*notice.event, sessions.get())
            {
                sessions.forget(ended);
            }
        }
        hub.publish(notices);
    })
}

async fn state(settings: &Settings, log: &Logger, database: &Arc<Database>) -> anyhow::Result<State> {
    let store = Store::new(database.clone());
    let lifetimes = lifetimes(settings);
    let throttle = &settings.throttle;
    let media = match &settings.media {
        settings::Media::Folder(folder) => Storage::in_folder(folder)?,
        settings::Media::S3(bucket) => Storage::in_bucket(bucket).await?,
    };
    Ok(State {
        sessions: Sessions::new(store.clone(), lifetimes),
        accounts: Accounts::new(store.clone(), passwords()?, lifetimes, registration(settings)),
        throttles: Throttles::new(throttle.messages, throttle.sign_in, throttle.requests),
        uploads: Uploads::default(),
        media: Arc::new(Pictures::new(media)),
        site: Arc::new(SiteSettings {
            public_url: settings.public_url.as_str().trim_end_matches('/').to_owned(),
            messages_to_load: i64::from(settings.messages_to_load),
            trusted_proxies: settings.trusted_proxies.clone(),
            cors_origins: settings.cors_origins.clone(),
            setup_token: setup_token(&store).await?,
        }),
        store,
        log: log.clone(),
    })
}

/// The secret of the way to the set-up, while there is no admin.
async fn setup_token(store: &Store) -> anyhow::Result<Option<String>> {
    let admins = store.read::<_, StoreError, _>(|reads| reads.active_admins()).await?;
    Ok(match admins {
        0 => Some(Secret::random()?.expose().to_owned()),
        _ => None,
    })
}

fn registration(settings: &Settings) -> Registration {
    match settings.registration {
        settings::Registration::Open => Registration::Open,
        settings::Registration::Invite => Registration::Invite,
        settings::Registration::Closed => Registration::Closed,
    }
}

/// When somebody's last socket is gone, it is noted when that was. Only a time for others to see: not worth
/// more than an attempt.
fn remember_last_seen(hub: &Arc<Hub>, database: &Arc<Database>) {
    // The database publishes to the hub: a strong reference back would keep both for ever.
    let database = Arc::downgrade(database);
    hub.on_offline(move |user: UserId| {
        let Some(database) = database.upgrade() else { return };
        let run = Box::new(move |work: &mut dyn UnitOfWork| {
            let now = work.now();
            work.set_last_seen(user, now).is_ok()
        });
        let _ = database.submit(Job::Other { account: Some(user), run, done: Box::new(|_| {}) });
    });
}

/// A setting that would do nothing would be a lie.
fn refuse_what_is_not_built(settings: &Settings) -> anyhow::Result<()> {
    anyhow::ensure!(
        settings.redis_url.is_none(),
        "redis_url: this version does not connect servers through Redis yet; leave it unset"
    );
    anyhow::ensure!(
        settings.metrics_bind.is_none(),
        "metrics.bind: this version serves no metrics yet; leave it unset"
    );
    Ok(())
}

async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    match (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) {
        (Ok(mut terminate), Ok(mut interrupt)) => {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        }
        // Without signals there is nothing to wait for but the end of the process.
        _ => std::future::pending().await,
    }
}
