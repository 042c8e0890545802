//! All parts put together: the store, the hub, the web, and what runs beside them.

use std::{
    sync::{Arc, OnceLock},
    thread::available_parallelism,
    time::Duration,
};

use actix_web::web;
use anyhow::Context;
use domain::{
    Event, Notice, Timestamp, UserId,
    ports::{Dialect, Job, Store as _, StoreError, UnitOfWork},
    users::accounts::Registration,
};
use media::Storage;
use persistence::{Database, DatabaseUrl, Options};
use realtime::Hub;
use slog::{Logger, o};
use web_common::{
    SiteSettings, State, Store,
    auth::{Accounts, Lifetimes, Passwords, Secret, Sessions},
    log::{self, Logs},
    throttle::Throttles,
    uploads::Uploads,
};

use crate::{
    keys::{self, private_folder},
    metrics::{self, Metrics},
    pictures::Pictures,
    settings::{self, Settings},
};

/// How many sockets one user may have open.
const SOCKETS_PER_USER: usize = 64;
/// How many looks at the database run side by side.
const READERS: u32 = 4;
/// How many jobs may wait for the writer.
const QUEUE: usize = 4_096;
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The parts of a server that is ready to listen.
pub struct Composition {
    pub(crate) state: State,
    pub(crate) hub: Arc<Hub>,
    pub(crate) database: Arc<Database>,
    pub(crate) metrics: web::Data<Metrics>,
    pub(crate) logs: Logs,
    pub(crate) site: web_site::SiteConfig,
    pub(crate) api: web_api::ApiConfig,
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
        let numbers = metrics::install()?;
        let dialects: Vec<Arc<dyn Dialect>> = vec![web_api::voice(), web_site::voice()];
        let hub = Arc::new(Hub::new(dialects, SOCKETS_PER_USER));
        let sessions: Arc<OnceLock<Sessions>> = Arc::default();
        let database = open(settings, &logs.app, publisher(&hub, &sessions))?;
        let state = state(settings, &logs.app, &database).await?;
        // The publisher needs the sessions, which need the store: nothing is published before this.
        let _ = sessions.set(state.sessions.clone());
        remember_last_seen(&hub, &database);
        actix_web::rt::spawn(Metrics::upkeep(numbers.clone()));
        let public_url = state.site.public_url.clone();
        Ok(Self {
            metrics: web::Data::new(Metrics::new(numbers, hub.clone(), database.clone())),
            state,
            hub,
            database,
            logs,
            site: web_site::SiteConfig { cookie_key },
            api: web_api::ApiConfig { jwt_key, issuer: public_url },
        })
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
    Ok(())
}
