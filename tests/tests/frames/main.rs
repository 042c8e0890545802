//! The live socket, frame by frame, after RFC 6455: bytes made by hand, so that nothing on this side mends them. The groups
//! are those of the Autobahn test suite; what a section of the RFC says is named beside each case.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod closes;
mod control;
mod ends;
mod fragments;
mod handshake;
mod headers;
mod sizes;
mod texts;
mod wire;

use std::sync::{Arc, LazyLock, Weak};
use tests::{Api, Server, left_out};
use tokio::runtime::Runtime;
use tokio::sync::Mutex;
use wire::Wire;

/// What follows when a client has sent something.
#[derive(Clone, Copy, Debug)]
enum Then {
    /// It is taken, and the socket goes on.
    GoesOn,
    /// The server closes with this code.
    Closes(u16),
}
use Then::{Closes, GoesOn};

/// A case: where the RFC says it, what it is, what is sent, what follows.
type Case = (&'static str, &'static str, Vec<u8>, Then);

/// A server, and somebody who is signed in.
struct Stage {
    server: Server,
    ada: Api,
}

impl Stage {
    async fn new() -> Self {
        let server = Server::start().await;
        let ada = server.api().sign_up("ada").await;
        Self { server, ada }
    }

    /// A new socket, after its handshake.
    async fn wire(&self) -> Wire {
        Wire::open(&self.server, &self.ada).await
    }
}

/// Runs a test that leaves nothing behind, on the server of those that run at that time: to start one for each would take
/// longer than all of them.
fn together(test: impl AsyncFnOnce(&Stage)) {
    static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());
    static STAGE: Mutex<Weak<Stage>> = Mutex::const_new(Weak::new());
    RUNTIME.block_on(async {
        let mut shared = STAGE.lock().await;
        let stage = match shared.upgrade() {
            Some(stage) => stage,
            None => Arc::new(Stage::new().await),
        };
        *shared = Arc::downgrade(&stage);
        drop(shared);
        test(&stage).await;
    });
}

/// Sends what is in each case over a socket of its own.
fn hold(cases: impl IntoIterator<Item = Case>) {
    together(async |stage| {
        for (section, name, bytes, then) in cases {
            let mut wire = stage.wire().await;
            wire.send(&bytes).await;
            let case = format!("§{section}, {name}");
            match then {
                GoesOn => wire.goes_on(&case).await,
                Closes(code) => wire.ends(&case, code).await,
            }
        }
    });
}

/// How much memory the server has, in bytes; nothing where the system does not tell.
fn memory(server: &Server) -> Option<usize> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.pid())).ok();
    let line = status.iter().flat_map(|status| status.lines()).find_map(|line| line.strip_prefix("VmRSS:"));
    if line.is_none() {
        left_out(" (memory)", "/proc");
    }
    line.map(|line| line.trim().trim_end_matches(" kB").parse::<usize>().unwrap() * 1024)
}
