//! Everything an operator can set: built-in defaults, then files, then the environment; all checked before the start.

mod reading;
mod secret;
mod sources;
mod values;
mod wrong;

use std::{
    env,
    path::{Path, PathBuf},
};

use ipnet::IpNet;
use media::Bucket;
use slog::Level;
use url::Url;
use web_common::throttle::Rule;

pub use reading::Effective;
use reading::Reading;
pub use secret::SecretUrl;
pub use sources::Origin;
pub use values::{Database, Listen, Media, Registration};
pub use wrong::WrongSettings;

/// The settings in effect; `docs/settings.md` says what each is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Where the server listens.
    pub listen: Listen,
    /// The address that people type and mails link to, without a path.
    pub public_url: Url,
    /// The folder of the SQLite file, media, logs and mail.
    pub data_dir: PathBuf,
    /// The folder of the signing keys.
    pub keys_dir: PathBuf,
    /// Where everything is stored.
    pub database: Database,
    /// What connects several servers, if there are several.
    pub redis_url: Option<SecretUrl>,
    /// Where pictures and files are stored.
    pub media: Media,
    /// Who may sign up.
    pub registration: Registration,
    /// How many messages of a chat are loaded at once, 1 to 200.
    pub messages_to_load: u32,
    /// How often what may be done.
    pub throttle: Throttle,
    /// How long people stay signed in.
    pub session: Session,
    /// What is logged, where, and how long it is kept.
    pub log: Log,
    /// How mail is sent.
    pub mail: Mail,
    /// Where `/metrics` is served; without it to true loopback only.
    pub metrics_bind: Option<Listen>,
    /// The proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// The other origins whose pages may use the API, as browsers write them.
    pub cors_origins: Vec<String>,
    /// After how many days a deleted chat is purged.
    pub chat_purge_days: u32,
    /// After how many days audit entries are cut; without it never.
    pub audit_keep_days: Option<u32>,
}

/// How often what may be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Throttle {
    /// Messages sent, by each user.
    pub messages: Rule,
    /// Attempts to sign in, for each account and each address.
    pub sign_in: Rule,
    /// Requests but for assets, avatars, media and health.
    pub requests: Rule,
}

/// How long people stay signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    /// Without coming back.
    pub idle_days: u32,
    /// At most; never less than `idle_days`.
    pub absolute_days: u32,
}

/// What is logged, where, and how long it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// The folder of the log files.
    pub dir: PathBuf,
    /// The least grave level that the application log holds.
    pub level: Level,
    /// How many days a line is kept.
    pub keep_days: u32,
}

/// How mail is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// Through which server; without it mail is written to the folder `mail` in `data_dir`.
    pub smtp_url: Option<SecretUrl>,
    /// The sender; set whenever `smtp_url` is.
    pub from: Option<String>,
}

const DAYS: &str = "a whole number of days from 1 to 36500";

impl Settings {
    /// Reads the files, in their order, and the environment over them.
    ///
    /// Answers the settings, and each one as it may be shown; or everything that is wrong with them.
    pub fn load(files: &[PathBuf]) -> Result<(Self, Vec<Effective>), WrongSettings> {
        let lossy = |text: std::ffi::OsString| text.to_string_lossy().into_owned();
        Self::from_sources(files, env::vars_os().map(|(name, value)| (lossy(name), lossy(value))))
    }

