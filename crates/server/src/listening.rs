//! The composed parts behind addresses: from binding them to the last answer.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use actix_web::{
    App, HttpServer,
    dev::{Server, ServerHandle},
    rt, web,
};
use anyhow::Context;
use persistence::Database;
use realtime::Hub;
use slog::{info, warn};
use web_common::{
    LocalHub,
    log::Logs,
    middleware::{BodyPace, RequestContextLayer, SecurityHeaders},
    throttle::ThrottleRequests,
};

use crate::{
    composition::Composition,
    health, metrics,
    settings::{self, Listen, Settings},
    sweeping,
};

/// A request's head has to be here by then, so that slow senders don't hold connections.
const HEAD_WITHIN: Duration = Duration::from_secs(10);
/// Requests that run when the server is told to stop get this long, in seconds.
const STOP_WITHIN: u64 = 10;

/// A server that answers.
pub struct Running {
    /// Where it listens.
    pub addresses: Vec<SocketAddr>,
    /// Where metrics are served, when they have addresses of their own.
    pub metrics_addresses: Vec<SocketAddr>,
    /// Where the first admin is made, while there is none.
    pub set_up_at: Option<String>,
    answering: Answering,
    scrapes: Option<Answering>,
    hub: Arc<Hub>,
    database: Arc<Database>,
    logs: Logs,
}

impl Running {
    /// Binds the addresses and begins to answer.
    pub fn begin(parts: Composition, settings: &Settings) -> anyhow::Result<Self> {
        let scrapes = settings.metrics_bind.as_ref().map(|listen| metrics_on(listen, &parts)).transpose()?;
        let (addresses, server) = everything_on(&settings.listen, &parts, scrapes.is_none())?;
        let answering = Answering::begin(server);
        let (metrics_addresses, scrapes) = scrapes.unzip();
        let Composition { state, hub, database, logs, .. } = parts;
        let set_up_at = state
            .site
            .setup_token
            .as_ref()
            .map(|token| format!("{}/setup?token={token}", state.site.public_url));
        let folder = match &settings.media {
            settings::Media::Folder(folder) => Some(folder.clone()),
            settings::Media::S3(_) => None,
        };
        rt::spawn(sweeping::run(state, folder));
        Ok(Self {
            addresses,
            metrics_addresses: metrics_addresses.unwrap_or_default(),
            set_up_at,
            answering,
            scrapes: scrapes.map(Answering::begin),
            hub,
            database,
            logs,
        })
    }

    /// Waits for the word to stop, then: no new connections, sockets are told to come back, what was accepted is
    /// committed and answered.
    pub async fn until_stopped(self) {
        stop_signal().await;
        info!(self.logs.app, "stopping");
        self.hub.shutdown();
        self.answering.end(&self.logs).await;
        if let Some(scrapes) = self.scrapes {
            scrapes.end(&self.logs).await;
        }
        let database = self.database;
        let _ = web::block(move || database.close()).await;
        info!(self.logs.app, "stopped");
    }
}

/// A web server whose addresses are bound.
struct Answering {
    serving: rt::task::JoinHandle<std::io::Result<()>>,
    handle: ServerHandle,
}

impl Answering {
    fn begin(server: Server) -> Self {
        let handle = server.handle();
        Self { serving: rt::spawn(server), handle }
    }

    /// Answers what came, and nothing more.
    async fn end(self, logs: &Logs) {
        self.handle.stop(true).await;
        if let Ok(Err(error)) = self.serving.await {
            warn!(logs.app, "the web server ended badly"; "error" => %error);
        }
    }
}

/// The site, the API and what else there is.
fn everything_on(
    listen: &Listen,
    parts: &Composition,
    with_metrics: bool,
) -> anyhow::Result<(Vec<SocketAddr>, Server)> {
    let Composition { state, hub, metrics, logs, site, api, .. } = parts;
    let (state, hub, metrics) = (web::Data::new(state.clone()), hub.clone(), metrics.clone());
    let (requests, site, api) = (logs.requests.clone(), site.clone(), api.clone());
    let mut server = HttpServer::new(move || {
        let state = state.clone();
        App::new()
            .app_data(state.clone())
            .app_data(LocalHub(hub.worker()))
            .app_data(metrics.clone())
            .configure(health::configure)
            .configure(if with_metrics { metrics::configure_local } else { |_: &mut _| {} })
            .configure(|routes| web_api::configure(routes, &state, &api))
            .configure(|routes| web_site::configure(routes, &state, &site))
            .wrap(ThrottleRequests::new(state.throttles.clone(), &[]))
            .wrap(BodyPace)
            .wrap(RequestContextLayer::new(&state, requests.clone()))
            .wrap(SecurityHeaders::new(&state))
    })
    .on_connect(web_common::live::on_connect)
    // Frames are gathered before they are written: waiting for more in the system as well only makes them late.
    .tcp_nodelay(true)
    .client_request_timeout(HEAD_WITHIN)
    .shutdown_timeout(STOP_WITHIN)
    .disable_signals();
    for address in &listen.addresses {
        server = server.bind(address).with_context(|| format!("listen: cannot bind {address}"))?;
    }
    let addresses = server.addrs();
    info!(logs.app, "listening"; "addresses" => format!("{addresses:?}"));
    Ok((addresses, server.run()))
}

/// Metrics, and nothing else.
fn metrics_on(listen: &Listen, parts: &Composition) -> anyhow::Result<(Vec<SocketAddr>, Server)> {
    let Composition { state, metrics, logs, .. } = parts;
    let (state, metrics, requests) = (state.clone(), metrics.clone(), logs.requests.clone());
    let mut server = HttpServer::new(move || {
        App::new()
            .app_data(metrics.clone())
            .configure(metrics::configure)
            .wrap(RequestContextLayer::new(&state, requests.clone()))
            .wrap(SecurityHeaders::new(&state))
    })
    .workers(1)
    .client_request_timeout(HEAD_WITHIN)
    .shutdown_timeout(STOP_WITHIN)
    .disable_signals();
    for address in &listen.addresses {
        server = server.bind(address).with_context(|| format!("metrics.bind: cannot bind {address}"))?;
    }
    let addresses = server.addrs();
    info!(logs.app, "serving metrics"; "addresses" => format!("{addresses:?}"));
    Ok((addresses, server.run()))
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
