//! The values that settings can have: each parser takes the text and answers `None` for what is not allowed.

use std::{
    net::{IpAddr, SocketAddr, ToSocketAddrs},
    ops::RangeInclusive,
    path::PathBuf,
};

use ipnet::IpNet;
use media::Bucket;
use slog::Level;
use url::Url;

use super::SecretUrl;

/// Where to listen: every address that a host name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listen {
    /// At least one.
    pub addresses: Vec<SocketAddr>,
}

/// The database that holds everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Database {
    /// The SQLite file of this path.
    Sqlite(PathBuf),
    /// The PostgreSQL database of this address.
    Postgres(SecretUrl),
}

/// Where pictures and files are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Media {
    /// In this folder.
    Folder(PathBuf),
    /// In a bucket of S3.
    S3(Bucket),
}

/// Who may sign up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registration {
    /// Everyone.
    Open,
    /// Who has an invitation.
    Invite,
    /// Nobody.
    Closed,
}

pub(super) fn listen(text: &str) -> Option<Listen> {
    let mut addresses: Vec<_> = text.to_socket_addrs().ok()?.collect();
    addresses.sort_unstable();
    addresses.dedup();
    (!addresses.is_empty()).then_some(Listen { addresses })
}

/// An http or https address of a host, and nothing behind it.
pub(super) fn site(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let is_bare = url.has_host()
        && url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    (matches!(url.scheme(), "http" | "https") && is_bare).then_some(url)
}

/// An origin as browsers write it: `https://chat.example`.
pub(super) fn origin(text: &str) -> Option<String> {
    Some(site(text)?.origin().ascii_serialization())
}

pub(super) fn folder(text: &str) -> Option<PathBuf> {
    (!text.is_empty() && !text.contains(['\0', '\n']) && !text.contains("://")).then(|| text.into())
}

pub(super) fn postgres(text: &str) -> Option<Database> {
    // Not read as a URL: PostgreSQL allows several hosts in it.
    let rest = text.strip_prefix("postgres://").or_else(|| text.strip_prefix("postgresql://"))?;
    (!rest.is_empty()).then(|| Database::Postgres(SecretUrl::new(text)))
}

pub(super) fn media(text: &str) -> Option<Media> {
    match Url::parse(text) {
        Ok(url) if url.scheme() == "s3" => text.parse().ok().map(Media::S3),
        Ok(url) if url.scheme() == "file" => url.to_file_path().ok().map(Media::Folder),
        _ => folder(text).map(Media::Folder),
    }
}

/// An address with one of these schemes and a host.
pub(super) fn service(schemes: &[&str]) -> impl Fn(&str) -> Option<SecretUrl> {
    move |text| {
        let url = Url::parse(text).ok()?;
        let has_host = url.host_str().is_some_and(|host| !host.is_empty());
        (schemes.contains(&url.scheme()) && has_host).then(|| SecretUrl::new(text))
    }
}

pub(super) fn registration(text: &str) -> Option<Registration> {
    match text {
        "open" => Some(Registration::Open),
        "invite" => Some(Registration::Invite),
        "closed" => Some(Registration::Closed),
        _ => None,
    }
}

pub(super) fn level(text: &str) -> Option<Level> {
    match text {
        "error" => Some(Level::Error),
        "warning" | "warn" => Some(Level::Warning),
        "info" => Some(Level::Info),
        "debug" => Some(Level::Debug),
        "trace" => Some(Level::Trace),
        _ => None,
    }
}

pub(super) fn within(range: RangeInclusive<u32>) -> impl Fn(&str) -> Option<u32> {
    move |text| {
        let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse().ok().filter(|number| is_plain && range.contains(number))
    }
}

/// A number of days in `range`, or `forever`.
pub(super) fn days_or_forever(range: RangeInclusive<u32>) -> impl Fn(&str) -> Option<Option<u32>> {
    let days = within(range);
    move |text| if text == "forever" { Some(None) } else { days(text).map(Some) }
}

/// A network, or one address.
pub(super) fn network(text: &str) -> Option<IpNet> {
    let single = text.parse::<IpAddr>().ok().map(IpNet::from);
    single.or_else(|| text.parse::<IpNet>().ok()).map(|network| network.trunc())
}

