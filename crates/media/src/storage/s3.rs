//! Reaching a bucket.

use std::sync::Arc;
use std::time::Duration;

use super::bucket::{Access, Bucket};
use object_store::aws::{AmazonS3, AmazonS3Builder, AmazonS3ConfigKey as Config};
use object_store::path::Path as ObjectPath;
use object_store::prefix::PrefixStore;
use object_store::{BackoffConfig, ClientOptions, ObjectStore, RetryConfig};

/// How long it may take to reach the store. With the tries below, less than [`Patience::Short`](super::Patience::Short) in all.
const CONNECTS_WITHIN: Duration = Duration::from_millis(1_500);
/// How often a request that failed in passing is made again.
const TRIES_MORE: usize = 2;

/// Where AWS's own tools look for the access key when they are told none, and what it is to them.
const ACCESS: [(&str, Config); 9] = [
    ("AWS_ACCESS_KEY_ID", Config::AccessKeyId),
    ("AWS_SECRET_ACCESS_KEY", Config::SecretAccessKey),
    ("AWS_SESSION_TOKEN", Config::Token),
    ("AWS_WEB_IDENTITY_TOKEN_FILE", Config::WebIdentityTokenFile),
    ("AWS_ROLE_ARN", Config::RoleArn),
    ("AWS_ROLE_SESSION_NAME", Config::RoleSessionName),
    ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", Config::ContainerCredentialsRelativeUri),
    ("AWS_CONTAINER_CREDENTIALS_FULL_URI", Config::ContainerCredentialsFullUri),
    ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", Config::ContainerAuthorizationTokenFile),
];

/// Where they look for the region, the first before the second.
const REGION: [(&str, Config); 2] =
    [("AWS_REGION", Config::Region), ("AWS_DEFAULT_REGION", Config::DefaultRegion)];

/// Makes ready to ask; nothing is asked yet. Only the variables named above count: one that is meant for another
/// program must not turn off signatures or encryption here.
pub(super) fn connect(
    bucket: &Bucket,
    variable: impl Fn(&str) -> Option<String>,
) -> object_store::Result<AmazonS3> {
    use_ring();
    let endpoint = bucket.endpoint.as_deref();
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(&bucket.name)
        // AWS wants the bucket in the host's name, others understand it in the path.
        .with_virtual_hosted_style_request(endpoint.is_none() && fits_host(&bucket.name))
        // One by one is what every store understands.
        .with_disable_bulk_delete(true)
        .with_client_options(client(endpoint.is_some_and(|endpoint| endpoint.starts_with("http://"))))
        .with_retry(retries());
    // A token of the environment belongs to the key of the environment.
    let access = ACCESS.iter().filter(|_| bucket.access.is_none());
    for (name, key) in access.chain(&REGION) {
        if let Some(value) = variable(name).filter(|value| !value.is_empty()) {
            builder = builder.with_config(*key, value);
        }
    }
    if let Some(Access { id, secret }) = &bucket.access {
        builder = builder.with_access_key_id(id).with_secret_access_key(secret);
    }
    if let Some(endpoint) = endpoint {
        builder = builder.with_endpoint(endpoint);
    }
    if let Some(region) = &bucket.region {
        builder = builder.with_region(region);
    }
    builder.build()
}

/// The part of the store that lies below the prefix.
pub(super) fn within(bucket: &Bucket, s3: AmazonS3) -> Arc<dyn ObjectStore> {
    match &bucket.prefix {
        Some(prefix) => Arc::new(PrefixStore::new(s3, ObjectPath::from(prefix.as_str()))),
        None => Arc::new(s3),
    }
}

/// A dot would make a host that no certificate of AWS is for, and hosts know no upper case.
fn fits_host(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

fn client(plain: bool) -> ClientOptions {
    ClientOptions::new()
        .with_connect_timeout(CONNECTS_WITHIN)
        // Each answer, and each part of one, is waited for with patience of its own; the whole of a file lasts as
        // long as its reader takes.
        .with_timeout_disabled()
        .with_allow_http(plain)
}

fn retries() -> RetryConfig {
    let backoff = BackoffConfig {
        init_backoff: Duration::from_millis(100),
        max_backoff: Duration::from_millis(500),
        base: 2.,
    };
    RetryConfig { backoff, max_retries: TRIES_MORE, retry_timeout: Duration::from_secs(5) }
}

/// TLS takes its cryptography from one place per process; the first who asks chooses it.
fn use_ring() {
    // An error says that it was chosen already.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