    /// As [`Settings::load`], with these variables as the environment.
    pub fn from_sources(
        files: &[PathBuf],
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<(Self, Vec<Effective>), WrongSettings> {
        let mut reading = Reading::of(sources::read(files, variables));
        let settings = Self::read(&mut reading);
        Ok((settings, reading.finish()?))
    }

    fn read(reading: &mut Reading) -> Self {
        let listen_on = "ADDRESS:PORT or NAME:PORT";
        let listen = reading.one("listen", "127.0.0.1:9000", listen_on, values::listen);
        let public_url = reading.one(
            "public_url",
            "http://localhost:9000",
            "http://HOST, https://HOST, with :PORT if need be, and nothing behind it",
            values::site,
        );
        let data_dir = reading.one("data_dir", "data", "a folder", values::folder);
        Self {
            listen,
            public_url,
            keys_dir: reading.folder("keys_dir", data_dir.join("keys")),
            database: Self::database(reading, &data_dir),
            redis_url: reading.maybe(
                "redis_url",
                "redis://…, rediss://…",
                values::service(&["redis", "rediss"]),
            ),
            media: Self::media(reading, &data_dir),
            registration: reading.one("registration", "open", "open, invite, closed", values::registration),
            messages_to_load: reading.one(
                "messages_to_load",
                "50",
                "a whole number from 1 to 200",
                values::within(1..=200),
            ),
            throttle: Throttle::read(reading),
            session: Session::read(reading),
            log: Log::read(reading, &data_dir),
            mail: Mail::read(reading),
            metrics_bind: reading.maybe("metrics.bind", listen_on, values::listen),
            trusted_proxies: reading.list(
                "trusted_proxies",
                "an IP address, or a network such as 10.0.0.0/8",
                values::network,
            ),
            cors_origins: reading.list(
                "cors_origins",
                "an origin such as https://chat.example, without a path",
                values::origin,
            ),
            chat_purge_days: reading.one("chat.purge_days", "30", DAYS, values::within(1..=36_500)),
            audit_keep_days: reading.one(
                "audit.keep_days",
                "forever",
                &format!("{DAYS}, or forever"),
                values::days_or_forever(1..=36_500),
            ),
            data_dir,
        }
    }

    fn database(reading: &mut Reading, data_dir: &Path) -> Database {
        let file = data_dir.join("natter.db");
        let allowed = "postgres://USER:PASSWORD@HOST/NAME, or nothing for the SQLite file in data_dir";
        reading
            .maybe_else("database_url", &file.to_string_lossy(), allowed, values::postgres)
            .unwrap_or(Database::Sqlite(file))
    }

    fn media(reading: &mut Reading, data_dir: &Path) -> Media {
        let folder = data_dir.join("media");
        reading
            .maybe_else(
                "media_url",
                &folder.to_string_lossy(),
                &format!("a folder, or {}", Bucket::ALLOWED),
                values::media,
            )
            .unwrap_or(Media::Folder(folder))
    }
}

impl Throttle {
    fn read(reading: &mut Reading) -> Self {
        let mut rule = |key, default| reading.one(key, default, Rule::ALLOWED, |text| text.parse().ok());
        Self {
            messages: rule("throttle.messages", "10/second"),
            sign_in: rule("throttle.sign_in", "10/minute"),
            requests: rule("throttle.requests", "50/second"),
        }
    }
}

impl Session {
    fn read(reading: &mut Reading) -> Self {
        let mut days = |key, default| reading.one(key, default, DAYS, values::within(1..=36_500));
        let session = Self {
            idle_days: days("session.idle_days", "14"),
            absolute_days: days("session.absolute_days", "90"),
        };
        if session.absolute_days < session.idle_days {
            let allowed = format!("no less than session.idle_days, which is {}", session.idle_days);
            reading.refuse("session.absolute_days", &allowed);
        }
        session
    }
}

impl Log {
    fn read(reading: &mut Reading, data_dir: &Path) -> Self {
        Self {
            dir: reading.folder("log.dir", data_dir.join("logs")),
            level: reading.one("log.level", "info", "error, warning, info, debug, trace", values::level),
            keep_days: reading.one("log.keep_days", "30", DAYS, values::within(1..=36_500)),
        }
    }
}

impl Mail {
    fn read(reading: &mut Reading) -> Self {
        let allowed = "an address such as natter@chat.example, or Natter <natter@chat.example>";
        let mail = Self {
            smtp_url: reading.maybe("smtp_url", "smtp://…, smtps://…", values::service(&["smtp", "smtps"])),
            from: reading.maybe("mail_from", allowed, values::mailbox),
        };
        if mail.smtp_url.is_some() && mail.from.is_none() {
            reading.refuse("mail_from", &format!("{allowed}; smtp_url needs it"));
        }
        mail
    }
}

#[cfg(test)]
mod tests;