/// `ada@chat.example`, or `Natter <ada@chat.example>`.
pub(super) fn mailbox(text: &str) -> Option<String> {
    let address = match text.split_once('<') {
        Some((_, rest)) => rest.strip_suffix('>')?,
        None => text,
    };
    let (local, domain) = address.rsplit_once('@')?;
    let is_odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | ',' | '@');
    let is_plain = |part: &str| !part.is_empty() && !part.contains(is_odd);
    (is_plain(local) && is_plain(domain) && !text.contains(char::is_control)).then(|| text.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_listens_on_an_address_or_on_all_addresses_of_a_name() {
        assert_eq!(listen("127.0.0.1:0").unwrap().addresses, ["127.0.0.1:0".parse().unwrap()]);
        assert_eq!(listen("[::]:9000").unwrap().addresses, ["[::]:9000".parse().unwrap()]);
        assert!(listen("localhost:9000").unwrap().addresses.iter().all(|address| address.ip().is_loopback()));
        for wrong in ["9000", "127.0.0.1", "127.0.0.1:65536", "::1:9000:", "http://localhost:9000"] {
            assert_eq!(listen(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_site_is_a_host_without_anything_behind_it() {
        assert_eq!(site("https://chat.example").unwrap().as_str(), "https://chat.example/");
        assert_eq!(site("http://localhost:9000/").unwrap().port(), Some(9000));
        let wrong = [
            "chat.example",
            "ftp://chat.example",
            "https://",
            "https://chat.example/chat",
            "https://chat.example?a=b",
            "https://chat.example#a",
            "https://ada@chat.example",
            "https://ada:pw@chat.example",
        ];
        for wrong in wrong {
            assert_eq!(site(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn an_origin_is_written_as_browsers_write_it() {
        assert_eq!(origin("https://Chat.Example:443/").as_deref(), Some("https://chat.example"));
        assert_eq!(origin("*"), None);
        assert_eq!(origin("null"), None);
    }

    #[test]
    fn only_postgres_takes_an_address() {
        for right in
            ["postgres://a:b@db/natter", "postgresql://one:1,two:2/natter", "postgres:///natter?host=/run/x"]
        {
            assert_eq!(postgres(right), Some(Database::Postgres(SecretUrl::new(right))));
        }
        for wrong in ["postgres://", "mysql://db/natter", "natter.db", "postgres:db"] {
            assert_eq!(postgres(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn media_are_in_a_folder_or_in_a_bucket() {
        assert_eq!(media("/srv/media"), Some(Media::Folder("/srv/media".into())));
        assert_eq!(media("file:///srv/media"), Some(Media::Folder("/srv/media".into())));
        assert_eq!(media("s3://bucket/natter"), Some(Media::S3("s3://bucket/natter".parse().unwrap())));
        for wrong in ["s3://", "s3://bucket?colour=red", "gs://bucket", "https://bucket.example"] {
            assert_eq!(media(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_service_has_a_known_scheme_and_a_host() {
        let redis = service(&["redis", "rediss"]);
        assert!(redis("redis://cache").is_some() && redis("rediss://:pw@cache:6380/1").is_some());
        for wrong in ["redis://", "redis:cache", "http://cache", "cache:6379"] {
            assert_eq!(redis(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn registration_and_level_are_one_of_a_few_words() {
        assert_eq!(registration("invite"), Some(Registration::Invite));
        assert_eq!(registration("Open"), None);
        assert_eq!((level("warn"), level("warning")), (Some(Level::Warning), Some(Level::Warning)));
        assert_eq!(level("verbose"), None);
    }

    #[test]
    fn a_number_is_whole_and_within_its_bounds() {
        let messages = within(1..=200);
        assert_eq!((messages("1"), messages("200")), (Some(1), Some(200)));
        for wrong in ["0", "201", "-1", "+5", "5.0", "5e1", "five", "", "99999999999"] {
            assert_eq!(messages(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn days_may_be_for_ever() {
        let days = days_or_forever(1..=10);
        assert_eq!((days("forever"), days("10"), days("11")), (Some(None), Some(Some(10)), None));
    }

    #[test]
    fn a_network_may_be_one_address() {
        assert_eq!(network("10.0.0.7").unwrap().to_string(), "10.0.0.7/32");
        assert_eq!(network("10.0.0.7/8").unwrap().to_string(), "10.0.0.0/8");
        assert_eq!(network("::1").unwrap().to_string(), "::1/128");
        for wrong in ["10.0.0.0/33", "proxy", "10.0.0", "10.0.0.1:80"] {
            assert_eq!(network(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn mail_comes_from_an_address_that_may_have_a_name() {
        for right in ["natter@chat.example", "Natter <natter@chat.example>"] {
            assert_eq!(mailbox(right).as_deref(), Some(right));
        }
        for wrong in
            ["natter", "@chat.example", "natter@", "a@b@c", "Natter <natter@chat.example", "a@b\r\nBcc: c@d"]
        {
            assert_eq!(mailbox(wrong), None, "{wrong}");
        }
    }
}
