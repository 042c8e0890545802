//! Naming a bucket: `s3://KEY:SECRET@BUCKET/PREFIX?endpoint=https://HOST&region=REGION`.

use std::fmt::{self, Debug, Display, Formatter};
use std::str::FromStr;

use crate::Key;
use percent_encoding::percent_decode_str;
use url::Url;

/// A place in a bucket, and how one signs in to it; shown without the latter.
#[derive(Clone, PartialEq, Eq)]
pub struct Bucket {
    pub(super) name: String,
    /// What the keys of all files begin with.
    pub(super) prefix: Option<Key>,
    pub(super) access: Option<Access>,
    /// Where it is, when it is not at AWS: scheme, host and perhaps a path, without a slash at its end.
    pub(super) endpoint: Option<String>,
    pub(super) region: Option<String>,
}

/// The two halves of an access key, as S3 calls them.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Access {
    pub(super) id: String,
    pub(super) secret: String,
}

/// A text that names no bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a bucket; allowed is {allowed}", allowed = Bucket::ALLOWED)]
pub struct InvalidBucket;

impl Bucket {
    /// What may be written.
    pub const ALLOWED: &str = "s3://KEY:SECRET@BUCKET/PREFIX?endpoint=https://HOST&region=REGION, where only \
                               s3://BUCKET is needed and KEY and SECRET are percent-encoded";
}

impl FromStr for Bucket {
    type Err = InvalidBucket;

    fn from_str(text: &str) -> Result<Self, InvalidBucket> {
        let url = Url::parse(text).map_err(|_| InvalidBucket)?;
        // Climbing has no meaning here; the parser would do it silently.
        if text.split('?').next().is_some_and(|place| place.contains("/.")) {
            return Err(InvalidBucket);
        }
        let is_bare = url.scheme() == "s3" && url.port().is_none() && url.fragment().is_none();
        let name = url.host_str().filter(|name| is_bare && is_name(name)).ok_or(InvalidBucket)?;
        let mut bucket = Self {
            name: name.to_owned(),
            prefix: prefix(url.path())?,
            access: access(&url)?,
            endpoint: None,
            region: None,
        };
        for (key, value) in url.query_pairs() {
            let earlier = match &*key {
                "endpoint" => bucket.endpoint.replace(endpoint(&value)?),
                "region" => bucket.region.replace(region(&value)?),
                _ => return Err(InvalidBucket),
            };
            if earlier.is_some() {
                return Err(InvalidBucket);
            }
        }
        Ok(bucket)
    }
}

fn is_name(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    (3..=255).contains(&name.len()) && name.bytes().all(is_plain) && !name.contains("..")
}

fn prefix(path: &str) -> Result<Option<Key>, InvalidBucket> {
    let path = path.strip_prefix('/').unwrap_or(path);
    let path = path.strip_suffix('/').unwrap_or(path);
    if path.is_empty() { Ok(None) } else { path.parse().map(Some).map_err(|_| InvalidBucket) }
}

/// Both halves, or neither.
fn access(url: &Url) -> Result<Option<Access>, InvalidBucket> {
    let decoded = |text: &str| percent_decode_str(text).decode_utf8().map(String::from);
    match (url.username(), url.password()) {
        ("", None) => Ok(None),
        ("", _) | (_, None | Some("")) => Err(InvalidBucket),
        (id, Some(secret)) => match (decoded(id), decoded(secret)) {
            (Ok(id), Ok(secret)) => Ok(Some(Access { id, secret })),
            _ => Err(InvalidBucket),
        },
    }
}

fn endpoint(text: &str) -> Result<String, InvalidBucket> {
    let url = Url::parse(text).map_err(|_| InvalidBucket)?;
    let is_bare = url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    let is_http = matches!(url.scheme(), "http" | "https") && url.has_host();
    if is_bare && is_http { Ok(url.as_str().trim_end_matches('/').to_owned()) } else { Err(InvalidBucket) }
}

fn region(text: &str) -> Result<String, InvalidBucket> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if !text.is_empty() && text.bytes().all(is_plain) { Ok(text.to_owned()) } else { Err(InvalidBucket) }
}

impl Display for Bucket {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let access = if self.access.is_some() { "***@" } else { "" };
        write!(f, "s3://{access}{}", self.name)?;
        if let Some(prefix) = &self.prefix {
            write!(f, "/{prefix}")?;
        }
        let query = [("endpoint", &self.endpoint), ("region", &self.region)];
        let given = query.iter().filter_map(|(key, value)| Some((key, value.as_ref()?)));
        given.zip(["?", "&"]).try_for_each(|((key, value), mark)| write!(f, "{mark}{key}={value}"))
    }
}

impl Debug for Bucket {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "Bucket({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bucket(text: &str) -> Bucket {
        text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn a_bucket_needs_no_more_than_its_name() {
        let plain = bucket("s3://natter-files");

        assert_eq!(plain.name, "natter-files");
        assert_eq!((&plain.prefix, &plain.endpoint, &plain.region), (&None, &None, &None));
        assert!(plain.access.is_none());
        assert_eq!(bucket("s3://natter-files/"), plain);
    }

    #[test]
    fn everything_else_may_be_said_too() {
        let full = bucket(
            "s3://AKIA1:a%2Fb+c%40d%25@files/chat/media/?endpoint=http://127.0.0.1:9000/&region=eu-north-1",
        );

        assert_eq!(full.prefix.unwrap().as_str(), "chat/media");
        assert_eq!(full.endpoint.as_deref(), Some("http://127.0.0.1:9000"));
        assert_eq!(full.region.as_deref(), Some("eu-north-1"));
        let access = full.access.unwrap();
        assert_eq!((&*access.id, &*access.secret), ("AKIA1", "a/b+c@d%"));
        let encoded = bucket("s3://files?endpoint=https%3A%2F%2Fs3.example%2Fstorage%2F");
        assert_eq!(encoded.endpoint.as_deref(), Some("https://s3.example/storage"));
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        let wrong = [
            "files",
            "s3:files",
            "s3://",
            "s3:///files",
            "gs://files",
            "s3://ab",
            "s3://a..b",
            "s3://files:9000/natter",
            "s3://fi%20les",
            "s3://files/..",
            "s3://files/a//b",
            "s3://files/a%20b",
            "s3://files#natter",
            "s3://AKIA1@files",
            "s3://AKIA1:@files",
            "s3://:secret@files",
            "s3://AKIA1:a/b@files",
            "s3://AKIA1:a%ff@files",
            "s3://files?colour=red",
            "s3://files?Region=eu",
            "s3://files?region=",
            "s3://files?region=eu&region=us",
            "s3://files?region=eu/west",
            "s3://files?endpoint=",
            "s3://files?endpoint=s3.example",
            "s3://files?endpoint=ftp://s3.example",
            "s3://files?endpoint=https://ada:pw@s3.example",
            "s3://files?endpoint=https://s3.example%3Fa%3Db",
        ];
        for text in wrong {
            assert_eq!(text.parse::<Bucket>(), Err(InvalidBucket), "{text}");
        }
    }

    #[test]
    fn how_one_signs_in_is_never_shown() {
        let full = bucket("s3://AKIA1:hunter2@files/media?region=eu&endpoint=https://s3.example");

        let shown = "s3://***@files/media?endpoint=https://s3.example&region=eu";
        assert_eq!(full.to_string(), shown);
        assert_eq!(format!("{full:?}"), format!("Bucket({shown})"));
        assert_eq!(bucket("s3://files?region=eu").to_string(), "s3://files?region=eu");
    }
}
