//! An S3 server for tests, inside of the test: it checks signatures as the real one does, keeps its files in a folder
//! that goes with it, and can be stopped, stalled, forbidden things and put behind TLS.
//!
//! What answers is `s3s` with `s3s-fs`. It panics where a test would.

mod forbidding;
mod listening;
mod tls;

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::SystemTime;

use forbidding::Forbidding;
use listening::{Listening, Mode};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s_fs::FileSystem;
use tempfile::TempDir;
use tls::Tls;

/// The one key it knows.
pub const KEY: &str = "AKIANATTER";
/// What belongs to the key; it has what real ones have, and more.
pub const SECRET: &str = "hunter2/+%@:?#=";
/// The one bucket it has.
pub const BUCKET: &str = "natter-files";

/// A running server; ended when it is dropped, and its files removed.
pub struct S3 {
    address: SocketAddr,
    service: S3Service,
    forbidding: Forbidding,
    tls: Option<Tls>,
    mode: Mode,
    listening: Option<Listening>,
    folder: TempDir,
}

impl S3 {
    /// Starts one that speaks plain HTTP.
    pub async fn start() -> Self {
        Self::start_with(None).await
    }

    /// Starts one that speaks HTTPS, with a [certificate](Self::certificate) that nobody knows.
    pub async fn start_secure() -> Self {
        Self::start_with(Some(Tls::new())).await
    }

    async fn start_with(tls: Option<Tls>) -> Self {
        let folder = tempfile::Builder::new().prefix("natter-s3-").tempdir().expect("a temporary folder");
        fs::create_dir(folder.path().join(BUCKET)).expect("a folder for the bucket");
        let forbidding = Forbidding::beside(folder.path());
        let mut service = S3ServiceBuilder::new(FileSystem::new(folder.path()).expect("a folder"));
        service.set_auth(SimpleAuth::from_single(KEY, SECRET));
        service.set_access(forbidding.clone());
        let (service, mode) = (service.build(), Mode::default());
        let free = SocketAddr::from(([127, 0, 0, 1], 0));
        let (address, listening) = Listening::on(free, &service, tls.as_ref(), &mode).await;
        Self { address, service, forbidding, tls, mode, listening: Some(listening), folder }
    }

    /// Scheme, host and port.
    pub fn endpoint(&self) -> String {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    /// The bucket as `media_url` names it, with these as its key.
    pub fn url_with(&self, key: &str, secret: &str) -> String {
        let secret = utf8_percent_encode(secret, NON_ALPHANUMERIC);
        format!("s3://{key}:{secret}@{BUCKET}/natter?endpoint={}", self.endpoint())
    }

    /// The same with the key that it knows.
    pub fn url(&self) -> String {
        self.url_with(KEY, SECRET)
    }

    /// The same without a key, for who has it from elsewhere.
    pub fn url_without_key(&self) -> String {
        format!("s3://{BUCKET}/natter?endpoint={}", self.endpoint())
    }

    /// What one has to trust to believe in the one that speaks HTTPS: a file in PEM.
    pub fn certificate(&self) -> PathBuf {
        let tls = self.tls.as_ref().expect("it speaks HTTPS");
        let file = self.folder.path().join("certificate.pem");
        fs::write(&file, tls.certificate()).expect("a file");
        file
    }

    /// The keys of all files in the bucket, in order.
    pub fn keys(&self) -> Vec<String> {
        let bucket = self.folder.path().join(BUCKET);
        let mut keys = Vec::new();
        let mut folders = vec![bucket.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                match entry.path() {
                    path if path.is_dir() => folders.push(path),
                    path => keys.extend(path.strip_prefix(&bucket).ok().map(|key| key.display().to_string())),
                }
            }
        }
        keys.sort();
        keys
    }

    /// Puts a file into the bucket past everybody.
    pub fn plant(&self, key: &str) {
        let file = self.folder.path().join(BUCKET).join(key);
        fs::create_dir_all(file.parent().expect("it is in the bucket")).expect("a folder");
        fs::write(file, "planted").expect("a file");
    }

    /// Makes a file in the bucket as if it had been written at that time.
    pub fn date(&self, key: &str, time: SystemTime) {
        let file = fs::File::options().write(true).open(self.folder.path().join(BUCKET).join(key));
        file.expect("it is there").set_modified(time).expect("a time");
    }

    /// Refuses an operation from now on, such as `DeleteObject`, whoever asks.
    pub fn forbid(&self, operation: &'static str) {
        self.forbidding.add(operation);
    }

    /// Removes the bucket and what is in it.
    pub fn remove_bucket(&self) {
        fs::remove_dir_all(self.folder.path().join(BUCKET)).expect("the bucket");
    }

    /// Hangs up, and refuses whoever calls.
    pub async fn stop(&mut self) {
        if let Some(listening) = self.listening.take() {
            listening.end().await;
        }
    }

    /// Answers again, under the same address.
    pub async fn restart(&mut self) {
        self.stop().await;
        let (_, listening) = Listening::on(self.address, &self.service, self.tls.as_ref(), &self.mode).await;
        self.listening = Some(listening);
    }

    /// Takes requests and answers none from now on, or answers all again.
    pub fn stall(&self, stalled: bool) {
        self.mode.stall(stalled);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_stopped_one_is_not_to_be_reached_and_a_restarted_one_is() {
        let mut s3 = S3::start().await;
        let reached = async |s3: &S3| tokio::net::TcpStream::connect(s3.address).await.is_ok();
        assert!(reached(&s3).await);

        s3.stop().await;
        assert!(!reached(&s3).await);

        s3.restart().await;
        assert!(reached(&s3).await);
    }
}
