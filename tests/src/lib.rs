//! The black-box harness: starts the real `natter` on a free port with data of its own, and talks to it as its
//! users do, over JSON, live sockets, pages and a real browser.
//!
//! It panics where a test would: a helper that cannot do its part fails the test with what it saw.
//!
//! ```no_run
//! # use tests::*;
//! # async fn a_test() {
//! on_each_database(async |server| {
//!     let ada = server.api().sign_up("ada").await;
//!     let lunch = ada.group("lunch", &[]).await;
//!     let mut live = ada.live().await;
//!     ada.write(lunch, "Soup?").await;
//!     assert_eq!(live.expect("message.created").await["message"]["text"], "Soup?");
//! })
//! .await;
//! # }
//! ```

mod api;
mod binary;
mod browser;
mod cable;
mod contract;
mod database;
mod options;
mod page;
mod server;
mod site;
mod socket;
mod tools;

pub use api::{Answer, Api, PASSWORD};
pub use browser::Browser;
pub use cable::Cable;
pub use contract::{Contract, contract};
pub use database::{Database, databases, on_each_database};
pub use options::Options;
pub use page::Page;
pub use server::Server;
pub use site::Site;
pub use socket::{Refused, Socket};
pub use tools::Tools;

use std::io::Write;
use std::time::Duration;

/// How long anything that must happen may take before a test fails: generous, for a laden machine.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// Awaits what must happen within [`PATIENCE`]; `what` says it should it not.
pub async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    match tokio::time::timeout(PATIENCE, future).await {
        Ok(value) => value,
        Err(_) => panic!("{what} did not happen within {PATIENCE:?}"),
    }
}

/// Says that (a part of) the running test is left out, and what it needs: also when the test passes, whose output
/// is hidden otherwise.
pub fn left_out(part: &str, needs: &str) {
    let thread = std::thread::current();
    let test = thread.name().unwrap_or("a test");
    // Unlike `eprintln!`, this is not captured. Where standard error is closed there is nobody to tell.
    let _ = writeln!(std::io::stderr(), "left out: {test}{part} needs {needs}");
}
